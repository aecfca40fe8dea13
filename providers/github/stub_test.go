package github

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"gatehouse/model"
	"gatehouse/providers/transport"
)

// now is when every test takes place.
const now = model.Unix(1_800_000_000)

// answer is what a stub says. A missing status is 200; the body is JSON unless the header says otherwise.
type answer struct {
	status int
	body   string
	header map[string]string
}

func ok(body string) answer { return answer{body: body} }

// with adds a header.
func (a answer) with(name, value string) answer {
	h := map[string]string{name: value}
	for k, v := range a.header {
		h[k] = v
	}
	a.header = h
	return a
}

// stub is a server that answers what it was told to, by method and path with query, and keeps what it was asked.
type stub struct {
	t       *testing.T
	url     string
	genuine bool // it numbers requests, as GitHub does
	client  *Client

	mu      sync.Mutex
	answers map[string]answer
	asked   []string
	graphql func(query string, variables map[string]any) answer
}

// serve starts a stub that passes for GitHub; {{url}} in its answers is its own address.
func serve(t *testing.T, answers map[string]answer, change ...func(*Options)) *stub {
	t.Helper()
	return start(t, true, answers, change...)
}

// stranger starts a stub that looks like GitHub's interface but is somebody else's server.
func stranger(t *testing.T, answers map[string]answer, change ...func(*Options)) *stub {
	t.Helper()
	return start(t, false, answers, change...)
}

func start(t *testing.T, genuine bool, answers map[string]answer, change ...func(*Options)) *stub {
	t.Helper()
	s := &stub{t: t, genuine: genuine, answers: answers}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	tr, err := transport.New(transport.Options{
		Service: model.ServiceGitHub, Base: srv.URL + "/", Auth: transport.Bearer(model.NewSecret("ghp_test")), Loopback: true,
		GraphQL: GraphQLURL(srv.URL), Documents: Documents(), Policy: transport.Policy{PerMinute: -1, Retries: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	o := Options{Transport: tr, Base: srv.URL, Source: "the test", Kind: kindClassic, Now: func() model.Unix { return now }}
	for _, f := range change {
		f(&o)
	}
	if s.client, err = New(o); err != nil {
		t.Fatal(err)
	}
	return s
}

// ServeHTTP answers, and fails the test when it was asked for something it knows nothing of.
func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	key := r.Method + " " + r.URL.RequestURI()
	s.mu.Lock()
	s.asked = append(s.asked, key)
	a, known := s.answers[key]
	if !known {
		a, known = s.answers[r.Method+" "+r.URL.Path]
	}
	if !known {
		a, known = s.answers["*"]
	}
	graphql := s.graphql
	s.mu.Unlock()
	if r.URL.Path == "/graphql" && graphql != nil {
		var q struct {
			Query     string
			Variables map[string]any
		}
		if err := json.Unmarshal(body, &q); err != nil {
			s.t.Errorf("a query that is no JSON: %s", body)
		}
		a, known = graphql(q.Query, q.Variables), true
	}
	if !known {
		s.t.Errorf("asked for %s, which this test does not know", key)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if s.genuine {
		h.Set("X-Github-Request-Id", "0000:00000:0000000:0000000:00000000")
	}
	for name, v := range a.header {
		h.Set(name, strings.ReplaceAll(v, "{{url}}", s.url))
	}
	w.WriteHeader(max(a.status, 200))
	_, _ = io.WriteString(w, strings.ReplaceAll(a.body, "{{url}}", s.url))
}

// requests are those asked so far whose line begins so.
func (s *stub) requests(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.asked), func(k string) bool { return !strings.HasPrefix(k, prefix) }))
}

// web is a repository of an organisation that the account administers.
func web() model.Repo {
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "web")
	return model.Repo{Ref: ref, ID: "7", Node: "R_7", Spelled: model.Outside("Acme/Web"), MyRole: model.Outside("admin")}
}

// known fails the test unless the reading is complete, and gives its value.
func known[T any](t *testing.T, r model.Reading[T]) T {
	t.Helper()
	if r.State != model.Known {
		t.Fatalf("%v, not known: %s", r.State, r.Why.Summary())
	}
	if r.At != now {
		t.Errorf("read at %d, not now", r.At)
	}
	return r.Value
}

// why fails the test unless the reading has the state and a cause of the kind, and gives the cause.
func why[T any](t *testing.T, r model.Reading[T], state model.State, kind model.CauseKind) *model.Cause {
	t.Helper()
	if r.State != state || r.Why == nil || r.Why.Kind != kind {
		t.Fatalf("%v because of %+v, not %v because of %s", r.State, r.Why, state, kind)
	}
	return r.Why
}

func replaceID(row, id string) string { return strings.Replace(row, "%", id, 1) }
