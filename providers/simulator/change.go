package simulator

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/model"
	"gatehouse/providers/simulator/world"
)

// What follows changes the world as people do on GitHub's pages, past the API and its log. Repositories are named "owner/name";
// naming one that is not there is a mistake of the test and is returned as an error.

// change runs f on a repository that will keep what f does.
func (s *Simulator) change(full string, f func(r *world.Repo) error) error {
	s.world.Lock()
	defer s.world.Unlock()
	owner, name, _ := strings.Cut(full, "/")
	r, _ := s.world.Repo(owner, name)
	if r == nil {
		return missing("repository", full)
	}
	return f(s.world.Keep(r))
}

func (s *Simulator) changeOrg(login string, f func(o *world.Org)) error {
	s.world.Lock()
	defer s.world.Unlock()
	o := s.world.Org(login)
	if o == nil {
		return missing("organisation", login)
	}
	f(o)
	return nil
}

func missing(what, name string) error {
	return model.Refuse("change the simulated world", name, "it has no such "+what, "look at the demo world's tables")
}

// Rename gives a repository another name; the old one redirects.
func (s *Simulator) Rename(full, name string) error {
	return s.change(full, func(r *world.Repo) error { s.world.Rename(r, name); return nil })
}

// Archive makes a repository read-only, or writable again.
func (s *Simulator) Archive(full string, archived bool) error {
	return s.change(full, func(r *world.Repo) error { r.Archived = archived; s.world.Touch(r); return nil })
}

// SetHook changes a hook's events and whether it is active.
func (s *Simulator) SetHook(full string, hook int64, active bool, events ...string) error {
	return s.changeHook(full, hook, func(h *world.Hook) { h.Active, h.Events = active, events })
}

// Happening is something done at the forge: see the constants.
type Happening = world.Happening

// The happenings.
const (
	PushDefault = world.PushDefault
	PushBranch  = world.PushBranch
	PushPR      = world.PushPR
	PROpened    = world.PROpened
	ForkPR      = world.ForkPR
	TagPushed   = world.TagPushed
)

// Happen lets something be done to a repository: hooks deliver, and CircleCI builds by its own rules. It reports whether a pipeline started.
func (s *Simulator) Happen(full string, what Happening, branch string) (built bool, err error) {
	err = s.change(full, func(r *world.Repo) error {
		built = s.world.Happen(r, what, branch)
		return nil
	})
	return built, err
}

// SetBuilds changes what a repository's CircleCI project builds.
func (s *Simulator) SetBuilds(full string, prsOnly, forks bool, overrides ...string) error {
	return s.change(full, func(r *world.Repo) error {
		p := s.world.Project("gh/" + full)
		if p == nil {
			return missing("project", full)
		}
		to := p.Settings
		to.BuildPRsOnly, to.BuildForkPRs, to.PROnlyOverrides = prsOnly, forks, overrides
		p.Set(to)
		return nil
	})
}

// Hook is what the service holds of a hook, its secret included.
type Hook struct {
	ID          int64
	URL         string
	Active      bool
	Events      []string
	ContentType string
	Secret      string
	Insecure    bool
	Delivered   int // deliveries in its log
}

// Hooks are a repository's hooks as the service holds them.
func (s *Simulator) Hooks(full string) ([]Hook, error) {
	var out []Hook
	err := s.change(full, func(r *world.Repo) error {
		for _, h := range r.Hooks {
			out = append(out, Hook{h.ID, h.URL, h.Active, slices.Clone(h.Events), h.ContentType, h.Secret, h.Insecure, len(s.world.Deliveries(h))})
		}
		return nil
	})
	return out, err
}

// SetSecret gives a hook a secret that the caller knows; an empty one takes it away.
func (s *Simulator) SetSecret(full string, hook int64, secret string) error {
	return s.changeHook(full, hook, func(h *world.Hook) { h.Secret = secret })
}

// SetURL changes where a hook posts to.
func (s *Simulator) SetURL(full string, hook int64, url string) error {
	return s.changeHook(full, hook, func(h *world.Hook) { h.URL = url })
}

// FailDeliveries makes the hook's youngest deliveries have failed with these codes, youngest first; 0 stands for 200.
func (s *Simulator) FailDeliveries(full string, hook int64, codes ...int) error {
	return s.change(full, func(r *world.Repo) error {
		h := r.Hook(hook)
		if h == nil {
			return missing("hook", full+" "+strconv.FormatInt(hook, 10))
		}
		h.Fails = codes
		return nil
	})
}

func (s *Simulator) changeHook(full string, hook int64, f func(*world.Hook)) error {
	return s.change(full, func(r *world.Repo) error {
		h := r.Hook(hook)
		if h == nil {
			return missing("hook", full+" "+strconv.FormatInt(hook, 10))
		}
		s.world.SetHook(h, f)
		return nil
	})
}

// DropSecrets makes an edit of a hook's events take its secret along. Whether GitHub does is not known (docs/assumptions.md); it is run
// both ways.
func (s *Simulator) DropSecrets(drop bool) { s.github.DropSecrets(drop) }

// RemoveHooks deletes all hooks of a repository.
func (s *Simulator) RemoveHooks(full string) error {
	return s.change(full, func(r *world.Repo) error { r.Hooks = nil; return nil })
}

// RemoveKeys deletes all deploy keys of a repository.
func (s *Simulator) RemoveKeys(full string) error {
	return s.change(full, func(r *world.Repo) error { r.Keys = nil; return nil })
}

// SetRole gives a person a direct role on a repository ("read", "triage", "write", "maintain", "admin"), or takes it ("none").
func (s *Simulator) SetRole(full, login, role string) error {
	to, ok := world.RoleOf(role)
	if !ok {
		return missing("role", role)
	}
	return s.change(full, func(r *world.Repo) error { s.world.SetDirect(r, login, to); return nil })
}

// AddPeople gives n generated people read access to a repository: more than one page of them.
func (s *Simulator) AddPeople(full string, n int) error {
	return s.change(full, func(r *world.Repo) error {
		for i := range n {
			s.world.SetDirect(r, s.world.Stranger(i).Login, world.Read)
		}
		return nil
	})
}

// Revoke ends a token, and every deploy key that was made with it.
func (s *Simulator) Revoke(token string) error {
	s.world.Lock()
	defer s.world.Unlock()
	t := s.world.Token(token)
	if t == nil {
		return missing("token", "***")
	}
	s.world.Revoke(t)
	return nil
}

// AllowDeployKeys sets an organisation's policy: without it keys stay listed and do not work.
func (s *Simulator) AllowDeployKeys(org string, allowed bool) error {
	return s.changeOrg(org, func(o *world.Org) { o.DeployKeys = allowed })
}

// RestrictApps switches an organisation's OAuth app restrictions.
func (s *Simulator) RestrictApps(org string, restricted bool) error {
	return s.changeOrg(org, func(o *world.Org) { o.RestrictApps = restricted })
}

// Approve lets an OAuth app ("CircleCI") see a restricting organisation.
func (s *Simulator) Approve(org, app string) error {
	return s.changeOrg(org, func(o *world.Org) { o.Approved[app] = true })
}

// EnforceSSO makes an organisation ask for single sign-on, which none of the tokens has been through. Lists leave it out and say so.
func (s *Simulator) EnforceSSO(org string) error {
	return s.changeOrg(org, func(o *world.Org) {
		o.SAML = true
		for _, t := range s.world.Tokens() {
			delete(t.SSO, o.Login)
		}
	})
}

// SetLimit sets an account's primary limit and what remains of it; resource is "core" or "graphql". The default is 5,000 an hour each.
func (s *Simulator) SetLimit(login, resource string, limit, remaining int) {
	s.github.SetLimit(login, resource, limit, remaining)
}

// SetSecondary sets the secondary limit in points a minute; 0, the default, is none.
func (s *Simulator) SetSecondary(points int) { s.github.SetSecondary(points) }

// Refuse makes GitHub answer 403 with the message for one part of a repository ("hooks", "keys", "collaborators", "teams",
// "invitations"), whatever the role; an empty message ends it.
func (s *Simulator) Refuse(full, part, message string) error {
	return s.change(full, func(r *world.Repo) error { s.github.Refuse(r.ID, part, message); return nil })
}

// RefuseField makes a GraphQL field of a repository ("collaborators", "deployKeys") null, with an error of the kind ("FORBIDDEN");
// an empty message ends it.
func (s *Simulator) RefuseField(full, field, kind, message string) error {
	return s.change(full, func(r *world.Repo) error { s.github.RefuseField(r.ID, field, kind, message); return nil })
}
