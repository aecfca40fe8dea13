package inventory_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

// circle is a CircleCI that answers from literals.
type circle struct {
	login    model.Reading[model.Text]
	projects model.Reading[[]model.CIProject]
	sources  map[string]string // slug → the repository's number

	mu   sync.Mutex
	keys []string // slugs whose keys were asked for
}

func (c *circle) Account(context.Context) model.Account {
	return model.Account{Service: model.ServiceCircleCI, Configured: true, Login: c.login}
}

func (c *circle) Followed(context.Context, string) model.Reading[[]model.CIProject] {
	return c.projects
}

func (c *circle) Source(_ context.Context, slug model.Text) (id string, err error) {
	if c.sources[slug.Raw()] == "panic" {
		panic("a provider's mistake")
	}
	return c.sources[slug.Raw()], nil
}

func (c *circle) CheckoutKeys(_ context.Context, slug model.Text) model.Reading[[]model.CheckoutKey] {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys = append(c.keys, slug.Raw())
	return model.Read([]model.CheckoutKey{{SHA256: "SHA256:" + slug.Raw(), Preferred: true}}, now)
}

// renaming is a forge with three repositories that knows one under an old name.
type renaming struct {
	forge
	asked []model.RepoRef
}

func (f *renaming) List(_ context.Context, yield func(inventory.Page) error) model.Reading[int] {
	var p inventory.Page
	for i := range 4 {
		p.Repos = append(p.Repos, model.Repo{Ref: ref(i), ID: fmt.Sprint(100 + i)})
	}
	if err := yield(p); err != nil {
		return model.Unreadable[int](model.CauseOf(err))
	}
	return model.Read(4, now)
}

func (f *renaming) Repo(_ context.Context, r model.RepoRef) (model.Repo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r)
	if r.Name == "old-name" {
		return model.Repo{Ref: ref(1), ID: "101"}, nil
	}
	return model.Repo{}, &model.Error{Cause: model.Cause{Kind: model.CauseNotFound}}
}

func named(name string) model.CIProject {
	r := model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: name}
	return model.CIProject{Slug: model.Outside(r.String()), Integration: model.IntegrationOAuth, Wired: r, Followers: []string{"dana"}}
}

func ciConfig(f inventory.Forge, c inventory.CI) inventory.Config {
	return inventory.Config{Forges: []inventory.Forge{f}, CI: c, Now: clock}
}

// TestJoin: projects find their repositories by name, by the number behind an old name, and by the number that a GitHub App project says; what is
// tied to nothing of ours is left out, and a broken answer breaks nothing else.
func TestJoin(t *testing.T) {
	t.Parallel()
	app := model.CIProject{Slug: model.Outside("circleci/xyz/abc"), Integration: model.IntegrationGitHubApp}
	broken := model.CIProject{Slug: model.Outside("circleci/xyz/broken"), Integration: model.IntegrationGitHubApp}
	f := &renaming{}
	c := &circle{
		login:    model.Read(model.Outside("dana"), now),
		projects: model.Read([]model.CIProject{named("r000000"), named("old-name"), named("of-somebody-else"), app, broken}, now),
		sources:  map[string]string{"circleci/xyz/abc": "102", "circleci/xyz/broken": "panic"},
	}
	snap, err := inventory.ReadAll(t.Context(), ciConfig(f, c), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"gh/acme/r000000", "gh/acme/old-name", "circleci/xyz/abc", ""} {
		r := snap.Repo(ref(i))
		p, ok := r.CI.All()
		got := ""
		if p != nil {
			got = p.Slug.Raw()
		}
		if !ok || got != want {
			t.Errorf("%s: %q (%s), want %q", r.Ref, got, r.CI.State, want)
		}
	}
	if k, ok := snap.Repo(ref(1)).CheckoutKeys.All(); !ok || k[0].SHA256 != "SHA256:gh/acme/old-name" {
		t.Errorf("keys of the renamed one: %+v", snap.Repo(ref(1)).CheckoutKeys)
	}
	if st := snap.Repo(ref(2)).CheckoutKeys.State; st != model.NotApplicable {
		t.Errorf("a GitHub App project's keys are %s", st)
	}
	if st := snap.Repo(ref(3)).CheckoutKeys.State; st != model.Unread || len(c.keys) != 2 {
		t.Errorf("keys were asked of %v", c.keys)
	}
	if snap.Listing.State != model.Known {
		t.Errorf("a broken project made the list %s", snap.Listing.State)
	}
}

// TestJoinUnknown: what CircleCI did not say is unknown, never "not followed"; not configured is neither.
func TestJoinUnknown(t *testing.T) {
	t.Parallel()
	refused := &model.Cause{Kind: model.CauseUnauthorized, Said: model.Outside("You must log in first.")}
	many := []model.CIProject{}
	for i := range 101 {
		many = append(many, named(fmt.Sprint("other", i)))
	}
	for name, c := range map[string]struct {
		ci   inventory.CI
		want model.State
	}{
		"refused":         {&circle{login: model.Unreadable[model.Text](refused)}, model.Denied},
		"list broken":     {&circle{login: model.Read(model.Outside("dana"), now), projects: model.Unreadable[[]model.CIProject](&model.Cause{Kind: model.CauseNetwork})}, model.Failed},
		"too many strays": {&circle{login: model.Read(model.Outside("dana"), now), projects: model.Read(many, now)}, model.Partial},
		"follows nothing": {&circle{login: model.Read(model.Outside("dana"), now), projects: model.Read([]model.CIProject{}, now)}, model.Known},
		"not configured":  {nil, model.NotApplicable},
	} {
		snap, err := inventory.ReadAll(t.Context(), ciConfig(&renaming{}, c.ci), nil)
		if err != nil || len(snap.Repos) != 4 {
			t.Fatal(err)
		}
		for _, r := range snap.Repos {
			if r.CI.State != c.want || r.CI.Value != nil || c.want != model.Known && r.CI.Why == nil {
				t.Errorf("%s: %s is %s, %v", name, r.Ref, r.CI.State, r.CI.Why)
			}
		}
	}
}
