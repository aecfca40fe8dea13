package github

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/inventory"
	"gatehouse/providers/simulator"
	"gatehouse/providers/simulator/simtest"
	"gatehouse/providers/transport"
)

// kept is the least a cache can be.
type kept map[string]transport.Cached

func (k kept) Get(key string) (transport.Cached, bool) { c, ok := k[key]; return c, ok }
func (k kept) Put(key string, c transport.Cached)      { k[key] = c }

// demo is the simulated GitHub; every exchange with it is checked against GitHub's own descriptions.
func demo(t *testing.T, o simulator.Options) *simulator.Simulator {
	t.Helper()
	o.Now = func() time.Time { return time.Unix(int64(now), 0) }
	s, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	simtest.Validate(t, s)
	return s
}

// as is a client with one of the demo accounts' tokens.
func as(t *testing.T, s *simulator.Simulator, base, login, kind string, cache transport.Cache) *Client {
	t.Helper()
	secret := model.NewSecret(s.Token(login, kind))
	tr, err := transport.New(transport.Options{
		Service: model.ServiceGitHub, Base: base, Auth: transport.Bearer(secret), Loopback: true, GraphQL: GraphQLURL(base), Documents: Documents(),
		ReadOnly: true, Cache: cache, Policy: transport.Policy{PerMinute: -1, Retries: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	c, err := New(Options{Transport: tr, Base: base, Kind: Kind(secret), Now: func() model.Unix { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everything lists all repositories and reads hooks and access of each, as the engine does.
func everything(t *testing.T, c *Client) map[string]model.Repo {
	t.Helper()
	var repos []model.Repo
	known(t, c.List(t.Context(), func(p inventory.Page) error { repos = append(repos, p.Repos...); return nil }))
	out := map[string]model.Repo{}
	for batch := range slices.Chunk(repos, inventory.AccessBatch) {
		for i, a := range c.Access(t.Context(), batch) {
			r := batch[i]
			r.People, r.DeployKeys, r.Hooks = a.People, a.DeployKeys, c.Hooks(t.Context(), r)
			out[r.Ref.String()] = r
		}
	}
	return out
}

func TestTheDemoWorldIsReadInFull(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	for name, base := range map[string]string{"as github.com": s.GitHubURL(), "as an Enterprise Server": s.EnterpriseURL()} {
		c := as(t, s, base, "", "", nil)
		a := c.Account(t.Context())
		if known(t, a.Login).Raw() != "dana" || !slices.ContainsFunc(known(t, a.Scopes), func(s model.Text) bool { return s.Raw() == "repo" }) {
			t.Errorf("%s: %+v", name, a)
		}
		orgs := known(t, c.Orgs(t.Context()))
		if !slices.ContainsFunc(orgs, func(o model.Org) bool { return o.Login == "acme" && o.MyRole.Value.Raw() == "admin" }) {
			t.Errorf("%s: %+v", name, orgs)
		}
		repos := everything(t, c)
		if len(repos) < 80 {
			t.Errorf("%s: %d repositories only", name, len(repos))
		}
		for slug, r := range repos {
			for what, st := range map[string]model.State{"hooks": r.Hooks.State, "keys": r.DeployKeys.State, "people": r.People.State} {
				if st != model.Known {
					t.Errorf("%s: %s of %s are %v", name, what, slug, st)
				}
			}
			for _, p := range r.People.Value {
				if p.Sources.State != model.Known || len(p.Sources.Value) == 0 || p.Outside == model.TriUnknown {
					t.Errorf("%s: %s on %s: %+v", name, p.Login, slug, p)
				}
			}
		}
		web := repos["gh/acme/web"]
		if h := web.Hooks.Value; len(h) == 0 || h[0].Whose() != model.HookOfCircleCI || h[0].Sends("push") || h[0].SecretSet != model.Yes {
			t.Errorf("%s: hooks of acme/web: %+v", name, h)
		}
	}
}

// What GraphQL says of people must be what REST says, but for the sources: two ways to one world.
func TestBothWaysToPeopleAgree(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	c := as(t, s, s.GitHubURL(), "", "", nil)
	for slug, r := range everything(t, c) {
		if strings.Contains(slug, "fleet") {
			continue
		}
		var byGraph, byREST []string
		for _, p := range r.People.Value {
			byGraph = append(byGraph, p.Login.Raw()+" "+p.Role.Raw()+" "+p.Outside.String())
		}
		for _, p := range known(t, c.restPeople(t.Context(), r)) {
			byREST = append(byREST, p.Login.Raw()+" "+p.Role.Raw()+" "+p.Outside.String())
		}
		slices.Sort(byGraph)
		slices.Sort(byREST)
		if !slices.Equal(byGraph, byREST) {
			t.Errorf("%s: GraphQL says %q, REST says %q", slug, byGraph, byREST)
		}
		full := known(t, c.Keys(t.Context(), r))
		if len(full) != len(r.DeployKeys.Value) {
			t.Errorf("%s: %d keys by REST, %d by GraphQL", slug, len(full), len(r.DeployKeys.Value))
		}
		for _, k := range full {
			if !slices.ContainsFunc(r.DeployKeys.Value, func(g model.DeployKey) bool {
				return g.SHA256 == k.SHA256 && g.ReadOnly == k.ReadOnly && g.Enabled == k.Enabled
			}) || k.ID == "" || k.SHA256 == "" {
				t.Errorf("%s: GraphQL does not have %+v", slug, k)
			}
		}
		known(t, c.Teams(t.Context(), r))
		known(t, c.Invitations(t.Context(), r))
	}
}

func TestDeliveriesOfTheDemoWorld(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	c := as(t, s, s.GitHubURL(), "", "", nil)
	seen := 0
	for _, name := range []string{"web", "ok", "docs", "shop"} {
		ref, _ := model.NewRepoRef(model.GitHub, "acme", name)
		r, err := c.Repo(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range known(t, c.Hooks(t.Context(), r)) {
			log, _ := c.Deliveries(t.Context(), r, h.ID, "")
			for _, d := range known(t, log) {
				if seen++; seen < 5 {
					detail := known(t, c.Delivery(t.Context(), r, h.ID, d.ID))
					if detail.GUID != d.GUID || len(detail.Request.Headers) == 0 || detail.Request.Payload.Empty() {
						t.Errorf("%+v", detail)
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no hook of the demo world has a delivery")
	}
}

func TestLesserTokensSayWhatTheyMiss(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	admin := as(t, s, s.GitHubURL(), "", "", nil)
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "web")
	web, err := admin.Repo(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	for kind, missing := range map[string]string{simulator.KindLimited: "read:repo_hook", simulator.KindFineGrained: "repository_hooks=read"} {
		cause := why(t, as(t, s, s.GitHubURL(), "dana", kind, nil).Hooks(t.Context(), web), model.Denied, model.CauseForbidden)
		if !strings.Contains(cause.Missing, missing) {
			t.Errorf("%s: missing %q", kind, cause.Missing)
		}
	}
	why(t, as(t, s, s.GitHubURL(), "dana", simulator.KindExpired, nil).Account(t.Context()).Login, model.Denied, model.CauseUnauthorized)
	if err := s.Refuse("acme/web", "hooks", "Resource protected by organization SAML enforcement."); err != nil {
		t.Fatal(err)
	}
	if cause := why(t, admin.Hooks(t.Context(), web), model.Denied, model.CauseForbidden); cause.Missing != missingSSO {
		t.Errorf("%+v", cause)
	}
	if err := s.EnforceSSO("umbrella"); err != nil {
		t.Fatal(err)
	}
	if _, r := "", admin.List(t.Context(), func(inventory.Page) error { return nil }); r.State != model.Partial || r.Why.Missing != missingSSO {
		t.Errorf("a list that leaves an organisation out is %v", r.State)
	}
}

func TestARenamedRepositoryIsFollowed(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	c := as(t, s, s.GitHubURL(), "", "", nil)
	if err := s.Rename("acme/web", "website"); err != nil {
		t.Fatal(err)
	}
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "web")
	r, err := c.Repo(t.Context(), ref)
	if err != nil || r.Ref.Name != "website" {
		t.Errorf("%v %v", r.Ref, err)
	}
}

func TestMoreThanAHundredPeopleInTheSimulator(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	c := as(t, s, s.GitHubURL(), "", "", nil)
	if err := s.AddPeople("acme/web", 250); err != nil {
		t.Fatal(err)
	}
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "web")
	r, err := c.Repo(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if people := known(t, c.People(t.Context(), r)); len(people) < 250 {
		t.Errorf("%d people", len(people))
	}
}

// The budget of list facts: hooks are one REST request each, the list one for a hundred, people and keys come by GraphQL; the account,
// the organisations and their owners are a handful in all. A second run costs nothing that counts but the GraphQL queries.
func TestWhatReadingCosts(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{Repos: 400})
	cache := kept{}
	c := as(t, s, s.GitHubURL(), "", "", cache)
	n := len(everything(t, c))
	count := func(from int) (rest, counted, queries int) {
		for _, r := range s.Requests()[from:] {
			switch {
			case r.Path == "/graphql":
				queries++
			case r.Counted:
				counted++
				fallthrough
			default:
				rest++
			}
		}
		return rest, counted, queries
	}
	rest, _, queries := count(0)
	if most := n + n/100 + 1 + 2*4; n < 400 || rest > most {
		t.Errorf("%d repositories took %d REST requests, more than %d", n, rest, most)
	}
	if points := (3*n + 50) / 100; queries > points+2 || float64(queries)/float64(n) > 0.03 {
		t.Errorf("%d repositories took %d queries", n, queries)
	}
	first := len(s.Requests())
	everything(t, as(t, s, s.GitHubURL(), "", "", cache))
	rest, counted, _ := count(first)
	if rest == 0 || counted > 0 {
		t.Errorf("the second run counted %d of %d REST requests", counted, rest)
	}
}

func TestTheDocumentsAreGitHubs(t *testing.T) {
	t.Parallel()
	for _, d := range Documents() {
		simtest.GraphQL(t, d)
	}
}

func TestEachQueryOfAFullBatchIsOnePoint(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{Repos: 60})
	c := as(t, s, s.GitHubURL(), "", "", nil)
	var repos []model.Repo
	known(t, c.List(t.Context(), func(p inventory.Page) error { repos = append(repos, p.Repos...); return nil }))
	before, _ := c.transport.Limit("graphql")
	c.Access(t.Context(), repos[:1])
	one, _ := c.transport.Limit("graphql")
	c.Access(t.Context(), repos[:inventory.AccessBatch])
	full, ok := c.transport.Limit("graphql")
	if cost := one.Remaining - full.Remaining; !ok || cost != 1 || float64(cost)/inventory.AccessBatch > 0.03 {
		b, _ := json.Marshal([]model.Limit{before, one, full})
		t.Errorf("a full batch costs %d points: %s", cost, b)
	}
}
