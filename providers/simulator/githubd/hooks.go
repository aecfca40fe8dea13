package githubd

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"gatehouse/providers/simulator/world"
)

// masked stands for a secret that is set. Source: examples in GitHub's OpenAPI description.
const masked = "********"

type hook struct {
	Type          string       `json:"type"`
	ID            int64        `json:"id"`
	Name          string       `json:"name"`
	Active        bool         `json:"active"`
	Events        []string     `json:"events"`
	Config        hookConfig   `json:"config"`
	UpdatedAt     time.Time    `json:"updated_at"`
	CreatedAt     time.Time    `json:"created_at"`
	URL           string       `json:"url"`
	TestURL       string       `json:"test_url"`
	PingURL       string       `json:"ping_url"`
	DeliveriesURL string       `json:"deliveries_url"`
	LastResponse  hookResponse `json:"last_response"`
}

type hookConfig struct {
	ContentType string `json:"content_type"`
	InsecureSSL string `json:"insecure_ssl"`
	URL         string `json:"url"`
	Secret      string `json:"secret,omitempty"`
}

type hookResponse struct {
	Code    *int    `json:"code"`
	Status  *string `json:"status"`
	Message *string `json:"message"`
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (c *call) hookURL(h *world.Hook) string {
	return c.base + "/repos/" + c.repo.FullName() + "/hooks/" + itoa(h.ID)
}

func (c *call) hook(h *world.Hook) hook {
	u := c.hookURL(h)
	return hook{
		Type: "Repository", ID: h.ID, Name: "web", Active: h.Active, Events: h.Events, Config: configOf(h), UpdatedAt: h.Updated, CreatedAt: h.Created,
		URL: u, TestURL: u + "/test", PingURL: u + "/pings", DeliveriesURL: u + "/deliveries", LastResponse: c.lastResponse(h),
	}
}

func configOf(h *world.Hook) hookConfig {
	out := hookConfig{ContentType: h.ContentType, InsecureSSL: "0", URL: h.URL}
	if h.Insecure {
		out.InsecureSSL = "1"
	}
	if h.Secret != "" {
		out.Secret = masked
	}
	return out
}

// lastResponse follows the last delivery that is remembered. Only "unused" is documented; see docs/assumptions.md.
func (c *call) lastResponse(h *world.Hook) hookResponse {
	status := "unused"
	d, ok := c.world.Last(h)
	if !ok {
		return hookResponse{Status: &status}
	}
	code, message := d.Code, d.Status()
	switch {
	case d.OK():
		status = "active"
	case d.Code == 0:
		status = "timeout"
	default:
		status = "misconfigured"
	}
	return hookResponse{&code, &status, &message}
}

// findHook resolves the hook the address names.
func (c *call) findHook() *world.Hook { return c.repo.Hook(number(c.r.PathValue("hook_id"))) }

// onHook answers with what show says about the hook, or 404.
func (c *call) onHook(show func(*world.Hook) answer) answer {
	h := c.findHook()
	if h == nil {
		return c.notFound()
	}
	return show(h)
}

func (c *call) listHooks() answer { return listed(c, c.repo.Hooks, c.hook) }

func (c *call) getHook() answer {
	return c.onHook(func(h *world.Hook) answer { return answer{status: http.StatusOK, body: c.hook(h)} })
}

func (c *call) getHookConfig() answer {
	return c.onHook(func(h *world.Hook) answer { return answer{status: http.StatusOK, body: configOf(h)} })
}

// hookChange is the body of a write. Pointers tell what was sent from what was not.
type hookChange struct {
	Config *configChange `json:"config"`
	Events []string      `json:"events"`
	Add    []string      `json:"add_events"`
	Remove []string      `json:"remove_events"`
	Active *bool         `json:"active"`
}

type configChange struct {
	URL         *string         `json:"url"`
	ContentType *string         `json:"content_type"`
	Secret      *string         `json:"secret"`
	InsecureSSL json.RawMessage `json:"insecure_ssl"` // "0", "1", 0 or 1
}

// apply takes over what was sent.
func (g *configChange) apply(h *world.Hook) {
	if g.URL != nil {
		h.URL = *g.URL
	}
	if g.ContentType != nil {
		h.ContentType = *g.ContentType
	}
	if g.Secret != nil {
		h.Secret = *g.Secret
	}
	if g.InsecureSSL != nil {
		h.Insecure = string(g.InsecureSSL) == `"1"` || string(g.InsecureSSL) == "1"
	}
}

// createHook is POST /repos/{owner}/{repo}/hooks: content type form, event push, active, certificate verified unless said otherwise.
func (c *call) createHook() answer {
	var in hookChange
	if a, ok := c.read(&in); !ok {
		return a
	}
	if in.Config == nil || in.Config.URL == nil || !isWeb(*in.Config.URL) {
		return c.hookError(world.ErrHookURL)
	}
	h := world.Hook{Active: true, Events: []string{"push"}, ContentType: "form"}
	if c.token.Kind == world.OAuth {
		h.ByApp = c.token.App
	}
	in.Config.apply(&h)
	if in.Events != nil {
		h.Events = unique(in.Events)
	}
	if in.Active != nil {
		h.Active = *in.Active
	}
	made, err := c.world.AddHook(c.repo, h)
	if err != nil {
		return c.hookError(err)
	}
	return answer{status: http.StatusCreated, body: c.hook(made), header: http.Header{"Location": {c.hookURL(made)}}}
}

// editHook is PATCH …/hooks/{id}. A config takes the place of the whole configuration: without a secret the secret is gone. events
// takes the place of all events, add_events and remove_events change single ones.
func (c *call) editHook() answer {
	var in hookChange
	if a, ok := c.read(&in); !ok {
		return a
	}
	return c.onHook(func(old *world.Hook) answer {
		h := *old
		h.Events = slices.Clone(old.Events)
		if in.Config != nil {
			if in.Config.URL != nil && !isWeb(*in.Config.URL) {
				return c.hookError(world.ErrHookURL)
			}
			h.ContentType, h.Secret, h.Insecure = "form", "", false
			in.Config.apply(&h)
		}
		if in.Config == nil && c.forgets.Load() {
			h.Secret = ""
		}
		if in.Events != nil {
			h.Events = unique(in.Events)
		}
		if in.Add != nil {
			h.Events = unique(append(h.Events, in.Add...))
		} else { // both in one request were reported not to work together
			h.Events = without(h.Events, in.Remove)
		}
		if in.Active != nil {
			h.Active = *in.Active
		}
		return c.changeHook(old, h)
	})
}

// editHookConfig is PATCH …/hooks/{id}/config: only what is sent changes.
func (c *call) editHookConfig() answer {
	var in configChange
	if a, ok := c.read(&in); !ok {
		return a
	}
	return c.onHook(func(old *world.Hook) answer {
		h := *old
		in.apply(&h)
		if !isWeb(h.URL) {
			return c.hookError(world.ErrHookURL)
		}
		a := c.changeHook(old, h)
		if a.status == http.StatusOK {
			a.body = configOf(c.repo.Hook(h.ID))
		}
		return a
	})
}

func (c *call) changeHook(old *world.Hook, h world.Hook) answer {
	changed, err := c.world.EditHook(c.repo, old, h)
	if err != nil {
		return c.hookError(err)
	}
	return answer{status: http.StatusOK, body: c.hook(changed)}
}

func (c *call) deleteHook() answer {
	return c.onHook(func(h *world.Hook) answer {
		c.world.RemoveHook(c.repo, h.ID)
		return answer{status: http.StatusNoContent}
	})
}

// pingHook is POST …/pings.
func (c *call) pingHook() answer {
	return c.onHook(func(h *world.Hook) answer {
		c.world.Deliver(c.repo, h, "ping", false)
		return answer{status: http.StatusNoContent}
	})
}

// testHook is POST …/tests: the last push once more; nothing is sent when the hook does not ask for push.
func (c *call) testHook() answer {
	return c.onHook(func(h *world.Hook) answer {
		if h.Active && (slices.Contains(h.Events, "push") || slices.Contains(h.Events, "*")) {
			c.world.Deliver(c.repo, h, "push", false)
		}
		return answer{status: http.StatusNoContent}
	})
}

// hookError is GitHub's 422 for a hook. The first two texts are GitHub's own, seen in public reports; the others are not known.
func (c *call) hookError(err error) answer {
	var many world.TooManyHooks
	message := "Url is missing or not an http(s) address"
	switch {
	case errors.Is(err, world.ErrHookExists):
		message = "Hook already exists on this repository"
	case errors.As(err, &many):
		message = fmt.Sprintf("The %q event cannot have more than %d hooks", many.Event, world.MaxHooksPerEvent)
	case errors.Is(err, world.ErrHookEvent):
		message = "Events is invalid"
	}
	return c.invalid(fieldError{Resource: "Hook", Code: "custom", Message: message})
}

func isWeb(s string) bool {
	return len(s) > 8 && (s[:7] == "http://" || s[:8] == "https://")
}

// unique keeps the first of each, sorted as GitHub gives them back.
func unique(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

func without(in, remove []string) []string {
	return slices.DeleteFunc(in, func(e string) bool { return slices.Contains(remove, e) })
}
