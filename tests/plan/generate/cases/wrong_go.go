// Each marked line must be refused, and no other.
package main

import (
	"context"

	"example.com/app/track"
)

type mine struct{}

func main() {
	var client *track.Client
	ctx := context.Background()
	var details track.Details
	client.Log(ctx, track.CheckoutComplete{}, details)                             // wrong: misspelt event
	client.Log(ctx, track.CheckoutCompleted{OrderValue: "1"}, details)             // wrong: text for a number
	client.Log(ctx, track.CheckoutCompleted{OrderID: 1}, details)                  // wrong: a number for text
	client.Log(ctx, track.CheckoutCompleted{Unknown: 1}, details)                  // wrong: unknown property
	client.Log(ctx, track.CheckoutCompleted{Currency: "EUR"}, details)             // wrong: text for an enumeration
	client.Log(ctx, track.CheckoutCompleted{Currency: track.CurrencyChf}, details) // wrong: unknown value
	_ = track.CheckoutCompleted{Payment: &track.CurrencyEur}                       // wrong: another enumeration
	_ = track.Currency{"EUR"}                                                      // wrong: a value of one's own
	client.Log(ctx, track.Category{Title: "a"}, details)                           // wrong: a part of an event
	client.Log(ctx, mine{}, details)                                               // wrong: an event of one's own
}
