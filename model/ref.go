package model

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Forge is a service that hosts repositories, by CircleCI's own short name.
type Forge string

// The forges gatehouse knows.
const (
	GitHub    Forge = "gh"
	Bitbucket Forge = "bb"
)

// Title is the forge's name for people.
func (f Forge) Title() string {
	switch f {
	case GitHub:
		return "GitHub"
	case Bitbucket:
		return "Bitbucket"
	default:
		return string(f)
	}
}

// RepoRef names a repository: gh/acme/web, bb/acme/tools. It is CircleCI's own project-slug form, case-folded, so it can be
// compared with == and used as a map key. Each segment has been checked and is safe inside a URL path.
type RepoRef struct {
	Forge Forge
	Owner string
	Name  string
}

// NewRepoRef checks and folds the parts. The error is a refusal with a hint.
func NewRepoRef(f Forge, owner, name string) (RepoRef, error) {
	r := RepoRef{Forge: f, Owner: strings.ToLower(owner), Name: strings.ToLower(name)}
	if f != GitHub && f != Bitbucket {
		return RepoRef{}, refuseRef(string(f)+"/"+owner+"/"+name, "the forge is neither gh (GitHub) nor bb (Bitbucket)")
	}
	if why := checkSegment(owner, "owner", 64); why != "" {
		return RepoRef{}, refuseRef(r.String(), why)
	}
	if why := checkSegment(name, "repository name", 100); why != "" {
		return RepoRef{}, refuseRef(r.String(), why)
	}
	return r, nil
}

func refuseRef(given, why string) *Error {
	if len(given) > 80 {
		given = given[:77] + "..."
	}
	return Refuse("read repository name", Outside(given).String(), why, "write it as gh/OWNER/NAME, OWNER/NAME or the repository's https address")
}

// checkSegment refuses anything that could leave its place in a URL path (safety.md fact 0.10).
func checkSegment(s, what string, most int) string {
	switch {
	case s == "":
		return "the " + what + " is empty"
	case len(s) > most:
		return "the " + what + " is longer than any forge allows"
	case s == "." || s == "..":
		return "the " + what + " is a path, not a name"
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return "the " + what + " may hold only letters, digits, '-', '_' and '.'"
		}
	}
	return ""
}

// ParseRepoRef accepts what a person types or pastes: gh/acme/web, github/acme/web, acme/web (GitHub), the https, ssh and
// git@host:path addresses of a repository or of a page below it, and app.circleci.com pages.
func ParseRepoRef(s string) (RepoRef, error) {
	s = strings.TrimSpace(s)
	if len(s) > 2048 {
		return RepoRef{}, refuseRef(s, "this is too long to be a repository")
	}
	if strings.Contains(s, "://") {
		return parseRepoURL(s)
	}
	if at, path, ok := strings.Cut(s, ":"); ok && strings.Contains(at, "@") && !strings.Contains(at, "/") {
		user, host, _ := strings.Cut(at, "@")
		if user != "git" {
			return RepoRef{}, refuseRef(s, "the SSH user of a forge is git")
		}
		return refFromHost(s, host, path)
	}
	parts := strings.Split(s, "/")
	switch len(parts) {
	case 2:
		return NewRepoRef(GitHub, parts[0], parts[1])
	case 3:
		f, ok := forgeNames[strings.ToLower(parts[0])]
		if !ok {
			return RepoRef{}, refuseRef(s, "the forge is neither gh (GitHub) nor bb (Bitbucket)")
		}
		return NewRepoRef(f, parts[1], parts[2])
	default:
		return RepoRef{}, refuseRef(s, "a repository has an owner and a name")
	}
}

var forgeNames = map[string]Forge{
	"gh": GitHub, "github": GitHub, "github.com": GitHub, "ssh.github.com": GitHub, "www.github.com": GitHub,
	"bb": Bitbucket, "bitbucket": Bitbucket, "bitbucket.org": Bitbucket,
}

func parseRepoURL(s string) (RepoRef, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return RepoRef{}, refuseRef(s, "this is not a web address")
	}
	if u.Scheme != "https" && u.Scheme != "ssh" && u.Scheme != "git" && u.Scheme != "http" {
		return RepoRef{}, refuseRef(s, "the address is neither https nor ssh")
	}
	if _, password := u.User.Password(); password || u.User != nil && (u.User.Username() != "git" || u.Scheme == "https" || u.Scheme == "http") {
		u.User = nil // not repeated: it may hold a token
		return RepoRef{}, refuseRef(u.String(), "the address holds a user name")
	}
	host := strings.ToLower(u.Hostname())
	path := strings.Trim(u.EscapedPath(), "/")
	if host == "app.circleci.com" || host == "circleci.com" {
		path = strings.TrimPrefix(strings.TrimPrefix(path, "pipelines/"), "settings/project/")
		parts := strings.SplitN(path, "/", 4)
		if len(parts) < 3 {
			return RepoRef{}, refuseRef(s, "this CircleCI page names no repository")
		}
		return ParseRepoRef(strings.Join(parts[:3], "/"))
	}
	return refFromHost(s, host, path)
}

func refFromHost(given, host, path string) (RepoRef, error) {
	f, ok := forgeNames[strings.ToLower(host)]
	if !ok {
		f = GitHub // a GitHub Enterprise Server; the profile's origin decides whom we ask
		if strings.HasSuffix(host, ".github.com") || !strings.Contains(host, ".") || checkSegment(host, "host", 253) != "" || host[0] == '-' {
			return RepoRef{}, refuseRef(given, "the host is not a forge")
		}
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) < 2 {
		return RepoRef{}, refuseRef(given, "the address names no repository")
	}
	return NewRepoRef(f, parts[0], strings.TrimSuffix(parts[1], ".git"))
}

// String is the slug: gh/acme/web.
func (r RepoRef) String() string {
	if r == (RepoRef{}) {
		return ""
	}
	return string(r.Forge) + "/" + r.Owner + "/" + r.Name
}

// IsZero reports that no repository is named.
func (r RepoRef) IsZero() bool { return r == RepoRef{} }

// MarshalText writes the slug.
func (r RepoRef) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a slug and checks it.
func (r *RepoRef) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = RepoRef{}
		return nil
	}
	v, err := ParseRepoRef(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// Target says where and as whom: plans, journal records and undo carry it, and refuse another one.
type Target struct {
	Origin  string  `json:"origin"`  // scheme://host[:port] of the service, for example https://api.github.com
	Account string  `json:"account"` // the login acting there
	Repo    RepoRef `json:"repo"`
}

var _ json.Marshaler = Text{}
