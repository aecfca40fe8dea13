package github

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/model"
)

const hooksPath = "GET /repos/Acme/Web/hooks"

// Each row is a trap of the wire format: go-github v60 fails the list on the first, and says too little of the others.
func TestHooksSurviveTheWireFormatsTraps(t *testing.T) {
	t.Parallel()
	hook := func(rest string) string {
		return `[{"id":4711,"active":true,"events":["push","create"],"config":{"url":"https://ci.example/h","content_type":"json"` + rest + `}]`
	}
	for name, c := range map[string]struct {
		body  string
		check func(model.Hook) bool
	}{
		"insecure_ssl as a number 1":    {hook(`,"insecure_ssl":1}`), func(h model.Hook) bool { return h.TLSVerified == model.No }},
		"insecure_ssl as a number 0":    {hook(`,"insecure_ssl":0}`), func(h model.Hook) bool { return h.TLSVerified == model.Yes }},
		"insecure_ssl as text 1":        {hook(`,"insecure_ssl":"1"}`), func(h model.Hook) bool { return h.TLSVerified == model.No }},
		"insecure_ssl missing":          {hook(`}`), func(h model.Hook) bool { return h.TLSVerified == model.TriUnknown }},
		"insecure_ssl true":             {hook(`,"insecure_ssl":true}`), func(h model.Hook) bool { return h.TLSVerified == model.TriUnknown }},
		"a masked secret":               {hook(`,"secret":"********"}`), func(h model.Hook) bool { return h.SecretSet == model.Yes }},
		"no secret":                     {hook(`}`), func(h model.Hook) bool { return h.SecretSet == model.No }},
		"events are sorted":             {hook(`}`), func(h model.Hook) bool { return h.Events[0].Raw() == "create" && h.Sends("push") }},
		"last_response null":            {hook(`},"last_response":null`), func(h model.Hook) bool { return h.Last == nil }},
		"last_response of an idle hook": {hook(`},"last_response":{"code":null,"status":"unused","message":null}`), func(h model.Hook) bool { return h.Last.Code == 0 && h.Last.Status.Raw() == "unused" }},
		"last_response":                 {hook(`},"last_response":{"code":502,"status":"active","message":"Bad Gateway"}`), func(h model.Hook) bool { return h.Last.Code == 502 && h.Last.Message.Raw() == "Bad Gateway" }},
	} {
		s := serve(t, map[string]answer{hooksPath: ok(c.body)})
		hooks := known(t, s.client.Hooks(t.Context(), web()))
		if len(hooks) != 1 || hooks[0].ID != "4711" || !c.check(hooks[0]) {
			t.Errorf("%s: read as %+v", name, hooks)
		}
	}
}

func TestNoHooksIsKnownAndNotUnread(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{hooksPath: ok(`[]`)})
	if hooks := known(t, s.client.Hooks(t.Context(), web())); hooks == nil || len(hooks) != 0 {
		t.Errorf("%#v", hooks)
	}
}

func TestNamesAndIdsThatCouldLeaveTheirPlaceAreRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for _, spelled := range []string{"../x", "a/b/c", "acme/..", "acme/a?b", "acme/a%2fb", "acme/ ", "acme/a#b", "acme/\x00"} {
		r := web()
		r.Spelled = model.Outside(spelled)
		why(t, s.client.Hooks(t.Context(), r), model.Failed, model.CauseRefused)
		why(t, s.client.Keys(t.Context(), r), model.Failed, model.CauseRefused)
	}
	for _, id := range []string{"", "1/../2", "abc", "-1", "999999999999999999999999", "1?x", "%31"} {
		log, _ := s.client.Deliveries(t.Context(), web(), id, "")
		why(t, log, model.Failed, model.CauseRefused)
		why(t, s.client.Delivery(t.Context(), web(), "1", id), model.Failed, model.CauseRefused)
	}
	if len(s.asked) > 0 {
		t.Errorf("sent %q", s.asked)
	}
}

func TestADeliveryLogIsReadByCursor(t *testing.T) {
	t.Parallel()
	row := `{"id":%,"guid":"g","delivered_at":"2026-11-20T10:00:00Z","redelivery":true,"duration":0.27,"status":"OK","status_code":200,"event":"issues","action":"opened","throttled_at":"2026-11-20T10:00:00Z"}`
	const path = "/repos/Acme/Web/hooks/9/deliveries?per_page=100"
	s := serve(t, map[string]answer{
		"GET " + path:                    ok("["+replaceID(row, "12345678901234567")+"]").with("Link", `<{{url}}`+path+`&cursor=v1_abc>; rel="next"`),
		"GET " + path + "&cursor=v1_abc": ok("["+replaceID(row, "2")+"]").with("Link", `<{{url}}`+path+`&cursor=v1_abc>; rel="next"`),
	})
	log, next := s.client.Deliveries(t.Context(), web(), "9", "")
	want := []model.Delivery{{
		ID: "12345678901234567", GUID: model.Outside("g"), At: 1795168800, Redelivery: true, Duration: 0.27, Status: model.Outside("OK"), Code: 200,
		Event: model.Outside("issues"), Action: model.Outside("opened"), Throttled: 1795168800,
	}}
	if diff := cmp.Diff(want, known(t, log), cmp.AllowUnexported(model.Text{})); diff != "" {
		t.Error(diff)
	}
	if next != "v1_abc" {
		t.Fatalf("the log goes on at %q", next)
	}
	log, next = s.client.Deliveries(t.Context(), web(), "9", next)
	if log.State != model.Partial || next != "" {
		t.Errorf("a log that goes in a circle is %v and goes on at %q", log.State, next)
	}
	for _, rest := range []string{"&page=2", "&cursor="} {
		s.answers["GET "+path] = ok("["+replaceID(row, "1")+"]").with("Link", `<{{url}}`+path+rest+`>; rel="next"`)
		log, next = s.client.Deliveries(t.Context(), web(), "9", "")
		if why(t, log, model.Partial, model.CauseBadAnswer); next != "" || len(log.Value) != 1 {
			t.Errorf("a log that goes on without a cursor goes on at %q", next)
		}
	}
}

// v60 fails on a header that is a list.
func TestADeliveryIsReadWithWhatWasSentAndAnswered(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{"GET /repos/Acme/Web/hooks/9/deliveries/5": ok(`{"id":5,"guid":"g","event":"push","status_code":500,"url":"https://ci.example",
		"request":{"headers":{"X-GitHub-Event":"push","Accept":["a","b"]},"payload":{"ref":"refs/heads/main"}},
		"response":{"headers":null,"payload":"broken\n"}}`)})
	d := known(t, s.client.Delivery(t.Context(), web(), "9", "5"))
	if d.ID != "5" || d.OK() || d.URL.Raw() != "https://ci.example" || d.Response.Payload.Raw() != "broken\n" || d.Request.Payload.Raw() != `{"ref":"refs/heads/main"}` {
		t.Errorf("read as %+v", d)
	}
	if h := d.Request.Headers; len(h) != 2 || h[0].Name.Raw() != "Accept" || h[0].Value.Raw() != "a, b" || h[1].Value.Raw() != "push" {
		t.Errorf("headers %+v", h)
	}
	s.answers["GET /repos/Acme/Web/hooks/9/deliveries/6"] = ok(`{"id":5}`)
	why(t, s.client.Delivery(t.Context(), web(), "9", "6"), model.Failed, model.CauseBadAnswer)
}
