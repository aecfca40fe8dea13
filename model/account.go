package model

// Service is one of the services gatehouse reads.
type Service string

// The services.
const (
	ServiceGitHub    Service = "github"
	ServiceBitbucket Service = "bitbucket"
	ServiceCircleCI  Service = "circleci"
)

// Account is who gatehouse is at a service, and by which credential. It never holds the credential's value.
type Account struct {
	Service    Service         `json:"service"`
	Origin     string          `json:"origin"` // scheme://host[:port]
	Login      Reading[Text]   `json:"login"`
	Source     string          `json:"source"`     // where the credential came from: "GATEHOUSE_GITHUB_TOKEN", "gh login dana at github.com"
	Kind       string          `json:"kind"`       // "classic token", "fine-grained token", "OAuth app token", … by its prefix
	Scopes     Reading[[]Text] `json:"scopes"`     // NotApplicable for tokens that have permissions instead of scopes
	Expires    Reading[Unix]   `json:"expires"`    // Known and 0: it does not expire
	Limit      Reading[Limit]  `json:"limit"`      // requests left
	Configured bool            `json:"configured"` // false: no credential; that is not a gap
}

// Limit is a service's request budget. Source: X-RateLimit-* headers, GET /rate_limit.
type Limit struct {
	Limit     int  `json:"limit"`
	Remaining int  `json:"remaining"`
	Reset     Unix `json:"reset"`
}
