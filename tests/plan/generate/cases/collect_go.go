// Sends one event twice, with the same id, and one that is too large.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"example.com/app/track"
)

func main() {
	client := track.New(track.Options{
		WriteKey:   "demo",
		Endpoint:   os.Args[1],
		Consent:    []string{"analytics"},
		AppVersion: "1.2",
	})
	details := track.Details{
		UserID:      "u",
		AnonymousID: "a",
		EventID:     os.Args[2],
		Timestamp:   time.Date(2024, 11, 14, 10, 23, 45, 123000000, time.UTC),
	}
	for i := 0; i < 2; i++ {
		event := track.ProductViewed{ProductID: "é", Size: []any{1, 2.5}}
		if outcome := client.Log(context.Background(), event, details); outcome.Verdict != track.Accepted {
			panic(outcome)
		}
	}
	large := track.ProductViewed{ProductID: strings.Repeat("x", 40000)}
	fmt.Println(client.Log(context.Background(), large, track.Details{}).Verdict)
}
