package github

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"gatehouse/model"
)

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

// fleet is n repositories of one organisation.
func fleet(n int) []model.Repo {
	out := make([]model.Repo, n)
	for i := range out {
		ref, _ := model.NewRepoRef(model.GitHub, "acme", fmt.Sprintf("r%d", i))
		out[i] = model.Repo{Ref: ref, ID: fmt.Sprint(i + 1), Node: fmt.Sprintf("R_%d", i+1), Spelled: model.Outside(ref.Owner + "/" + ref.Name), MyRole: model.Outside("admin")}
	}
	return out
}

// edge is one person of an answer; sources are written out.
func edge(login, permission, sources string) string {
	return fmt.Sprintf(`{"permission":%q,"node":{"login":%q},"permissionSources":%s}`, permission, login, sources)
}

func connection(edges ...string) string {
	return `{"pageInfo":{"hasNextPage":false,"endCursor":null},"edges":[` + strings.Join(edges, ",") + `]}`
}

// node is one repository of an answer.
func node(id any, people, outside, keys string) string {
	return fmt.Sprintf(`{"__typename":"Repository","databaseId":%v,"collaborators":%s,"outside":%s,"deployKeys":%s}`, id, people, outside, keys)
}

func keys(nodes ...string) string {
	return `{"pageInfo":{"hasNextPage":false},"nodes":[` + strings.Join(nodes, ",") + `]}`
}

const oneKey = `{"title":"ci","key":"` + hostKey + `","readOnly":false,"createdAt":"2026-11-20T10:00:00Z","verified":true,"enabled":true}`

const byRepository = `[{"permission":"WRITE","roleName":null,"source":{"__typename":"Repository","nameWithOwner":"acme/web"}}]`

func data(nodes ...string) answer { return ok(`{"data":{"nodes":[` + strings.Join(nodes, ",") + `]}}`) }

// graph is a server whose GraphQL answers as told.
func graph(t *testing.T, f func(query string, variables map[string]any) answer) *stub {
	t.Helper()
	s := serve(t, map[string]answer{})
	s.graphql = f
	return s
}

func idsOf(variables map[string]any) []string {
	var out []string
	list, _ := variables["ids"].([]any)
	for _, id := range list {
		out = append(out, id.(string))
	}
	return out
}

// echo answers for every id asked with the same people and keys.
func echo(variables map[string]any) answer {
	var nodes []string
	for _, id := range idsOf(variables) {
		nodes = append(nodes, node(strings.TrimPrefix(id, "R_"), connection(edge("dana", "WRITE", byRepository)), connection(), keys(oneKey)))
	}
	return data(nodes...)
}

func TestEveryGrantNamesItsSource(t *testing.T) {
	t.Parallel()
	org := func(permission string) string {
		return `{"permission":"` + permission + `","roleName":null,"source":{"__typename":"Organization","login":"Acme"}}`
	}
	s := graph(t, func(string, map[string]any) answer {
		return data(node(7, connection(
			edge("Olga", "ADMIN", "["+org("ADMIN")+"]"),
			edge("bob", "ADMIN", "["+org("ADMIN")+`,{"permission":"READ","roleName":"triage","source":{"__typename":"Team","slug":"core"}}]`),
			edge("max", "READ", "["+org("READ")+"]"),
			edge("eve", "MAINTAIN", `[{"permission":"WRITE","roleName":"maintain","source":{"__typename":"Repository","nameWithOwner":"Acme/Web"}},`+org("NONE")+`]`),
			edge("ann", "WRITE", `[{"permission":"WRITE","roleName":"Security-Lead","source":{"__typename":"Repository","nameWithOwner":"Acme/Web"}}]`),
			edge("ida", "READ", "null"),
			edge("new", "READ", `[{"permission":"READ","source":{"__typename":"Enterprise"}}]`),
		), connection(edge("EVE", "MAINTAIN", "null")), keys(oneKey)))
	})
	s.answers["GET /user/memberships/orgs/acme"] = ok(`{"state":"active","role":"member","organization":{"login":"Acme"}}`)
	s.answers["GET /orgs/acme/members?role=admin&per_page=100"] = ok(`[{"login":"olga"}]`)
	got := s.client.Access(t.Context(), []model.Repo{web()})[0]
	people := known(t, got.People)
	var lines []string
	for _, p := range people {
		line := p.Login.Raw() + " " + p.Role.Raw() + " outside:" + p.Outside.String()
		for _, g := range p.Sources.Value {
			line += fmt.Sprintf(" %s(%s)=%s", g.Via, g.Name, g.Role)
		}
		lines = append(lines, line+" "+p.Sources.State.String())
	}
	want := []string{
		"Olga admin outside:no owner(Acme)=admin known",
		"bob admin outside:no base(Acme)=admin team(core)=triage known",
		"max read outside:no base(Acme)=read known",
		"eve maintain outside:yes outside(Acme/Web)=maintain known",
		"ann write outside:no direct(Acme/Web)=Security-Lead known",
		"ida read outside:no denied",
		"new read outside:no partial",
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if k := known(t, got.DeployKeys); len(k) != 1 || k[0].MD5 == "" || k[0].ReadOnly || k[0].LastUsed.State != model.Unread || k[0].AddedBy.State != model.Unread || k[0].ID != "" {
		t.Errorf("%+v", k)
	}
	s.client.People(t.Context(), web())
	if n := s.requests("GET "); n != 2 {
		t.Errorf("the owners were asked for with %d requests: %q", n, s.asked)
	}
}

// Without the list of owners an admin by the organisation is taken for an owner: base permission admin is rare.
func TestOwnersWhenTheyCannotBeListed(t *testing.T) {
	t.Parallel()
	s := graph(t, func(string, map[string]any) answer {
		return data(node(7, connection(edge("olga", "ADMIN", `[{"permission":"ADMIN","source":{"__typename":"Organization","login":"acme"}}]`)), "null", keys()))
	})
	for name, mine := range map[string]answer{
		"not a member": {status: 404, body: said("Not Found")}, "invited only": ok(`{"state":"pending","role":"member","organization":{"login":"acme"}}`),
	} {
		s.answers["GET /user/memberships/orgs/acme"] = mine
		s.client.owners = map[string]*ownerRoll{}
		p := known(t, s.client.People(t.Context(), web()))[0]
		if g := known(t, p.Sources); g[0].Via != model.ViaOwner || p.Outside != model.TriUnknown {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestAPersonalRepositorysOwner(t *testing.T) {
	t.Parallel()
	r := web()
	r.Personal = true
	s := graph(t, func(string, map[string]any) answer {
		return data(node(7, connection(edge("ACME", "ADMIN", "null"), edge("eve", "WRITE", "null")), "null", keys()))
	})
	people := known(t, s.client.People(t.Context(), r))
	if g := known(t, people[0].Sources); g[0].Via != model.ViaOwner || people[1].Outside != model.No || known(t, people[1].Sources)[0].Via != model.ViaDirect {
		t.Errorf("%+v", people)
	}
}

func TestARefusalOfOneRepositoryIsThatRepositorysOnly(t *testing.T) {
	t.Parallel()
	good := func(id int) string {
		return node(id, connection(edge("dana", "WRITE", byRepository)), connection(), keys(oneKey))
	}
	s := graph(t, func(string, map[string]any) answer {
		return ok(`{"data":{"nodes":[` + strings.Join([]string{
			good(1), node(2, "null", "null", keys()), "null", node(4, connection(edge("dana", "WRITE", "null")), connection(), "null"), good(5),
		}, ",") + `]},"errors":[
			{"type":"FORBIDDEN","path":["nodes",1,"collaborators"],"message":"You do not have permission to view repository collaborators."},
			{"type":"NOT_FOUND","path":["nodes",2],"message":"Could not resolve to a node"},
			{"type":"FORBIDDEN","path":["nodes",3,"deployKeys"],"message":"Resource protected by organization SAML enforcement.","extensions":{"saml_failure":true}},
			{"type":"FORBIDDEN","path":["nodes",3,"collaborators","edges",0,"permissionSources"],"message":"no"}]}`)
	})
	got := s.client.Access(t.Context(), fleet(5))
	for _, i := range []int{0, 4} {
		known(t, got[i].People)
		known(t, got[i].DeployKeys)
	}
	if cause := why(t, got[1].People, model.Denied, model.CauseForbidden); cause.Missing != "write access to the repository" || cause.Op != "read people and deploy keys of gh/acme/r1" {
		t.Errorf("%+v", cause)
	}
	known(t, got[1].DeployKeys)
	why(t, got[2].People, model.Denied, model.CauseNotFound)
	why(t, got[2].DeployKeys, model.Denied, model.CauseNotFound)
	if cause := why(t, got[3].DeployKeys, model.Denied, model.CauseForbidden); cause.Missing != missingSSO {
		t.Errorf("%+v", cause)
	}
	if p := known(t, got[3].People); p[0].Sources.State != model.Denied || p[0].Sources.Why.Said.Raw() != "no" {
		t.Errorf("%+v", p)
	}
}

func TestABatchThatIsTooMuchIsHalvedDownToTheCulprit(t *testing.T) {
	t.Parallel()
	for name, gaveUp := range map[string]answer{
		"502": {status: 502, body: `{"message":"Server Error"}`}, "504": {status: 504, body: "<html>"},
		"a timeout in words": ok(`{"data":null,"errors":[{"message":"Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."}]}`),
		"too many resources": ok(`{"errors":[{"type":"RESOURCE_LIMITS_EXCEEDED","message":"Resource limits for this query exceeded."}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := graph(t, func(_ string, v map[string]any) answer {
				if strings.Contains(strings.Join(idsOf(v), " ")+" ", "R_13 ") {
					return gaveUp
				}
				return echo(v)
			})
			for i, a := range s.client.Access(t.Context(), fleet(48)) {
				if i == 12 {
					why(t, a.People, model.Failed, model.CauseNetwork)
					why(t, a.DeployKeys, model.Failed, model.CauseNetwork)
					continue
				}
				known(t, a.People)
				known(t, a.DeployKeys)
			}
			if n := s.requests("POST /graphql"); n > 13 {
				t.Errorf("it took %d queries", n)
			}
		})
	}
}

func TestCulpritsFarApartAreEachFound(t *testing.T) {
	t.Parallel()
	culprits := map[string]bool{"R_3": true, "R_13": true, "R_23": true, "R_33": true, "R_43": true}
	s := graph(t, func(_ string, v map[string]any) answer {
		for _, id := range idsOf(v) {
			if culprits[id] {
				return answer{status: 502}
			}
		}
		return echo(v)
	})
	repos := fleet(48)
	for i, a := range s.client.Access(t.Context(), repos) {
		if failed := a.People.State == model.Failed; failed != culprits[repos[i].Node] {
			t.Errorf("%s: %v", repos[i].Node, a.People.State)
		}
	}
}

func TestAServiceThatIsDownIsNotAskedForEachRepository(t *testing.T) {
	t.Parallel()
	s := graph(t, func(string, map[string]any) answer { return answer{status: 502} })
	for _, a := range s.client.Access(t.Context(), fleet(48)) {
		why(t, a.People, model.Failed, model.CauseNetwork)
	}
	if n := s.requests("POST /graphql"); n > 12 {
		t.Errorf("%d queries to a service that is down", n)
	}
	s = graph(t, func(string, map[string]any) answer { return answer{status: 403, body: said("Forbidden")} })
	for _, a := range s.client.Access(t.Context(), fleet(48)) {
		why(t, a.People, model.Denied, model.CauseForbidden)
	}
	if n := s.requests("POST /graphql"); n != 1 {
		t.Errorf("a refusal was asked %d times", n)
	}
}

func TestATokenWithoutReadOrgLosesTheSourcesOnly(t *testing.T) {
	t.Parallel()
	s := graph(t, func(query string, v map[string]any) answer {
		if strings.Contains(query, "permissionSources") {
			return ok(`{"data":null,"errors":[{"type":"INSUFFICIENT_SCOPES","message":"Your token has not been granted the required scopes to execute this query. The 'slug' field requires one of the following scopes: ['read:org', 'read:discussion'], but your token has only been granted the: ['repo'] scopes."}]}`)
		}
		if _, more := v["after"]; more {
			return ok(`{"data":{"node":` + node(1, connection(edge("eve", "READ", "null")), "null", "null") + `}}`)
		}
		people := strings.Replace(connection(edge("dana", "WRITE", "null")), `"hasNextPage":false,"endCursor":null`, `"hasNextPage":true,"endCursor":"c1"`, 1)
		return data(node(1, people, connection(), keys(oneKey)))
	})
	got := s.client.Access(t.Context(), fleet(1))[0]
	people := known(t, got.People)
	known(t, got.DeployKeys)
	if len(people) != 2 {
		t.Fatalf("%+v", people)
	}
	for _, p := range people {
		if cause := why(t, p.Sources, model.Denied, model.CauseForbidden); cause.Missing != "read:org or read:discussion" {
			t.Errorf("missing %q", cause.Missing)
		}
	}
}

func TestPeopleAndKeysBeyondAHundredAreReadOn(t *testing.T) {
	t.Parallel()
	more := func(edges, cursor string) string {
		return `{"pageInfo":{"hasNextPage":true,"endCursor":"` + cursor + `"},"edges":[` + edges + `]}`
	}
	first := func() answer {
		return data(node(7, more(edge("a", "READ", byRepository), "c1"), strings.Replace(connection(edge("a", "READ", "null")), "false", "true", 1), strings.Replace(keys(oneKey), "false", "true", 1)))
	}
	for name, c := range map[string]struct {
		second string
		kind   model.CauseKind
		people int
	}{
		"to the end":        {`{"data":{"node":` + node(7, connection(edge("b", "READ", byRepository)), "null", "null") + `}}`, "", 2},
		"in a circle":       {`{"data":{"node":` + node(7, more(edge("b", "READ", byRepository), "c1"), "null", "null") + `}}`, model.CauseBadAnswer, 1},
		"to a refusal":      {`{"data":{"node":null},"errors":[{"type":"FORBIDDEN","path":["node"],"message":"no"}]}`, model.CauseForbidden, 1},
		"to nothing":        {`{"data":{"node":null}}`, model.CauseBadAnswer, 1},
		"to another's":      {`{"data":{"node":` + node(8, connection(), "null", "null") + `}}`, model.CauseBadAnswer, 1},
		"to a bad row":      {`{"data":{"node":` + node(7, connection(edge("b", "READ", byRepository), `{"permission":"READ","node":null}`), "null", "null") + `}}`, model.CauseBadAnswer, 2},
		"to a list of null": {`{"data":{"node":` + node(7, `{"edges":null}`, "null", "null") + `}}`, model.CauseBadAnswer, 1},
	} {
		s := graph(t, func(_ string, v map[string]any) answer {
			if v["after"] == "c1" {
				return ok(c.second)
			}
			return first()
		})
		s.answers["GET /repos/Acme/Web/keys"] = ok(`[{"id":1,"key":"` + hostKey + `","read_only":true},{"id":2,"key":"x","read_only":true}]`)
		got := s.client.Access(t.Context(), []model.Repo{web()})[0]
		if c.kind == "" {
			if p := known(t, got.People); p[0].Outside != model.Yes || p[1].Outside != model.TriUnknown {
				t.Errorf("%s: %+v", name, p)
			}
		} else {
			why(t, got.People, model.Partial, c.kind)
		}
		if len(got.People.Value) != c.people {
			t.Errorf("%s: %d people", name, len(got.People.Value))
		}
		if k := known(t, got.DeployKeys); len(k) != 2 || k[0].ID != "1" {
			t.Errorf("%s: keys %+v", name, k)
		}
	}
}

func TestAnswersAboutSomethingElseAreNotBelieved(t *testing.T) {
	t.Parallel()
	good := node(1, connection(), connection(), keys())
	for name, c := range map[string]struct {
		body string
		kind model.CauseKind
	}{
		"too few":           {`{"data":{"nodes":[` + good + `]}}`, model.CauseBadAnswer},
		"too many":          {`{"data":{"nodes":[` + good + "," + good + "," + good + `]}}`, model.CauseBadAnswer},
		"in another order":  {`{"data":{"nodes":[` + node(2, connection(), connection(), keys()) + "," + good + `]}}`, model.CauseBadAnswer},
		"neither nor":       {`{}`, model.CauseBadAnswer},
		"no data, no error": {`{"data":null,"errors":[]}`, model.CauseBadAnswer},
		"another shape":     {`{"data":{"nodes":{}}}`, model.CauseBadAnswer},
		"an unknown error":  {`{"data":null,"errors":[{"message":"Field 'x' doesn't exist"}]}`, model.CauseBadAnswer},
		"null with errors":  {`{"data":{"nodes":null},"errors":[{"type":"FORBIDDEN","message":"no"}]}`, model.CauseForbidden},
		"the limit":         {`{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`, model.CauseRateLimited},
		"nulls":             {`{"data":{"nodes":[null,null]}}`, model.CauseForbidden},
		"an error at large": {`{"data":{"nodes":[null,null]},"errors":[{"type":"NOT_FOUND","path":["nodes",9],"message":"no"}]}`, model.CauseNotFound},
	} {
		s := graph(t, func(string, map[string]any) answer { return ok(c.body) })
		for _, a := range s.client.Access(t.Context(), fleet(2)) {
			for _, cause := range []*model.Cause{a.People.Why, a.DeployKeys.Why} {
				if a.People.State == model.Known || a.DeployKeys.State == model.Known || cause == nil || cause.Kind != c.kind {
					t.Errorf("%s: %v and %v because of %+v", name, a.People.State, a.DeployKeys.State, cause)
				}
			}
		}
	}
}

func TestARepositoryWithoutGraphQLIdIsAskedByRESTAndSpoilsNothing(t *testing.T) {
	t.Parallel()
	s := graph(t, func(_ string, v map[string]any) answer { return echo(v) })
	s.answers["GET /repos/acme/r0/collaborators?per_page=100&affiliation=outside"] = ok(`[{"login":"eve","role_name":"read"}]`)
	s.answers["GET /repos/acme/r0/collaborators?per_page=100&affiliation=all"] = ok(`[{"login":"dana","role_name":"admin"},{"login":"eve","permissions":{"pull":true}}]`)
	s.answers["GET /repos/acme/r0/keys"] = ok(`[]`)
	repos := fleet(3)
	repos[0].Node = ""
	got := s.client.Access(t.Context(), repos)
	people := known(t, got[0].People)
	if people[0].Outside != model.No || people[1].Outside != model.Yes || people[1].Role.Raw() != "read" || people[0].Sources.State != model.Unread || people[0].Sources.Why == nil {
		t.Errorf("%+v", people)
	}
	known(t, got[0].DeployKeys)
	for _, a := range got[1:] {
		known(t, known(t, a.People)[0].Sources)
	}
	if n := s.requests("POST /graphql"); n != 1 {
		t.Errorf("%d queries", n)
	}
	if got := s.client.Access(t.Context(), nil); len(got) != 0 {
		t.Errorf("nothing asked for gave %+v", got)
	}
}

func TestTheDocumentsAreSentAsTheyAre(t *testing.T) {
	t.Parallel()
	s := graph(t, func(query string, v map[string]any) answer {
		if query != documentAccess {
			t.Error("another document was sent")
		}
		if b, _ := json.Marshal(v); string(b) != `{"ids":["R_1","R_2"]}` {
			t.Errorf("variables %s", b)
		}
		return echo(v)
	})
	s.client.Access(t.Context(), fleet(2))
}
