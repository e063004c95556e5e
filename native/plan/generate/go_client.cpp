#include "native/plan/generate/go_client.hpp"

namespace waymark::plan {

const std::string_view go_client_package = R"go(
// Package {{package}} sends events of the tracking plan to a collector, one by one. It uses the standard library alone.
//
//	client := {{package}}.New({{package}}.Options{WriteKey: "...", Endpoint: "https://collect.example.com", Consent: []string{"analytics"}})
//	outcome := client.Log(ctx, {{package}}.{{example}}{...}, {{package}}.Details{UserID: "..."})
//
// Nothing here panics or prints. Nothing is sent when DO_NOT_TRACK is set, when {{variable}} is 0, when Options.Disabled is
// set, or without consent to the event's purpose. Events with a required enumeration or record that is not set are invalid.
package {{package}}

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// PlanVersion is the version of the tracking plan.
const PlanVersion = {{version}}

// At most so many events of a client are under way at once; more are refused.
const inFlight = 32
const answerBytes = 64 * 1024
const longestWait = time.Minute

// Verdict says what became of an event.
type Verdict string

// Failed: no answer, or none that helps.
const (
	Accepted    Verdict = "accepted"
	Denied      Verdict = "denied"
	Disabled    Verdict = "disabled"
	Invalid     Verdict = "invalid"
	RateLimited Verdict = "rate_limited"
	QueueFull   Verdict = "queue_full"
	Failed      Verdict = "failed"
)

// Outcome is a verdict with its reason in words, empty for Accepted.
type Outcome struct {
	Verdict Verdict
	Reason  string
}

// Options of New.
type Options struct {
	WriteKey string
	// Endpoint is the collector's base URL: https, or http on this machine.
	Endpoint string
	// Consent lists the purposes that the people whom the events are about agreed to; Details may say otherwise.
	Consent    []string
	AppVersion string
	// Timeout is how long Log waits at most; 2 s when it is 0.
	Timeout time.Duration
	// Disabled switches everything off.
	Disabled bool
}

// Details of one event. All may be left out.
type Details struct {
	UserID      string
	AnonymousID string
	// Consent lists the purposes that this person agreed to; nil: as in Options.
	Consent []string
	// EventID is a UUID. Give the same again to send an event again: the collector keeps one.
	EventID string
	// Timestamp is when it happened; zero: now.
	Timestamp time.Time
}

// Event is an event of the plan: one of the structs of this package.
type Event interface {
	planned() (name, purpose string)
}

// Client sends events. Its functions may be called from several goroutines.
type Client struct {
	options     Options
	url         string
	whyDisabled string
	http        http.Client
	slots       chan struct{}

	lock      sync.Mutex
	failures  int
	notBefore time.Time
}

// New makes a client. One that cannot work, or may not, is disabled; outcomes say why.
func New(options Options) *Client {
	if options.Timeout <= 0 {
		options.Timeout = 2 * time.Second
	}
	client := &Client{options: options, slots: make(chan struct{}, inFlight)}
	client.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.url, client.whyDisabled = eventURL(options.Endpoint)
	if variable := optOut(); variable != "" {
		client.whyDisabled = variable
	}
	if options.Disabled {
		client.whyDisabled = "Options.Disabled"
	}
	return client
}

// Some is the value of a property that may be left out.
func Some[T any](value T) *T { return &value }

// Log sends an event and waits for the answer, as long as the context and Options.Timeout allow.
func (c *Client) Log(ctx context.Context, event Event, details Details) Outcome {
	if c == nil || c.whyDisabled != "" {
		reason := "no client"
		if c != nil {
			reason = c.whyDisabled
		}
		return Outcome{Disabled, reason}
	}
	body, refused := c.body(event, details)
	if refused != nil {
		return *refused
	}
	if c.waits() {
		return Outcome{Failed, "the collector failed before; it is tried again later"}
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	default:
		return Outcome{QueueFull, "too many events are under way"}
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	outcome, wait := c.post(ctx, body)
	c.remember(outcome, wait)
	return outcome
}

func (c *Client) body(event Event, details Details) ([]byte, *Outcome) {
	if event == nil {
		return nil, &Outcome{Invalid, "no event"}
	}
	name, purpose := event.planned()
	granted := details.Consent
	if granted == nil {
		granted = c.options.Consent
	}
	if purpose != "necessary" && !contains(granted, purpose) {
		return nil, &Outcome{Denied, "no consent to " + purpose}
	}
	if details.EventID == "" {
		details.EventID = newUUID()
	}
	if details.Timestamp.IsZero() {
		details.Timestamp = time.Now()
	}
	body, err := json.Marshal(struct {
		WriteKey    string            `json:"write_key"`
		EventID     string            `json:"event_id"`
		EventName   string            `json:"event_name"`
		Timestamp   string            `json:"timestamp"`
		UserID      string            `json:"user_id,omitempty"`
		AnonymousID string            `json:"anonymous_id,omitempty"`
		Consent     []string          `json:"consent"`
		PlanVersion int               `json:"plan_version"`
		AppVersion  string            `json:"app_version,omitempty"`
		SDK         map[string]string `json:"sdk"`
		Properties  Event             `json:"properties"`
	}{
		c.options.WriteKey, details.EventID, name, details.Timestamp.UTC().Format("2006-01-02T15:04:05.000Z"),
		details.UserID, details.AnonymousID, list(granted), PlanVersion, c.options.AppVersion,
		map[string]string{"name": "waymark-go", "version": "1"}, event,
	})
	if err != nil {
		return nil, &Outcome{Invalid, "the properties are no JSON: " + err.Error()}
	}
	return body, nil
}

func (c *Client) post(ctx context.Context, body []byte) (Outcome, time.Duration) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return Outcome{Failed, err.Error()}, 0
	}
	request.Header.Set("Content-Type", "text/plain")
	response, err := c.http.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return Outcome{Failed, "no answer in time"}, 0
		}
		return Outcome{Failed, err.Error()}, 0
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if response.StatusCode >= 200 && response.StatusCode < 300 {
		return Outcome{Accepted, ""}, 0
	}
	reason := fmt.Sprintf("HTTP %d%s", response.StatusCode, errorIn(answer))
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 3600 {
		seconds = 0
	}
	wait := time.Duration(seconds) * time.Second
	switch response.StatusCode {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return Outcome{Invalid, reason}, 0
	case http.StatusTooManyRequests:
		return Outcome{RateLimited, reason}, wait
	}
	return Outcome{Failed, reason}, wait
}

func (c *Client) waits() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return time.Now().Before(c.notBefore)
}

// remember leaves the collector alone after a failure: a second, then twice as long each time, a minute at most.
func (c *Client) remember(outcome Outcome, wait time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if outcome.Verdict != Failed && outcome.Verdict != RateLimited {
		c.failures = 0
		return
	}
	backoff := time.Second << c.failures
	if c.failures < 6 {
		c.failures++
	}
	if backoff < wait {
		backoff = wait
	}
	if backoff > longestWait {
		backoff = longestWait
	}
	c.notBefore = time.Now().Add(backoff)
}

// errorIn is the reason that the collector gives, with the place, as far as it can be read.
func errorIn(answer []byte) string {
	type problem struct{ Reason, Error, Path, Message string }
	var parsed struct {
		problem
		Rejected []problem
	}
	if json.Unmarshal(answer, &parsed) != nil {
		return ""
	}
	found := parsed.problem
	if len(parsed.Rejected) > 0 {
		found = parsed.Rejected[0]
	}
	text := ""
	for _, part := range []string{found.Reason, found.Error, found.Path, found.Message} {
		if part != "" {
			text += ": " + part
		}
	}
	return text
}

// optOut is the variable that forbids sending, or nothing.
func optOut() string {
	if !contains([]string{{{no_signal}}}, normal("DO_NOT_TRACK")) {
		return "DO_NOT_TRACK"
	}
	if contains([]string{{{off_words}}}, normal({{variable_literal}})) {
		return {{variable_literal}}
	}
	return ""
}

func normal(variable string) string {
	return strings.ToLower(strings.Trim(os.Getenv(variable), " \t\n\v\f\r"))
}

func contains(words []string, word string) bool {
	for _, each := range words {
		if each == word {
			return true
		}
	}
	return false
}

// eventURL is where events go, or why they cannot go there.
func eventURL(endpoint string) (string, string) {
	parsed, err := url.Parse(endpoint)
	if err == nil && parsed.Host != "" {
		host := parsed.Hostname()
		isThisMachine := host == "localhost" || net.ParseIP(host).IsLoopback()
		if parsed.Scheme == "https" || (parsed.Scheme == "http" && isThisMachine) {
			return parsed.Scheme + "://" + parsed.Host + strings.TrimRight(parsed.Path, "/") + "/event", ""
		}
	}
	return "", "Options.Endpoint is neither https nor http on this machine"
}

// newUUID is random (RFC 9562, version 4).
func newUUID() string {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return ""
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// object writes a JSON object member by member.
type object struct {
	text []byte
	err  error
}

// put takes the name as JSON.
func (o *object) put(name string, value any) {
	text, err := json.Marshal(value)
	if err != nil && o.err == nil {
		o.err = err
	}
	separator := byte(',')
	if len(o.text) == 0 {
		separator = '{'
	}
	o.text = append(append(append(append(o.text, separator), name...), ':'), text...)
}

func (o *object) bytes() ([]byte, error) {
	if len(o.text) == 0 {
		return []byte("{}"), o.err
	}
	return append(o.text, '}'), o.err
}

// list and members are what is written for a required array or map, which JSON would call null when it is nil.
func list[S ~[]T, T any](values S) S {
	if values == nil {
		return S{}
	}
	return values
}

func members[M ~map[string]T, T any](values M) M {
	if values == nil {
		return M{}
	}
	return values
}

func literal(text, typeName string) ([]byte, error) {
	if text == "" {
		return nil, errors.New(typeName + " is not set")
	}
	return []byte(text), nil
}
)go";

}  // namespace waymark::plan
