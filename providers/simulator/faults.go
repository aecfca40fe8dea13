package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"gatehouse/providers/simulator/wire"
)

// The places where a connection can break.
const (
	CutBefore = wire.CutBefore // nothing took effect
	CutAfter  = wire.CutAfter  // it took effect, and no answer came
	CutBody   = wire.CutBody   // in the middle of the answer's body
	CutNever  = wire.CutNever  // it took effect, and the answer is held until the client goes away
)

// The faults that services are known for, as data: set Method, Path, Nth and Times to aim them.

// RateLimited is a 403 at an empty primary limit that opens again at reset.
func RateLimited(reset time.Time) Fault {
	return Fault{
		Status: http.StatusForbidden, Body: words("API rate limit exceeded for user ID 1001.", "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api", 403),
		Header: http.Header{"X-Ratelimit-Limit": {"5000"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {strconv.FormatInt(reset.Unix(), 10)}, "X-Ratelimit-Resource": {"core"}},
	}
}

// SecondaryLimit is a 403 of the secondary limit; after 0 it names no time to wait.
func SecondaryLimit(after time.Duration) Fault {
	f := Fault{
		Status: http.StatusForbidden, Header: http.Header{},
		Body: words("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
			"https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits", 403),
	}
	if after > 0 {
		f.Header.Set("Retry-After", strconv.Itoa(int(after.Seconds())))
	}
	return f
}

// TooMany is a 429 of the secondary limit.
func TooMany(after time.Duration) Fault {
	f := SecondaryLimit(after)
	f.Status = http.StatusTooManyRequests
	return f
}

// ServerError is a status of 500 and above with GitHub's own words.
func ServerError(status int) Fault {
	return Fault{Status: status, Body: words("Server Error", "https://docs.github.com/rest", status)}
}

// Page is an HTML page with the status, as proxies and captive portals send.
func Page(status int) Fault {
	return Fault{
		Status: status, Body: "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>",
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
	}
}

// EmptyCreated is a 201 without a body, although the request took effect.
func EmptyCreated() Fault { return Fault{Status: http.StatusCreated, Commit: true} }

// SAML is the 403 of an organisation that enforces single sign-on.
func SAML(org string) Fault {
	return Fault{
		Status: http.StatusForbidden,
		Body: words("Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
			"https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/", 403),
		Header: http.Header{"X-Github-Sso": {"required; url=https://github.example/orgs/" + org + "/sso?authorization_request=A1B2C3"}},
	}
}

// IPAllowList is the 403 of an organisation that accepts listed addresses only.
func IPAllowList(org string) Fault {
	return Fault{Status: http.StatusForbidden, Body: words("Although you appear to have the correct authorization credentials, the `"+org+
		"` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.", "https://docs.github.com/rest", 403)}
}

// TokenLifetime is the 403 of an organisation that does not let tokens live long.
func TokenLifetime(org string, days int) Fault {
	return Fault{Status: http.StatusForbidden, Body: words(fmt.Sprintf("The '%s' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than %d days. "+
		"Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1", org, days), "https://docs.github.com/rest", 403)}
}

// words is GitHub's basic error.
func words(message, docs string, status int) string {
	return fmt.Sprintf(`{"message":%q,"documentation_url":%q,"status":"%d"}`, message, docs, status)
}
