// A short-lived tool: does what its argument asks for, prints what it got, and ends.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"example.com/app/ping"
)

func main() {
	var asked struct {
		Endpoint, Version     string
		Disabled, NoticeShown bool
		Notices, Pings        int
		Count                 *uint64
		Ms                    *int64
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &asked); err != nil {
		panic(err)
	}
	ping.Init(ping.Options{
		Endpoint:    asked.Endpoint,
		Version:     asked.Version,
		Disabled:    asked.Disabled,
		NoticeShown: asked.NoticeShown,
	})
	defer ping.Wait()
	notices := []string{}
	for i := 0; i < asked.Notices; i++ {
		notices = append(notices, ping.FirstRunNotice())
	}
	measures := ping.Measures{Count: asked.Count}
	if asked.Ms != nil {
		duration := time.Duration(*asked.Ms) * time.Millisecond
		measures.Duration = &duration
	}
	begun := []bool{}
	for i := 0; i < asked.Pings; i++ {
		begun = append(begun, ping.Ping(ping.CartEmptied, measures))
	}
	text, _ := json.Marshal(map[string]any{"notices": notices, "begun": begun, "whyOff": ping.WhyOff()})
	fmt.Println(string(text))
}
