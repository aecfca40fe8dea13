package model_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"gatehouse/model"
)

var target = model.Target{Origin: "https://api.github.com", Account: "dana", Repo: model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: "web"}}

// everyOp has every field of every Op set, and its words.
var everyOp = map[string]model.Op{
	`add "push" to hook 4711 on gh/acme/web, remove "star" from hook 4711 on gh/acme/web, switch off hook 4711 on gh/acme/web`: model.EditHook{
		Target: target, Hook: "4711", Add: []string{"push"}, Remove: []string{"star"}, Active: model.No},
	`set the events of hook 4711 on gh/acme/web to "push", "create", switch on hook 4711 on gh/acme/web`: model.EditHook{
		Target: target, Hook: "4711", Set: []string{"push", "create"}, Active: model.Yes},
	`leave hook 4711 on gh/acme/web as it is`: model.EditHook{Target: target, Hook: "4711"},
	`add a hook to https://ci.example.com/in?*** on gh/acme/web`: model.AddHook{
		Target: target, URL: model.Outside("https://ci.example.com/in?token=x"), Events: []string{"push"}, Active: true, ContentType: "json", SkipTLS: true, Secret: "slot", Address: "url"},
	`remove hook 4711 on gh/acme/web`:          model.RemoveHook{Target: target, Hook: "4711"},
	`ping hook 4711 on gh/acme/web`:            model.PingHook{Target: target, Hook: "4711"},
	`test hook 4711 on gh/acme/web`:            model.TestHook{Target: target, Hook: "4711"},
	`redeliver 12 by hook 4711 on gh/acme/web`: model.RedeliverHook{Target: target, Hook: "4711", Delivery: "12", GUID: model.Outside("a\x1b-b")},
	`configure hook 4711 on gh/acme/web: address https://ci.example.com/, content type form, do not check the certificate`: model.ConfigureHook{
		Target: target, Hook: "4711", URL: model.Outside("https://ci.example.com/"), Address: "url", ContentType: "form", TLSVerified: model.No},
	`change the secret of hook 4711 on gh/acme/web`: model.RotateHookSecret{Target: target, Hook: "4711", Secret: "slot"},
	`set build_fork_prs off, build_prs_only on in CircleCI for gh/acme/web`: model.EditSettings{
		Target: target, Project: model.Outside("gh/acme/web"), Set: map[string]bool{"build_prs_only": true, "build_fork_prs": false}},
}

func TestOps(t *testing.T) {
	t.Parallel()
	for words, op := range everyOp {
		if got := op.(interface{ String() string }).String(); got != words {
			t.Errorf("says %s\nwant %s", got, words)
		}
		if op.On() != target || !strings.HasPrefix(op.Kind(), "hook.") && op.Kind() != "project.settings" {
			t.Errorf("%s is on %v", op.Kind(), op.On())
		}
		moved := op.In("https://example.com", "sam")
		if at := moved.On(); at.Origin != "https://example.com" || at.Account != "sam" || at.Repo != target.Repo || !reflect.DeepEqual(moved.In(target.Origin, target.Account), op) {
			t.Errorf("%s elsewhere is %#v", op.Kind(), moved)
		}
		b, err := json.Marshal(model.SavedOp{Op: op})
		if err != nil {
			t.Fatal(err)
		}
		var back model.SavedOp
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back.Op, op) {
			t.Errorf("%s came back as %#v: %v", b, back.Op, err)
		}
	}
}

func TestOpsAreReadStrictly(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown kind":      `{"kind":"hook.explode","op":{}}`,
		"unknown field":     `{"kind":"hook.ping","op":{"hook":"1","twice":true}}`,
		"wrong type":        `{"kind":"hook.ping","op":{"hook":1}}`,
		"no op":             `{"kind":"hook.ping"}`,
		"a harmful address": `{"kind":"hook.ping","op":{"target":{"repo":"gh/acme/../x"}}}`,
	} {
		var s model.SavedOp
		if err := json.Unmarshal([]byte(text), &s); !errors.Is(err, model.ErrRefused) || s.Op != nil {
			t.Errorf("%s: read as %#v: %v", name, s.Op, err)
		}
	}
}

func TestMadeLater(t *testing.T) {
	t.Parallel()
	later := model.RemoveHook{Target: target, Hook: model.Made}
	if got := later.String(); got != "remove the new hook on gh/acme/web" {
		t.Errorf("says %s", got)
	}
	if got := later.WithMade("12").(model.RemoveHook).Hook; got != "12" {
		t.Errorf("hook %s", got)
	}
	known := model.RemoveHook{Target: target, Hook: "4711"}
	if got := known.WithMade("12").(model.RemoveHook).Hook; got != "4711" {
		t.Errorf("hook %s", got)
	}
}
