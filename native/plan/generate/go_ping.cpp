#include "native/plan/generate/go_client.hpp"

namespace waymark::plan {

const std::string_view go_ping_package = R"go(
// Package {{package}} counts anonymously that an action was used, and nothing about who used it. It uses the standard
// library alone.
//
//	func main() {
//		{{package}}.Init({{package}}.Options{Endpoint: "https://collect.example.com", Version: "1.2.0"})
//		defer {{package}}.Wait()
//		fmt.Fprint(os.Stderr, {{package}}.FirstRunNotice()) // empty but for the first run
//		{{package}}.Ping({{package}}.{{example}}, {{package}}.Measures{})
//	}
//
// A ping carries the tool, the action, the version, the operating system, a count and a duration: no id, no address, no
// text of the user. The first run sends nothing, so that one can switch it off before. Nothing is ever sent when
// DO_NOT_TRACK is set, when {{variable}} is 0, or where CI runs. Pings run in the background. Nothing panics or prints.
package {{package}}

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const tool = {{tool}}
const notice = {{notice}}
const timeout = time.Second
const exitWait = 100 * time.Millisecond
const pingsPerRun = 20 // those beyond are left out

// Event is an action of the plan: one of the variables of this package.
type Event struct{ name string }

{{events}}var ciVariables = []string{{{ci_variables}}}

// Options of Init.
type Options struct {
	// Endpoint is the collector's base URL: https, or http on this machine. The collector must know the tool by --tool.
	Endpoint string
	// Version is the tool's own; letters, digits and . _ - + of it are sent, 32 at most.
	Version string
	// Disabled switches everything off.
	Disabled bool
	// NoticeShown is for a tool that tells its users before it is run, in its installer for example.
	NoticeShown bool
}

// Measures of one ping. What is nil is not sent.
type Measures struct {
	Count    *uint64
	Duration *time.Duration
}

var (
	lock          sync.Mutex
	base          string // empty: nothing is sent
	version       string
	mayShowNotice bool
	pings         int
	underWay      sync.WaitGroup
)

// Init says where pings go. Call it once, first.
func Init(options Options) {
	lock.Lock()
	defer lock.Unlock()
	base, mayShowNotice = "", false
	target := pingURL(options.Endpoint)
	if options.Disabled || WhyOff() != "" || target == "" {
		return
	}
	version = plainWord(options.Version)
	if options.NoticeShown || wasShown() {
		base = target
	} else {
		mayShowNotice = true
	}
}

// FirstRunNotice is what to tell the user, once for each user of a machine; else nothing. In the run that shows it
// nothing is sent. That it was shown is remembered by an empty file in the user's configuration directory.
func FirstRunNotice() string {
	lock.Lock()
	defer lock.Unlock()
	if !mayShowNotice {
		return ""
	}
	mayShowNotice = false
	// Where it cannot be remembered it is shown again, and nothing is sent.
	if file := noticeFile(); file != "" && os.MkdirAll(filepath.Dir(file), 0o700) == nil {
		_ = os.WriteFile(file, nil, 0o600)
	}
	return notice
}

// Ping counts that an action was used, in the background. It returns whether a ping was begun.
func Ping(event Event, measures Measures) bool {
	lock.Lock()
	defer lock.Unlock()
	if base == "" || event.name == "" || pings >= pingsPerRun {
		return false
	}
	pings++
	query := url.Values{"t": {tool}, "e": {event.name}, "v": {version}, "os": {system()}}
	if measures.Count != nil {
		query.Set("n", strconv.FormatUint(*measures.Count, 10))
	}
	if measures.Duration != nil && *measures.Duration >= 0 {
		query.Set("ms", strconv.FormatInt(measures.Duration.Milliseconds(), 10))
	}
	underWay.Add(1)
	go send(base + "?" + query.Encode())
	return true
}

// Wait gives pings that are under way 100 ms more. Defer it in main.
func Wait() {
	done := make(chan struct{})
	go func() {
		underWay.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(exitWait):
	}
}

// WhyOff is the variable that forbids pings, or nothing.
func WhyOff() string {
	if !contains([]string{{{no_signal}}}, normal("DO_NOT_TRACK")) {
		return "DO_NOT_TRACK"
	}
	if contains([]string{{{off_words}}}, normal({{variable_literal}})) {
		return {{variable_literal}}
	}
	if os.Getenv("CI") == "false" {
		return ""
	}
	for _, name := range ciVariables {
		if os.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

func send(target string) {
	defer underWay.Done()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return
	}
	request.Header.Set("User-Agent", "")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, response.Body, 4096)
	_ = response.Body.Close()
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

func system() string {
	if runtime.GOOS == "darwin" {
		return "macos"
	}
	return runtime.GOOS
}

func plainWord(text string) string {
	kept := strings.Map(func(c rune) rune {
		isGood := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-+", c)
		if !isGood {
			return -1
		}
		return c
	}, text)
	if len(kept) > 32 {
		kept = kept[:32]
	}
	return kept
}

func pingURL(endpoint string) string {
	parsed, err := url.Parse(endpoint)
	if err != nil || parsed.Host == "" {
		return ""
	}
	isThisMachine := parsed.Hostname() == "localhost" || net.ParseIP(parsed.Hostname()).IsLoopback()
	if parsed.Scheme != "https" && !(parsed.Scheme == "http" && isThisMachine) {
		return ""
	}
	return parsed.Scheme + "://" + parsed.Host + strings.TrimRight(parsed.Path, "/") + "/t"
}

func noticeFile() string {
	directory, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(directory, tool, "telemetry-notice")
}

func wasShown() bool {
	file := noticeFile()
	if file == "" {
		return false
	}
	_, err := os.Stat(file)
	return err == nil
}
)go";

}  // namespace waymark::plan
