// Sends what its standard input asks for, a JSON array a line, and prints the outcomes.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sync"
	"time"

	"example.com/app/track"
)

type call struct {
	Call    string
	Options track.Options
	Details track.Details
	Event   string
	Times   int
	Cancel  bool
}

var events = map[string]track.Event{
	"cart":  track.CartEmptied{},
	"crash": track.AppCrashed{},
	"small": track.CheckoutCompleted{OrderID: "a\"\u2028<é😀", OrderValue: 1.5, Currency: track.CurrencyEur},
	"large": track.CheckoutCompleted{
		OrderID:    "o",
		OrderValue: -0.25,
		Currency:   track.CurrencyUsd,
		ItemCount:  track.Some(int64(math.MaxInt64)),
		IsGift:     track.Some(false),
		Coupon:     track.Some("c"),
		Payment:    &track.CheckoutCompletedPaymentCard,
		Items: []track.CheckoutCompletedItemsItem{
			{Sku: "s", Price: 2, Options: map[string]string{"size": "XL"}},
			{},
		},
		Shipping: &track.CheckoutCompletedShipping{Country: "DE"},
		Note:     []any{1, nil, "x"},
	},
	"view": track.ProductViewed{
		ProductID: 7,
		Category:  &track.Category{Title: "a", Inside: []track.Category{{Title: "b"}}},
		Size:      []any{1, 2.5},
		Rating:    &track.ProductViewedRating5,
	},
	"unset":  track.CheckoutCompleted{OrderID: "a"},
	"nan":    track.CheckoutCompleted{OrderValue: math.NaN(), Currency: track.CurrencyEur},
	"no":     track.ProductViewed{ProductID: func() {}},
	"nobody": nil,
}

func main() {
	var client *track.Client
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked call
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if asked.Call == "new" {
			client = track.New(asked.Options)
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		if asked.Cancel {
			cancel()
		}
		began := time.Now()
		counts := map[track.Verdict]int{}
		var last track.Outcome
		var lock sync.Mutex
		var group sync.WaitGroup
		for i := 0; i < asked.Times; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				outcome := client.Log(ctx, events[asked.Event], asked.Details)
				lock.Lock()
				defer lock.Unlock()
				counts[outcome.Verdict]++
				last = outcome
			}()
		}
		group.Wait()
		cancel()
		text, _ := json.Marshal([]any{last.Verdict, last.Reason, time.Since(began).Seconds(), counts})
		fmt.Println(string(text))
	}
}
