// Package github reads GitHub and GitHub Enterprise Server. The wire format stays inside; values of package model come out, each
// in a Reading that says what could not be read and why.
//
// go-github v60 builds requests and lends its types where they are right; where v60 loses or breaks on a field the package has its
// own structs (hooks, deliveries, keys' enabled flag, invitations' expired flag). Errors are read here, not by v60: it drops the
// status, misses 429, and calls any 403 at an empty budget a rate limit.
package github

import (
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	gh "github.com/google/go-github/v60/github"

	"gatehouse/model"
	"gatehouse/providers/transport"
)

// Client reads one GitHub with one account. It is safe for concurrent use.
type Client struct {
	transport *transport.Transport
	gh        *gh.Client
	now       func() model.Unix
	source    string
	kind      string
	graphql   string // path relative to the base, for NewRequest

	noGraphQL atomic.Bool // the server has answered that it has none

	mu     sync.Mutex
	owners map[string]*ownerRoll // by organisation
}

// Options make a Client.
type Options struct {
	Transport *transport.Transport
	Base      string            // https://api.github.com or https://HOST/api/v3
	Source    string            // where the credential came from, for people
	Kind      string            // what the credential is: the function Kind tells; never its value
	Now       func() model.Unix // nil: the wall clock
}

// New makes a Client. The base must be the one the transport was made for.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.Base, "/") + "/")
	if err != nil {
		return nil, model.Refuse("use GitHub address", "", "it cannot be read", "give the API root, for example https://api.github.com")
	}
	c := &Client{
		transport: o.Transport, now: o.Now, source: o.Source, kind: o.Kind,
		owners: map[string]*ownerRoll{}, graphql: "graphql",
	}
	if c.now == nil {
		c.now = func() model.Unix { return model.UnixOf(time.Now()) }
	}
	c.gh = gh.NewClient(o.Transport.Client())
	c.gh.BaseURL = base
	if isEnterprise(base) {
		c.graphql = "../graphql"
	}
	return c, nil
}

func isEnterprise(base *url.URL) bool { return strings.HasSuffix(base.Path, "/api/v3/") }

// GraphQLURL is the GraphQL address that belongs to an API root: /graphql on github.com, /api/graphql on an Enterprise Server.
func GraphQLURL(base string) string {
	base = strings.TrimSuffix(base, "/")
	if root, ok := strings.CutSuffix(base, "/api/v3"); ok {
		return root + "/api/graphql"
	}
	return base + "/graphql"
}

// The kinds of credential, by the token's prefix. Source: GitHub "About authentication to GitHub", token formats.
const (
	kindClassic      = "classic token"
	kindFineGrained  = "fine-grained token"
	kindOAuth        = "OAuth app token"
	kindAppUser      = "GitHub App user token"
	kindInstallation = "GitHub App installation token"
	kindRefresh      = "GitHub App refresh token"
	kindUnknown      = "token"
)

var kinds = [...]struct{ prefix, kind string }{
	{"ghp_", kindClassic}, {"github_pat_", kindFineGrained}, {"gho_", kindOAuth}, {"ghu_", kindAppUser},
	{"ghs_", kindInstallation}, {"ghr_", kindRefresh},
}

// Kind tells what a token is by its prefix, never by its length: installation tokens have grown from 40 to 520 characters. Forty
// hexadecimal digits without a prefix are a classic token from before 2021.
func Kind(token model.Secret) string {
	v := token.Reveal()
	for _, k := range kinds {
		if strings.HasPrefix(v, k.prefix) {
			return k.kind
		}
	}
	if len(v) == 40 && strings.Trim(v, "0123456789abcdef") == "" {
		return kindClassic
	}
	return kindUnknown
}

// Service is model.ServiceGitHub.
func (*Client) Service() model.Service { return model.ServiceGitHub }
