package world

import (
	"errors"
	"slices"
	"time"
)

// Hook is a repository webhook.
type Hook struct {
	ID          int64
	URL         string
	Active      bool
	Events      []string
	ContentType string // json or form
	Secret      string // never given out
	Insecure    bool   // the receiver's certificate is not verified
	ByApp       string // the OAuth app that made it; empty: a person
	Created     time.Time
	Updated     time.Time

	// The past, before anything happened in this process: one delivery every Every, the youngest Quiet ago.
	Every time.Duration // 0: never delivered
	Quiet time.Duration
	Fails []int // status codes of the youngest deliveries, youngest first; 0 stands for 200
	added []Delivery
}

// MaxHooksPerEvent is GitHub's limit.
const MaxHooksPerEvent = 20

// The ways in which a hook is refused.
var (
	ErrHookExists = errors.New("the hook exists")
	ErrHookEvent  = errors.New("no such event")
	ErrHookURL    = errors.New("the address is not a web address")
)

// TooManyHooks is the refusal of one more hook for an event.
type TooManyHooks struct{ Event string }

// Error names the event.
func (e TooManyHooks) Error() string { return "too many hooks for " + e.Event }

// Hook finds a hook by its number, or nil.
func (r *Repo) Hook(id int64) *Hook {
	for _, h := range r.Hooks {
		if h.ID == id {
			return h
		}
	}
	return nil
}

// AddHook makes a hook, dated now. The same address may be hooked twice only when no event is sent twice.
func (w *World) AddHook(r *Repo, h Hook) (*Hook, error) {
	if err := r.admit(&h); err != nil {
		return nil, err
	}
	r = w.Keep(r)
	h.ID, h.Created, h.Updated = w.newID(), w.Now(), w.Now()
	r.Hooks = append(r.Hooks, &h)
	w.Deliver(r, &h, "ping", false)
	return &h, nil
}

// EditHook replaces a hook's settings; the change is refused as a whole when the result would be.
func (w *World) EditHook(r *Repo, old *Hook, changed Hook) (*Hook, error) {
	changed.ID = old.ID
	if err := r.admit(&changed); err != nil {
		return nil, err
	}
	r = w.Keep(r)
	kept := r.Hook(old.ID)
	w.settle(kept)
	changed.Updated, changed.Every, changed.added = w.Now(), 0, kept.added
	*kept = changed
	return kept, nil
}

// SetHook changes a hook past every rule, as nobody but the service itself can.
func (w *World) SetHook(h *Hook, change func(*Hook)) {
	w.settle(h)
	change(h)
	h.Updated = w.Now()
}

// RemoveHook deletes a hook.
func (w *World) RemoveHook(r *Repo, id int64) {
	r = w.Keep(r)
	r.Hooks = slices.DeleteFunc(r.Hooks, func(h *Hook) bool { return h.ID == id })
}

func (r *Repo) admit(h *Hook) error {
	for _, e := range h.Events {
		if !slices.Contains(repositoryEvents, e) {
			return ErrHookEvent
		}
		n := 0
		for _, other := range r.Hooks {
			if other.ID == h.ID || !slices.Contains(other.Events, e) {
				continue
			}
			if n++; other.URL == h.URL && other.ContentType == h.ContentType {
				return ErrHookExists
			}
		}
		if n >= MaxHooksPerEvent {
			return TooManyHooks{e}
		}
	}
	return nil
}

// repositoryEvents are the events a repository's hook may ask for. Source: GitHub's OpenAPI description, x-webhooks whose
// supported-webhook-types hold "repository".
var repositoryEvents = []string{
	"*", "branch_protection_configuration", "branch_protection_rule", "check_run", "check_suite", "code_scanning_alert",
	"commit_comment", "create", "custom_property_values", "delete", "dependabot_alert", "deploy_key", "deployment",
	"deployment_status", "discussion", "discussion_comment", "fork", "gollum", "issue_comment", "issue_dependencies", "issues",
	"label", "member", "meta", "milestone", "package", "page_build", "ping", "project", "project_card", "project_column", "public",
	"pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_review_thread", "push",
	"registry_package", "release", "repository", "repository_advisory", "repository_import", "repository_ruleset",
	"repository_vulnerability_alert", "secret_scanning_alert", "secret_scanning_alert_location", "secret_scanning_scan",
	"security_and_analysis", "star", "status", "sub_issues", "team_add", "watch", "workflow_job", "workflow_run",
}
