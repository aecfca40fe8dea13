package model

import (
	"net/netip"
	"net/url"
	"strings"
)

// Hook is a repository webhook. Source: GitHub GET /repos/{owner}/{repo}/hooks.
type Hook struct {
	ID          string    `json:"id"`
	URL         Text      `json:"url"` // show it through RedactURL: it may carry a token
	Active      bool      `json:"active"`
	Events      []Text    `json:"events"` // sorted; "*" stands for all
	ContentType Text      `json:"content_type"`
	SecretSet   Tri       `json:"secret_set"`   // whether the forge holds a secret; its value is never readable
	TLSVerified Tri       `json:"tls_verified"` // whether the forge checks the receiver's certificate
	Last        *Response `json:"last_response"`
	Created     Unix      `json:"created"`
	Updated     Unix      `json:"updated"`
}

// Response is what the receiver last answered. Code 0: no delivery yet, or none that the forge remembers.
type Response struct {
	Code    int  `json:"code"`
	Status  Text `json:"status"`
	Message Text `json:"message"`
}

// Sends reports whether the hook is subscribed to the event.
func (h Hook) Sends(event string) bool {
	for _, e := range h.Events {
		if e.Raw() == event || e.Raw() == "*" {
			return true
		}
	}
	return false
}

// HookOwner says whose a hook is, judged by the host it posts to.
type HookOwner string

// The owners gatehouse tells apart.
const (
	HookOfCircleCI  HookOwner = "circleci"
	HookOfRetiredCI HookOwner = "retired-ci" // a CI service that no longer runs
	HookOfOther     HookOwner = "other"
)

// retiredCI lists hosts of CI services that have shut down: travis-ci.org in 2021, Shippable in 2021, Wercker in 2022,
// Snap CI in 2017.
var retiredCI = []string{"travis-ci.org", "wercker.com", "shippable.com", "snap-ci.com"}

// Whose judges by the host of the hook's URL; circleHosts are further CircleCI hosts (a server installation).
func (h Hook) Whose(circleHosts ...string) HookOwner {
	u, err := url.Parse(h.URL.Raw())
	if err != nil {
		return HookOfOther
	}
	host := strings.ToLower(u.Hostname())
	for _, c := range append([]string{"circleci.com"}, circleHosts...) {
		if host == c || strings.HasSuffix(host, "."+c) {
			return HookOfCircleCI
		}
	}
	for _, c := range retiredCI {
		if host == c || strings.HasSuffix(host, "."+c) {
			return HookOfRetiredCI
		}
	}
	return HookOfOther
}

// RedactURL is a URL from outside with everything that may be a secret replaced by ***: user information, query values,
// the fragment, and path segments that look like tokens (safety.md T-04). What cannot be parsed becomes its scheme and ***.
func RedactURL(t Text) Text {
	u, err := url.Parse(t.Raw())
	if err != nil || u.Host == "" {
		if t.Empty() {
			return t
		}
		return Outside("***")
	}
	var b strings.Builder
	b.WriteString(u.Scheme + "://")
	if u.User != nil {
		b.WriteString("***@")
	}
	b.WriteString(u.Host)
	for i, seg := range strings.Split(u.Path, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		if looksSecret(seg) {
			b.WriteString("***")
		} else {
			b.WriteString(seg)
		}
	}
	if u.RawQuery != "" {
		b.WriteString("?***")
	}
	if u.Fragment != "" {
		b.WriteString("#***")
	}
	return Outside(b.String())
}

// looksSecret: 16 or more characters with digits or capitals among letters, or 20 and more without a break. Addresses and words
// with dashes stay.
func looksSecret(seg string) bool {
	if len(seg) < 16 {
		return false
	}
	if _, err := netip.ParseAddr(seg); err == nil {
		return false
	}
	if len(seg) >= 64 || len(seg) >= 20 && !strings.ContainsAny(seg, "-_. ") {
		return true
	}
	different := map[rune]bool{}
	for _, r := range seg {
		different[r] = true
	}
	digits, upper, lower := countIn(seg, '0', '9'), countIn(seg, 'A', 'Z'), countIn(seg, 'a', 'z')
	return len(different) >= 8 && (digits >= 2 || upper >= 3 && lower >= 3)
}

func countIn(s string, from, to rune) int {
	n := 0
	for _, r := range s {
		if r >= from && r <= to {
			n++
		}
	}
	return n
}

// Delivery is one attempt of the forge to call a hook. GitHub keeps them for three days.
// Source: GitHub GET /repos/{owner}/{repo}/hooks/{id}/deliveries.
type Delivery struct {
	ID         string  `json:"id"`
	GUID       Text    `json:"guid"` // the same for every redelivery of one event
	At         Unix    `json:"delivered_at"`
	Redelivery bool    `json:"redelivery"`
	Duration   float64 `json:"duration"` // seconds
	Status     Text    `json:"status"`
	Code       int     `json:"status_code"`
	Event      Text    `json:"event"`
	Action     Text    `json:"action"`
	Throttled  Unix    `json:"throttled_at"` // 0: it was not
}

// OK reports that the receiver took it: GitHub counts 200 to 399 as success.
func (d Delivery) OK() bool { return d.Code >= 200 && d.Code < 400 }

// DeliveryDetail is one delivery with what was sent and what came back. Signature headers are kept: they are no secret.
type DeliveryDetail struct {
	Delivery
	URL      Text     `json:"url"`
	Request  Exchange `json:"request"`
	Response Exchange `json:"response"`
}

// Exchange is one side of a delivery.
type Exchange struct {
	Headers []Header `json:"headers"` // sorted by name
	Payload Text     `json:"payload"`
}

// Header is one header line.
type Header struct {
	Name  Text `json:"name"`
	Value Text `json:"value"`
}
