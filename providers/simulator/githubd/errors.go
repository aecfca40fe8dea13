package githubd

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"gatehouse/providers/simulator/world"
)

// basicError is GitHub's basic-error. Source: its OpenAPI description; status is a string.
type basicError struct {
	Message          string `json:"message"`
	DocumentationURL string `json:"documentation_url"`
	Status           string `json:"status"`
}

// validationError is GitHub's validation-error.
type validationError struct {
	Message          string       `json:"message"`
	Errors           []fieldError `json:"errors,omitempty"`
	DocumentationURL string       `json:"documentation_url"`
	Status           string       `json:"status"`
}

type fieldError struct {
	Resource string `json:"resource"`
	Code     string `json:"code"`
	Field    string `json:"field,omitempty"`
	Message  string `json:"message,omitempty"`
}

const docsRoot = "https://docs.github.com/rest"

func (c *call) docs() string {
	if c.route.docs == "" {
		return docsRoot
	}
	return docsRoot + c.route.docs
}

func (c *call) refuse(status int, message string) answer {
	return answer{status: status, volatile: true, body: basicError{message, c.docs(), fmt.Sprint(status)}}
}

func (c *call) notFound() answer { return c.refuse(http.StatusNotFound, "Not Found") }

func (c *call) invalid(errs ...fieldError) answer {
	return answer{status: http.StatusUnprocessableEntity, body: validationError{"Validation Failed", errs, c.docs(), "422"}}
}

// tooWeak is what someone without the role is told; most routes hide behind a 404.
func (c *call) tooWeak() answer {
	if c.route.weak != "" {
		return c.refuse(http.StatusForbidden, c.route.weak)
	}
	return c.notFound()
}

// appRestricted: the organisation has not approved the OAuth app. Source: GitHub's own words, seen in public issue reports.
func (c *call) appRestricted(org string) answer {
	return c.refuse(http.StatusForbidden, restrictedText(org))
}

func restrictedText(org string) string {
	return "Although you appear to have the correct authorization credentials, the `" + org + "` organization has enabled OAuth App access restrictions, " +
		"meaning that data access to third-parties is limited. For more information on these restrictions, including how to enable this app, visit " +
		"https://docs.github.com/articles/restricting-access-to-your-organization-s-data/"
}

// needsSSO: the organisation enforces single sign-on and the token has not been through it.
func (c *call) needsSSO(o *world.Org) answer {
	a := c.refuse(http.StatusForbidden, "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.")
	a.header = http.Header{"X-Github-Sso": {"required; url=" + webRoot + "/orgs/" + o.Login + "/sso?authorization_request=" + c.requestID}}
	return a
}

// keyError is GitHub's 422 for a public key.
func (c *call) keyError(err error) answer {
	f := fieldError{Resource: "PublicKey", Code: "custom", Field: "key"}
	switch {
	case errors.Is(err, world.ErrKeyInUse):
		f.Message = "key is already in use"
	case errors.Is(err, world.ErrKeyWeak):
		f.Message = "Key is weak. GitHub recommends using ssh-keygen to generate a RSA key of at least 2048 bits."
	case errors.Is(err, world.ErrKeysDisabled):
		f.Field, f.Message = "", "Deploy keys are disabled for this repository"
	default:
		f.Message = "key is invalid. You must supply a key in OpenSSH public key format"
	}
	return c.invalid(f)
}

// refusals are repositories for which GitHub refuses one thing, whatever the role: tests ask for them.
type refusals struct {
	sync.Mutex
	rest  map[string]string // repository id and docs part → message of a 403
	graph map[string]graphRefusal
}

type graphRefusal struct{ kind, message string }

// Refuse makes GitHub answer 403 with the message to requests for the part ("hooks", "keys", "collaborators", "teams", …) of a
// repository; an empty message ends it.
func (s *Server) Refuse(repo int64, part, message string) {
	s.refused.Lock()
	defer s.refused.Unlock()
	if s.refused.rest == nil {
		s.refused.rest = map[string]string{}
	}
	s.refused.rest[fmt.Sprint(repo, "/", part)] = message
}

// RefuseField makes a repository's GraphQL field null, with an error of the kind (FORBIDDEN, …); an empty message ends it.
func (s *Server) RefuseField(repo int64, name, kind, message string) {
	s.refused.Lock()
	defer s.refused.Unlock()
	if s.refused.graph == nil {
		s.refused.graph = map[string]graphRefusal{}
	}
	s.refused.graph[fmt.Sprint(repo, "/", name)] = graphRefusal{kind, message}
}

func (c *call) refusedHere() (answer, bool) {
	c.refused.Lock()
	defer c.refused.Unlock()
	if m := c.refused.rest[fmt.Sprint(c.repo.ID, "/", c.route.part)]; m != "" && c.route.part != "" {
		return c.refuse(http.StatusForbidden, m), false
	}
	return answer{}, true
}
