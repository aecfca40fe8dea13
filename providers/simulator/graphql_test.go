package simulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/providers/simulator"
)

const sources = `query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    collaborators(first: 100) {
      totalCount
      edges { permission node { login } permissionSources { permission roleName source { __typename ... on Organization { login } ... on Team { slug } ... on Repository { nameWithOwner } } } }
    }
  }
}`

// told is "ADMIN: Organization acme admin, Team everyone read" for each login.
func told(c client, owner, name string) map[string]string {
	c.t.Helper()
	data, errs := c.query(sources, map[string]any{"owner": owner, "name": name})
	if errs != nil {
		c.t.Fatalf("%s/%s: %v", owner, name, errs)
	}
	out := map[string]string{}
	for _, e := range data["repository"].(map[string]any)["collaborators"].(map[string]any)["edges"].([]any) {
		e := e.(map[string]any)
		var grants []string
		list, _ := e["permissionSources"].([]any)
		for _, s := range list {
			s := s.(map[string]any)
			from := s["source"].(map[string]any)
			for _, name := range []string{"login", "slug", "nameWithOwner"} {
				if from[name] != nil {
					grants = append(grants, fmt.Sprintf("%s %s %s", from["__typename"], from[name], s["roleName"]))
				}
			}
		}
		out[e["node"].(map[string]any)["login"].(string)] = fmt.Sprintf("%s: %s", e["permission"], strings.Join(grants, ", "))
	}
	return out
}

// TestSourcesOfAccess is what only GraphQL tells: through what each person reaches a repository.
func TestSourcesOfAccess(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	for _, row := range []struct{ owner, name, login, want string }{
		{"acme", "web", "dana", "ADMIN: Organization acme admin"},
		{"acme", "web", "sam", "WRITE: Team web write"},
		{"acme", "web", "vic", "WRITE: Repository acme/web write"},
		{"acme", "web", "wen", "TRIAGE: Repository acme/web triage"},
		{"acme", "ok", "mira", "MAINTAIN: Team platform maintain, Team everyone read"},
		{"acme", "legacy", "sam", "ADMIN: Repository acme/legacy admin"},
		{"umbrella", "core", "sol", "READ: Organization umbrella read"},
		{"umbrella", "core", "dana", "ADMIN: Organization umbrella read, Repository umbrella/core admin"},
		{"umbrella", "core", "uma", "ADMIN: Organization umbrella admin"},
		{"dana", "dotfiles", "dana", "ADMIN: "},
	} {
		if got := told(dana, row.owner, row.name)[row.login]; got != row.want {
			t.Errorf("%s on %s/%s: %q, want %q", row.login, row.owner, row.name, got, row.want)
		}
	}
	for repo, want := range map[string]int{"web": 12, "docs": 7, "site": 9, "mobile": 14} { // as many as the design's picture shows
		if got := len(told(dana, "acme", repo)); got != want {
			t.Errorf("%d people on acme/%s, want %d", got, repo, want)
		}
	}
	// REST agrees on who and on the role.
	for _, p := range dana.all("/repos/acme/web/collaborators?per_page=5") {
		if got := told(dana, "acme", "web")[p["login"].(string)]; !strings.HasPrefix(got, strings.ToUpper(p["role_name"].(string))+":") {
			t.Errorf("REST says %v is %v, GraphQL %q", p["login"], p["role_name"], got)
		}
	}
}

// TestGraphQLRefusals: one repository's refusal leaves the others alone; a missing scope refuses all. deployKeys may not be null in
// GitHub's schema, so its refusal makes the repository null.
func TestGraphQLRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	const query = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Repository { nameWithOwner collaborators(first: 5) { totalCount } deployKeys(first: 5) { totalCount } } } }`
	dana := as(t, s, "dana", simulator.KindClassic)
	var ids []any
	for _, r := range []string{"acme/web", "umbrella/wiki", "sam/ci-scripts"} {
		ids = append(ids, dana.get("/repos/" + r).want(200).row()["node_id"])
	}
	ids = append(ids, "R_kwDOAAATic4AABOK") // two numbers, the last one a repository's
	data, errs := dana.query(query, map[string]any{"ids": ids})
	nodes := data["nodes"].([]any)
	if nodes[0].(map[string]any)["collaborators"] == nil || nodes[1] != nil || nodes[2] != nil || nodes[3] != nil {
		t.Errorf("the data is %v", nodes)
	}
	var got []string
	for _, e := range errs {
		got = append(got, fmt.Sprint(e["type"], " ", e["path"]))
	}
	want := []string{"FORBIDDEN [nodes 1 collaborators]", "FORBIDDEN [nodes 1 deployKeys]", "FORBIDDEN [nodes 2 deployKeys]", "NOT_FOUND [nodes 3]"}
	if !slices.Equal(got, want) {
		t.Errorf("the errors are %q, want %q", got, want)
	}
	if data, errs = as(t, s, "dana", simulator.KindOAuth).query(query, map[string]any{"ids": ids[:1]}); errs != nil {
		t.Errorf("CircleCI's token on acme/web: %v %v", data, errs)
	}
	_, errs = as(t, s, "dana", simulator.KindOAuth).query(`{repository(owner:"umbrella",name:"core"){id}}`, nil)
	if len(errs) != 1 || errs[0]["type"] != "FORBIDDEN" || !strings.Contains(fmt.Sprint(errs[0]["message"]), "OAuth App access restrictions") {
		t.Errorf("a restricted organisation: %v", errs)
	}
	data, errs = as(t, s, "dana", simulator.KindOAuth).query(`{organization(login:"acme"){membersWithRole(first:5){totalCount}}}`, nil)
	if data != nil || len(errs) != 1 || errs[0]["type"] != "INSUFFICIENT_SCOPES" || !strings.Contains(fmt.Sprint(errs[0]["message"]), "requires one of the following scopes: ['read:org']") {
		t.Errorf("a missing scope: %v %v", data, errs)
	}
	if err := s.RefuseField("acme/web", "deployKeys", "FORBIDDEN", "not today"); err != nil {
		t.Fatal(err)
	}
	if _, errs = dana.query(query, map[string]any{"ids": ids[:1]}); len(errs) != 1 || errs[0]["message"] != "not today" {
		t.Errorf("a refusal asked for: %v", errs)
	}
	if err := s.EnforceSSO("umbrella"); err != nil {
		t.Fatal(err)
	}
	if _, errs = dana.query(`{repository(owner:"umbrella",name:"core"){id}}`, nil); len(errs) != 1 || fmt.Sprint(errs[0]["extensions"]) != "map[saml_failure:true]" {
		t.Errorf("single sign-on: %v", errs)
	}
}

// TestGraphQLCost is GitHub's formula: a request for each connection of each object, by a hundred, at least one point.
func TestGraphQLCost(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 120})
	dana := as(t, s, "dana", simulator.KindClassic)
	ids := names(dana.get("/user/repos?per_page=100").rows(), "node_id")
	const list = `collaborators(first:100){totalCount} deployKeys(first:100){totalCount}`
	for _, row := range []struct {
		query string
		ids   int
		want  float64
	}{
		{`{viewer{login} rateLimit{cost}}`, 0, 1},
		{`{viewer{repositories(first:50){nodes{` + list + `}}} rateLimit{cost}}`, 0, 1},  // 1 + 100 requests
		{`{viewer{repositories(first:100){nodes{` + list + `}}} rateLimit{cost}}`, 0, 2}, // GitHub's own example: 201 requests
		{`query($ids:[ID!]!){nodes(ids:$ids){id ... on Repository{` + list + `}} rateLimit{cost}}`, 50, 1},
		{`query($ids:[ID!]!){nodes(ids:$ids){id ... on Repository{` + list + `}} rateLimit{cost}}`, 100, 2},
	} {
		data, errs := dana.query(row.query, map[string]any{"ids": ids[:row.ids]})
		if data["rateLimit"].(map[string]any)["cost"] != row.want {
			t.Errorf("%s with %d ids: %v %v, want %v points", row.query, row.ids, data["rateLimit"], errs, row.want)
		}
	}
	for query, want := range map[string]string{
		`{viewer{repositories{totalCount}}}`:              "MISSING_PAGINATION_BOUNDARIES",
		`{viewer{repositories(first:101){totalCount}}}`:   "EXCESSIVE_PAGINATION",
		`{viewer{repositories(first:1){totalCount}}`:      "Parse error",
		`{viewer{noSuchField}}`:                           "undefinedField",
		`mutation{addStar(input:{}){clientMutationId}}`:   "queries only",
		`query($ids:[ID!]!){nodes(ids:$ids){__typename}}`: "invalid value",
	} {
		if data, errs := dana.query(query, nil); data != nil || !strings.Contains(fmt.Sprint(errs), want) {
			t.Errorf("%s: %v %v, want %s", query, data, errs, want)
		}
	}
	if _, errs := dana.query(`query($ids:[ID!]!){nodes(ids:$ids){__typename}}`, map[string]any{"ids": append(ids, "R_1")}); !strings.Contains(fmt.Sprint(errs), "100 node ids") {
		t.Errorf("101 ids: %v", errs)
	}
}

// TestGraphQLPages: cursors lead through every person once.
func TestGraphQLPages(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 9})
	if err := s.AddPeople("acme/web", 120); err != nil {
		t.Fatal(err)
	}
	dana := as(t, s, "dana", simulator.KindClassic)
	const query = `query($after: String) { repository(owner:"acme",name:"web") { collaborators(first: 50, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { login } } } }`
	var people []string
	var after any
	pages := 0
	for {
		data, errs := dana.query(query, map[string]any{"after": after})
		if errs != nil {
			t.Fatal(errs)
		}
		con := data["repository"].(map[string]any)["collaborators"].(map[string]any)
		for _, n := range con["nodes"].([]any) {
			people = append(people, n.(map[string]any)["login"].(string))
		}
		pages++
		info := con["pageInfo"].(map[string]any)
		if after = info["endCursor"]; info["hasNextPage"] == false {
			break
		}
	}
	slices.Sort(people)
	if pages != 3 || len(people) != 132 || len(slices.Compact(people)) != 132 {
		t.Errorf("%d people on %d pages", len(people), pages)
	}
	// viewer.repositories leaves out what organisations own, unless it is asked for: a trap of GitHub's.
	count := func(args string) float64 {
		data, errs := dana.query(`{viewer{repositories(first:1`+args+`){totalCount}}}`, nil)
		if errs != nil {
			t.Fatal(errs)
		}
		return data["viewer"].(map[string]any)["repositories"].(map[string]any)["totalCount"].(float64)
	}
	if few, all := count(""), count(`, ownerAffiliations:[OWNER,COLLABORATOR,ORGANIZATION_MEMBER]`); few >= all || all != float64(len(dana.all("/user/repos?per_page=100"))) {
		t.Errorf("%v without ownerAffiliations, %v with", few, all)
	}
	anonymous := dana
	anonymous.token = ""
	anonymous.do(http.MethodPost, "/graphql", `{"query":"{viewer{login}}"}`).want(401)
}
