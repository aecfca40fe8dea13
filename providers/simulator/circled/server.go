// Package circled answers as CircleCI's v1.1 and v2 interfaces do, from the state in a [world.World]. Fields that CircleCI spells with a hyphen
// in one place and an underscore in another are spelled either way at random; docs/assumptions.md says what was chosen where CircleCI is silent.
package circled

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"gatehouse/providers/simulator/wire"
	"gatehouse/providers/simulator/world"
)

// Server is one simulated CircleCI.
type Server struct {
	world    *world.World
	mux      *http.ServeMux
	requests atomic.Uint64
}

// New makes a CircleCI on the world.
func New(w *world.World) *Server {
	s := &Server{world: w, mux: http.NewServeMux()}
	for pattern, handle := range map[string]func(*call) answer{
		"GET /api/v1.1/me":                              (*call).meOld,
		"GET /api/v2/me":                                (*call).me,
		"GET /api/v2/me/collaborations":                 (*call).collaborations,
		"GET /api/v1.1/projects":                        (*call).followed,
		"GET /api/v2/project/{a}/{b}/{c}":               (*call).project,
		"GET /api/v2/project/{a}":                       (*call).project,
		"GET /api/v2/project/{a}/{b}/{c}/settings":      (*call).settings,
		"PATCH /api/v2/project/{a}/{b}/{c}/settings":    (*call).editSettings,
		"GET /api/v2/project/{a}/{b}/{c}/checkout-key":  (*call).checkoutKeys,
		"GET /api/v2/project/{a}/{b}/{c}/pipeline":      (*call).pipelines,
		"GET /api/v2/pipeline/{id}/workflow":            (*call).workflows,
		"GET /api/v2/projects/{a}/pipeline-definitions": (*call).definitions,
	} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, handle) })
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, func(*call) answer { return refuse(http.StatusNotFound, "Not found.") })
	})
	return s
}

// ServeHTTP takes requests.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// call is one request.
type call struct {
	*Server
	r     *http.Request
	login string
	n     uint64 // of the request: chooses spellings
}

type answer struct {
	status int
	body   any
}

type message struct {
	Message string `json:"message"`
}

func refuse(status int, words string) answer { return answer{status, message{words}} }

func ok(v any) answer { return answer{http.StatusOK, v} }

func (s *Server) serve(w http.ResponseWriter, r *http.Request, handle func(*call) answer) {
	c := &call{Server: s, r: r, n: s.requests.Add(1)}
	a := c.answer(handle)
	note := wire.NoteOf(r.Context())
	note.Login, note.Counted = c.login, true
	if !strings.Contains(r.Header.Get("Accept"), "json") && strings.HasPrefix(r.URL.Path, "/api/v1.1") {
		// Without the header v1.1 answers in Clojure's own notation.
		w.Header().Set("Content-Type", "application/edn; charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = w.Write([]byte(`{:message "EDN"}`))
		return
	}
	b, err := json.Marshal(a.body)
	if err != nil {
		panic(err) // it is our own
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("X-Request-Id", strconv.FormatUint(c.n, 16))
	w.WriteHeader(a.status)
	_, _ = w.Write(b)
}

// answer knows who asks, and holds the world's lock while it is looked at or changed.
func (c *call) answer(handle func(*call) answer) answer {
	if c.r.Method == http.MethodGet {
		c.world.RLock()
		defer c.world.RUnlock()
	} else {
		c.world.Lock()
		defer c.world.Unlock()
	}
	token := c.r.Header.Get("Circle-Token")
	if bearer, is := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer "); is {
		token = bearer
	}
	login, known := c.world.CITokens()[token]
	if !known {
		return refuse(http.StatusUnauthorized, "You must log in first.")
	}
	c.login = login
	return handle(c)
}

// spelled is a field's name with a hyphen or an underscore, as the call happens to have it.
func (c *call) spelled(name string) string {
	if c.n%2 == 0 {
		return strings.ReplaceAll(name, "_", "-")
	}
	return name
}
