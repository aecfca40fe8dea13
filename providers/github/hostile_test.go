package github

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

// outcome is what any endpoint made of an answer.
type outcome struct {
	state model.State
	why   *model.Cause
}

func of[T any](r model.Reading[T]) outcome { return outcome{r.State, r.Why} }

// endpoint is one call of the client, and an answer that it believes.
type endpoint struct {
	path string // method and path, by which the stub finds the answer
	call func(*testing.T, *Client) outcome
	good string
}

func endpoints() map[string]endpoint {
	const repo = "GET /repos/Acme/Web"
	return map[string]endpoint{
		"account": {"GET /user", func(t *testing.T, c *Client) outcome { return of(c.Account(t.Context()).Login) }, `{"id":1,"login":"dana"}`},
		"list": {reposPath, func(t *testing.T, c *Client) outcome {
			return of(c.List(t.Context(), func(inventory.Page) error { return nil }))
		}, "[" + repoRow(1, "a/b", true, "") + "]"},
		"hooks":       {hooksPath, func(t *testing.T, c *Client) outcome { return of(c.Hooks(t.Context(), web())) }, `[{"id":1,"active":true,"events":["push"],"config":{"url":"https://x"}}]`},
		"keys":        {repo + "/keys", func(t *testing.T, c *Client) outcome { return of(c.Keys(t.Context(), web())) }, `[{"id":1,"key":"` + hostKey + `","read_only":true}]`},
		"teams":       {repo + "/teams", func(t *testing.T, c *Client) outcome { return of(c.Teams(t.Context(), web())) }, `[{"slug":"core","name":"Core","permission":"push"}]`},
		"invitations": {repo + "/invitations", func(t *testing.T, c *Client) outcome { return of(c.Invitations(t.Context(), web())) }, `[{"id":1,"permissions":"read"}]`},
		"orgs":        {"GET /user/memberships/orgs", func(t *testing.T, c *Client) outcome { return of(c.Orgs(t.Context())) }, `[{"role":"admin","organization":{"login":"acme"}}]`},
		"deliveries": {hooksPath + "/1/deliveries", func(t *testing.T, c *Client) outcome {
			r, _ := c.Deliveries(t.Context(), web(), "1", "")
			return of(r)
		}, `[{"id":1,"status":"OK","status_code":200}]`},
		"delivery":       {hooksPath + "/1/deliveries/2", func(t *testing.T, c *Client) outcome { return of(c.Delivery(t.Context(), web(), "1", "2")) }, `{"id":2,"status":"OK","status_code":200}`},
		"people by REST": {repo + "/collaborators", func(t *testing.T, c *Client) outcome { return of(c.restPeople(t.Context(), web())) }, `[{"login":"dana","role_name":"admin"}]`},
		"people":         {"POST /graphql", func(t *testing.T, c *Client) outcome { return of(c.People(t.Context(), web())) }, data(node(7, connection(edge("dana", "WRITE", byRepository)), connection(), keys(oneKey))).body},
		"deploy keys by GraphQL": {"POST /graphql", func(t *testing.T, c *Client) outcome {
			return of(c.Access(t.Context(), []model.Repo{web()})[0].DeployKeys)
		}, data(node(7, connection(), connection(), keys(oneKey))).body},
		"repository": {"GET /repos/acme/web", func(t *testing.T, c *Client) outcome {
			r, err := c.Repo(t.Context(), web().Ref)
			if err != nil {
				return of(model.Unreadable[model.Repo](model.CauseOf(err)))
			}
			return of(model.Read(r, now))
		}, repoRow(1, "acme/web", true, "")},
	}
}

// hostile are answers that no endpoint may believe. Each is made from the answer that it would believe.
var hostile = map[string]func(good string) string{
	"nothing":            func(string) string { return "" },
	"blanks":             func(string) string { return " \n\t" },
	"null":               func(string) string { return "null" },
	"true":               func(string) string { return "true" },
	"a number":           func(string) string { return "42" },
	"a string":           func(string) string { return `"[]"` },
	"a list in a list":   func(string) string { return "[[]]" },
	"a row of null":      func(string) string { return "[null]" },
	"an empty row":       func(string) string { return "[{}]" },
	"an empty object":    func(string) string { return "{}" },
	"the other shape":    func(g string) string { return other(g) },
	"cut in half":        func(g string) string { return g[:len(g)/2] },
	"cut at the end":     func(g string) string { return g[:len(g)-1] },
	"something follows":  func(g string) string { return g + g },
	"junk follows":       func(g string) string { return g + "]" },
	"a byte order mark":  func(g string) string { return "\ufeff" + g },
	"an error at 200":    func(string) string { return said("Bad credentials") },
	"a web page":         func(string) string { return "<!doctype html><title>Sign in</title>" },
	"ids as strings":     func(g string) string { return quoteNumbers(g) },
	"ids of zero":        func(g string) string { return replaceNumbers(g, "0") },
	"ids below zero":     func(g string) string { return replaceNumbers(g, "-1") },
	"ids with fractions": func(g string) string { return replaceNumbers(g, "1.5") },
	"ids too large":      func(g string) string { return replaceNumbers(g, "99999999999999999999") },
	"ids of infinity":    func(g string) string { return replaceNumbers(g, "1e999") },
	"lists for strings":  func(g string) string { return replaceStrings(g, `[]`) },
	"numbers for text":   func(g string) string { return replaceStrings(g, `1`) },
	"objects for text":   func(g string) string { return replaceStrings(g, `{}`) },
	"nulls for all":      func(g string) string { return replaceStrings(replaceNumbers(g, "null"), "null") },
	"deep":               func(string) string { return strings.Repeat("[", 5000) + strings.Repeat("]", 5000) },
	"deep objects":       func(string) string { return strings.Repeat(`{"id":`, 5000) },
	"broken UTF-8 keys":  func(string) string { return "[{\"\xff\":1}]" },
	"NUL":                func(g string) string { return "\x00" + g },
	"NaN":                func(string) string { return "NaN" },
	"the same row twice": func(g string) string { return twice(g) },
}

// harmless are pairs in which the answer has nothing that the hostility could touch: teams, members and people have no numbers, the text
// of a delivery is optional. The test fails when one is not needed.
func harmless(endpoint, how string) bool {
	switch endpoint {
	case "teams", "orgs", "people by REST":
		return strings.HasPrefix(how, "ids ")
	}
	return false
}

func TestNoEndpointBelievesAHostileAnswer(t *testing.T) {
	t.Parallel()
	cases := 0
	for name, e := range endpoints() {
		s := serve(t, map[string]answer{e.path: ok(e.good)})
		s.answers["GET /user/memberships/orgs/acme"] = answer{status: 404}
		if got := e.call(t, s.client); got.state != model.Known {
			t.Fatalf("%s: the good answer is %v: %+v", name, got.state, got.why)
		}
		for how, make := range hostile {
			body := make(e.good)
			if body == e.good != harmless(name, how) {
				t.Errorf("%s: %s: harmless %v, but the answer is the same: %v", name, how, harmless(name, how), body == e.good)
			}
			if body == e.good {
				continue
			}
			cases++
			s := serve(t, map[string]answer{e.path: ok(body), "GET /user/memberships/orgs/acme": {status: 404}})
			switch got := e.call(t, s.client); {
			case got.state == model.Known, got.state == model.Unread, got.state == model.NotApplicable:
				t.Errorf("%s: %s is believed: %v\n%.200s", name, how, got.state, body)
			case got.why == nil || got.why.Said.Empty() || got.why.Op == "":
				t.Errorf("%s: %s is refused without a reason: %+v", name, how, got.why)
			}
		}
	}
	if cases < 400 {
		t.Errorf("%d cases only", cases)
	}
}

// required are the fields without which a row says something definite that nobody said: inactive, a write key, no role.
var required = map[string][]string{
	"account":                {"id", "login"},
	"list":                   {"id", "full_name", "owner", "permissions"},
	"repository":             {"id", "full_name", "owner"},
	"hooks":                  {"id", "active", "events", "config"},
	"keys":                   {"id", "key", "read_only"},
	"teams":                  {"slug", "permission"},
	"invitations":            {"id", "permissions"},
	"orgs":                   {"role", "organization"},
	"deliveries":             {"id"},
	"delivery":               {"id"},
	"people by REST":         {"login", "role_name"},
	"people":                 {"data", "nodes", "collaborators", "edges", "node", "login", "permission"},
	"deploy keys by GraphQL": {"data", "nodes", "deployKeys", "key", "readOnly"},
}

func TestARowThatLacksWhatMattersIsNotBelieved(t *testing.T) {
	t.Parallel()
	for name, e := range endpoints() {
		for _, field := range required[name] {
			for how, body := range map[string]string{
				"missing": strings.ReplaceAll(e.good, `"`+field+`":`, `"was_`+field+`":`),
				"null":    strings.ReplaceAll(e.good, `"`+field+`":`, `"`+field+`":null,"was_`+field+`":`),
			} {
				s := serve(t, map[string]answer{e.path: ok(body), "GET /user/memberships/orgs/acme": {status: 404}})
				if got := e.call(t, s.client); got.state != model.Failed && got.state != model.Denied || body == e.good {
					t.Errorf("%s: with %s %s it is %v\n%s", name, field, how, got.state, body)
				}
			}
		}
		if len(required[name]) == 0 {
			t.Errorf("%s requires nothing", name)
		}
	}
}

func TestHostileTextStaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"\x1b]0;x\x07", "\u202egnp", "\u200b", "a\nb\r", "=cmd|' /C calc'!A0", strings.Repeat("ä", 3000), "\u0000", "‹U+001B›"} {
		quoted := strings.ReplaceAll(fmt.Sprintf("%q", evil), `\x`, `\u00`)
		quoted = strings.ReplaceAll(quoted, `\a`, `\u0007`)
		s := serve(t, map[string]answer{hooksPath: ok(`[{"id":1,"active":true,"events":[` + quoted + `],"config":{"url":` + quoted + `},"last_response":{"status":` + quoted + `}}]`)})
		h := known(t, s.client.Hooks(t.Context(), web()))[0]
		for _, got := range []model.Text{h.URL, h.Events[0], h.Last.Status} {
			if got.Raw() != evil || strings.ContainsAny(got.String(), "\x1b\x07\u202e\u200b\n\r\x00") {
				t.Errorf("%q came as %q and is shown as %q", evil, got.Raw(), got.String())
			}
		}
	}
}

// other turns a list into an object and the other way round.
func other(good string) string {
	if strings.HasPrefix(good, "[") {
		return strings.TrimSuffix(strings.TrimPrefix(good, "["), "]")
	}
	return "[" + good + "]"
}

// twice doubles the first row of a list; of an object it makes two.
func twice(good string) string {
	if strings.HasPrefix(good, "[") {
		row := strings.TrimSuffix(strings.TrimPrefix(good, "["), "]")
		return "[" + row + "," + row + "]"
	}
	return good + "," + good
}

// values walks over the JSON text and replaces numbers, or strings that are values, by what f says.
func values(good string, number, str func(string) string) string {
	var b strings.Builder
	for i := 0; i < len(good); {
		switch c := good[i]; {
		case c == '"':
			end := i + 1
			for good[end] != '"' {
				end++
			}
			word := good[i : end+1]
			if i = end + 1; i < len(good) && good[i] == ':' {
				b.WriteString(word)
			} else {
				b.WriteString(str(word))
			}
		case c >= '0' && c <= '9':
			end := i
			for end < len(good) && good[end] >= '0' && good[end] <= '9' {
				end++
			}
			b.WriteString(number(good[i:end]))
			i = end
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

func same(s string) string { return s }

func quoteNumbers(good string) string {
	return values(good, func(n string) string { return `"` + n + `"` }, same)
}

func replaceNumbers(good, by string) string {
	return values(good, func(string) string { return by }, same)
}

func replaceStrings(good, by string) string {
	return values(good, same, func(string) string { return by })
}
