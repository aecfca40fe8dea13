package model_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gatehouse/model"
)

func TestReadingSaysOnlyWhatIsKnown(t *testing.T) {
	t.Parallel()
	denied := &model.Cause{Kind: model.CauseForbidden, Missing: "read:repo_hook"}
	for _, c := range []struct {
		name string
		r    model.Reading[[]int]
		all  bool
		some bool
		gap  bool
		json string
	}{
		{"zero", model.Reading[[]int]{}, false, false, false, `{"state":"unread"}`},
		{"known", model.Read([]int{1}, 60), true, true, false, `{"value":[1],"at":"1970-01-01T00:01:00Z","state":"known"}`},
		{"known to be none", model.Read([]int{}, 60), true, true, false, `{"value":[],"at":"1970-01-01T00:01:00Z","state":"known"}`},
		{"at least", model.AtLeast([]int{1}, 60, denied), false, true, true, `{"value":[1],"at":"1970-01-01T00:01:00Z","state":"partial","why":{"kind":"forbidden","missing":"read:repo_hook"}}`},
		{"denied", model.Unreadable[[]int](denied), false, false, true, `{"state":"denied","why":{"kind":"forbidden","missing":"read:repo_hook"}}`},
		{"denied with an older value", model.Unreadable[[]int](denied).Or(model.Read([]int{2}, 60)), false, true, true, `{"value":[2],"at":"1970-01-01T00:01:00Z","state":"denied","why":{"kind":"forbidden","missing":"read:repo_hook"}}`},
		{"not applicable", model.Unreadable[[]int](&model.Cause{Kind: model.CauseUnsupported}), false, false, false, `{"state":"not_applicable","why":{"kind":"unsupported"}}`},
	} {
		_, all := c.r.All()
		_, some := c.r.Some()
		if all != c.all || some != c.some || c.r.Gap() != c.gap {
			t.Errorf("%s: all %v, some %v, gap %v", c.name, all, some, c.r.Gap())
		}
		b, err := json.Marshal(c.r)
		if err != nil || string(b) != c.json {
			t.Errorf("%s: %s, want %s (%v)", c.name, b, c.json, err)
		}
		var back model.Reading[[]int]
		if err := json.Unmarshal(b, &back); err != nil || back.State != c.r.State || back.At != c.r.At || fmt.Sprint(back.Value) != fmt.Sprint(c.r.Value) {
			t.Errorf("%s: came back as %+v (%v)", c.name, back, err)
		}
	}
	var s model.State
	if s.UnmarshalText([]byte("perfectly fine")) == nil || s == model.Known {
		t.Error("an unknown state was taken")
	}
}

func TestSecretIsNeverShown(t *testing.T) {
	t.Parallel()
	const canary = "CANARY"
	s := model.NewSecret(canary)
	type nested struct {
		S model.Secret
		P *model.Secret
		M map[string]model.Secret
	}
	n := nested{s, &s, map[string]model.Secret{"a": s}}
	var out strings.Builder
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%X", "%d", "%T %v", "%p"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", n)
		fmt.Fprintf(&out, verb+"\n", &n)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", s, "nested", n)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", s, "nested", n)
	b, err := json.Marshal(n)
	out.Write(b)
	out.WriteString(fmt.Errorf("wrapped %v %w", s, errors.New("x")).Error())
	if strings.Contains(out.String(), canary) || strings.Contains(out.String(), "43414e415259") || err != nil {
		t.Errorf("shown: %s", out.String())
	}
	if s.Reveal() != canary {
		t.Error("Reveal does not reveal: the test would find nothing")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	e := &model.Error{Op: "list hooks", On: "gh/acme/web", Err: errors.New("below"), Cause: model.Cause{Kind: model.CauseForbidden, Said: model.Outside("Not\x1b Found"), Missing: "read:repo_hook"}}
	wrapped := fmt.Errorf("while reading: %w", e)
	if e.Error() != "list hooks of gh/acme/web: Not‹U+001B› Found (needs read:repo_hook)" {
		t.Errorf("%q", e.Error())
	}
	if !errors.Is(wrapped, model.ErrForbidden) || errors.Is(wrapped, model.ErrNotFound) {
		t.Error("the sentinel does not follow from the cause")
	}
	if c := model.CauseOf(wrapped); c.Missing != "read:repo_hook" || c.Op != "list hooks of gh/acme/web" {
		t.Errorf("%+v", c)
	}
	if c := model.CauseOf(errors.New("a\x07b")); c.Kind != model.CauseNetwork || strings.Contains(c.Summary(), "\x07") {
		t.Errorf("%+v", c)
	}
	if model.CauseOf(nil) != nil {
		t.Error("no error has a cause")
	}
	for kind, state := range map[model.CauseKind]model.State{
		model.CauseUnauthorized: model.Denied, model.CauseForbidden: model.Denied, model.CauseNotFound: model.Denied, model.CauseUnsupported: model.NotApplicable,
		model.CauseIncomplete: model.Partial, model.CauseNetwork: model.Failed, model.CauseBadAnswer: model.Failed, model.CauseRateLimited: model.Failed, model.CauseCancelled: model.Failed, model.CauseRefused: model.Failed,
	} {
		if got := (&model.Cause{Kind: kind}).State(); got != state {
			t.Errorf("%s leads to %v, want %v", kind, got, state)
		}
	}
}

func TestRedactURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://circleci.com/hooks/github":                                             "https://circleci.com/hooks/github",
		"https://ci.example/hook?token=s3cret":                                          "https://ci.example/hook?***",
		"https://ci.example/hook?a":                                                     "https://ci.example/hook?***",
		"https://user:pass@ci.example/hook":                                             "https://***@ci.example/hook",
		"https://token@ci.example/":                                                     "https://***@ci.example/",
		"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX": "https://hooks.slack.com/services/T00000000/B00000000/***",
		"https://hooks.slack.com/services/T1/B2/a8Fj2kLm9QwErTyUiOpAsDfG":               "https://hooks.slack.com/services/T1/B2/***",
		"https://discord.com/api/webhooks/123456789012345678/abcDEFghiJKLmnoPQRstu":     "https://discord.com/api/webhooks/***/***",
		"https://ci.example/a/0123456789abcdef0123456789abcdef":                         "https://ci.example/a/***",
		"https://ci.example/continuous-integration":                                     "https://ci.example/continuous-integration",
		"https://ci.example/#frag":                                                      "https://ci.example/#***",
		"https://10.0.0.1:8080/hook":                                                    "https://10.0.0.1:8080/hook",
		"http://[::1]/x":                                                                "http://[::1]/x",
		"not a url":                                                                     "***",
		"https://ci.example/%zz?token=s3cret":                                           "***",
		"":                                                                              "",
	} {
		if got := model.RedactURL(model.Outside(in)).Raw(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestWhose(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]model.HookOwner{
		"https://circleci.com/hooks/github": model.HookOfCircleCI, "https://CircleCI.com/hooks/github": model.HookOfCircleCI, "https://internal.circleci.com/x": model.HookOfCircleCI,
		"https://circleci.com.evil.example/hooks/github": model.HookOfOther, "https://notcircleci.com/hooks/github": model.HookOfOther, "https://evil.example/circleci.com": model.HookOfOther,
		"https://circleci.com@evil.example/hooks": model.HookOfOther, "https://notify.travis-ci.org/": model.HookOfRetiredCI, "https://notify.travis-ci.com/": model.HookOfOther, "%zz": model.HookOfOther,
	} {
		if got := (model.Hook{URL: model.Outside(url)}).Whose(); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}

func TestSnapshotMergesAndTellsGaps(t *testing.T) {
	t.Parallel()
	ref := model.RepoRef{Forge: model.GitHub, Owner: "a", Name: "b"}
	s := &model.Snapshot{Listing: model.AtLeast(1, 9, &model.Cause{Kind: model.CauseIncomplete})}
	s.Accounts = []model.Account{{Service: model.ServiceBitbucket, Login: model.Unreadable[model.Text](&model.Cause{Kind: model.CauseUnauthorized})}}
	s.Put(model.Repo{Ref: ref, Hooks: model.Read([]model.Hook{{ID: "1"}}, 10)})
	s.Put(model.Repo{Ref: ref, Archived: true})
	if r := s.Repo(ref); !r.Archived || len(r.Hooks.Value) != 1 || len(s.Repos) != 1 {
		t.Fatalf("a repository without hooks read forgot them: %+v", s.Repo(ref))
	}
	if gaps := s.Gaps(); len(gaps) != 1 || gaps[0].Fact != "repositories" {
		t.Errorf("gaps: %+v (a service that is not configured is none)", gaps)
	}
	s.Put(model.Repo{Ref: ref, Hooks: model.Unreadable[[]model.Hook](&model.Cause{Kind: model.CauseForbidden})})
	r := s.Repo(ref)
	if _, all := r.Hooks.All(); all || r.Hooks.State != model.Denied || len(r.Hooks.Value) != 1 || r.Hooks.At != 10 {
		t.Errorf("a refusal must keep the older value and not be known: %+v", r.Hooks)
	}
	if gaps := s.Gaps(); len(gaps) != 2 || gaps[1].Repo != ref || gaps[1].State != model.Denied {
		t.Errorf("gaps: %+v", gaps)
	}
	b, err := json.Marshal(s)
	var back model.Snapshot
	if err != nil || json.Unmarshal(b, &back) != nil || back.Repo(ref) == nil || back.Repo(ref).Hooks.State != model.Denied {
		t.Errorf("came back as %+v (%v)", back.Repos, err)
	}
}
