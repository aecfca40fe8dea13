package simtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const key = `{"id":1,"key":"k","url":"u","title":"t","verified":true,"created_at":"2026-01-01T00:00:00Z","read_only":true,"added_by":null,"last_used":null}`

// TestRestNotices: what GitHub's description does not allow is an error, what it allows is none.
func TestRestNotices(t *testing.T) {
	t.Parallel()
	d, err := description()
	if err != nil {
		t.Fatal(err)
	}
	const refusal = `{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}`
	for _, row := range []struct {
		method, path, body string
		status             int
		answer             string
		wrong              string // part of the error; empty: it is right
	}{
		{"GET", "/repos/acme/web/keys", "", 200, "[" + key + "]", ""},
		{"GET", "/repos/acme/web/keys?per_page=9", "", 200, "[]", ""},
		{"GET", "/repositories/12/keys", "", 200, "[]", ""},
		{"GET", "/api/v3/repos/acme/web/keys", "", 200, "[]", ""},
		{"GET", "/repos/acme/web/keys/7", "", 200, key, ""},
		{"GET", "/repos/acme/web/keys", "", 404, refusal, ""},
		{"GET", "/repos/acme/web/keys", "", 200, strings.Replace("["+key+"]", `"id":1,`, "", 1), "id"},
		{"GET", "/repos/acme/web/keys", "", 200, strings.Replace("["+key+"]", `"read_only":true`, `"read_only":"yes"`, 1), "read_only"},
		{"GET", "/repos/acme/web/keys", "", 200, key, "array"},
		{"GET", "/repos/acme/web/keys", "", 200, "", "no body"},
		{"GET", "/repos/acme/web/keys", "", 200, "null", "nullable"},
		{"GET", "/repos/acme/web/keys?per_page=many", "", 200, "[]", "per_page"},
		{"GET", "/repos/acme/web/keys", "", 409, refusal, "status 409"},
		{"GET", "/repos/acme/web/keys", "", 404, `{"error":"no"}`, "form"},
		{"GET", "/repos/acme/web/keys", "", 502, `<html>`, "form"},
		{"GET", "/repos/acme/web/locks", "", 200, "[]", "no such address"},
		{"GET", "/repos/acme/web/locks", "", 404, refusal, ""},
		{"POST", "/repos/acme/web/keys", `{"key":"k","read_only":true}`, 201, key, ""},
		{"POST", "/repos/acme/web/keys", `{"title":"t"}`, 201, key, "key"},
		{"POST", "/repos/acme/web/keys", `{"key":1}`, 201, key, "key"},
		{"POST", "/repos/acme/web/hooks", `{"hook":{}}`, 201, "{}", "hook"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), row.method, row.path, strings.NewReader(row.body))
		res := &http.Response{StatusCode: row.status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}}
		got := fmt.Sprint(d.exchange(r, []byte(row.body), res, []byte(row.answer)))
		if row.wrong == "" && got != "<nil>" || !strings.Contains(got, row.wrong) {
			t.Errorf("%s %s %s → %d %s: %s, want %q", row.method, row.path, row.body, row.status, row.answer, got, row.wrong)
		}
	}
}

// TestGraphNotices: the document against the schema, the data against the document.
func TestGraphNotices(t *testing.T) {
	t.Parallel()
	const query = `{viewer{login isViewer} nodes(ids:[]){id ... on Repository{viewerPermission deployKeys(first:1){totalCount nodes{title}}}}}`
	const right = `{"data":{"viewer":{"login":"a","isViewer":true},"nodes":[null,{"__typename":"Repository","id":"R","viewerPermission":"ADMIN","deployKeys":{"totalCount":1,"nodes":[{"title":"t"}]}}]}}`
	for _, row := range []struct{ query, answer, wrong string }{
		{query, right, ""},
		{query, strings.Replace(right, `"login":"a",`, "", 1), "data.viewer.login is missing"},
		{query, strings.Replace(right, `"login":"a"`, `"login":null`, 1), "must not be null"},
		{query, strings.Replace(right, `true`, `"true"`, 1), "must be Boolean"},
		{query, strings.Replace(right, `"ADMIN"`, `"BOSS"`, 1), "must be RepositoryPermission"},
		{query, strings.Replace(right, `"totalCount":1`, `"totalCount":"1"`, 1), "must be Int"},
		{query, strings.Replace(right, `[{"title":"t"}]`, `{"title":"t"}`, 1), "must be a list"},
		{query, strings.Replace(right, `[{"title":"t"}]`, `["t"]`, 1), "must be an object"},
		{`{viewer{logon}}`, right, "logon"},
		{query, `{}`, "neither data nor errors"},
		{query, `{"errors":[{"message":"no"}]}`, ""},
	} {
		got := fmt.Sprint(exchange(fmt.Appendf(nil, `{"query":%q}`, row.query), 200, []byte(row.answer)))
		if row.wrong == "" && got != "<nil>" || !strings.Contains(got, row.wrong) {
			t.Errorf("%s → %s: %s, want %q", row.query, row.answer, got, row.wrong)
		}
	}
}

// failures counts what is reported.
type failures struct {
	testing.TB
	n int
}

func (f *failures) Helper()               {}
func (f *failures) Errorf(string, ...any) { f.n++ }

// TestGraphQL takes a document of GitHub's and refuses another.
func TestGraphQL(t *testing.T) {
	t.Parallel()
	f := &failures{TB: t}
	if GraphQL(f, `query($l:String!){organization(login:$l){membersWithRole(first:1){totalCount}}}`); f.n != 0 {
		t.Error("a good document is refused")
	}
	if GraphQL(f, `{organization{login}}`); f.n != 1 {
		t.Error("a bad document is taken")
	}
}
