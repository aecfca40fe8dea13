package model_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gatehouse/model"
)

func TestParseRepoRef(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"gh/acme/web": "gh/acme/web", "GH/Acme/Web": "gh/acme/web", "github/acme/web": "gh/acme/web", "bb/acme/tools": "bb/acme/tools",
		"bitbucket/acme/tools": "bb/acme/tools", "acme/web": "gh/acme/web", " acme/web ": "gh/acme/web", "acme/web.js": "gh/acme/web.js", "acme/.github": "gh/acme/.github",
		"github.com/acme/web": "gh/acme/web", "https://github.com/acme/web": "gh/acme/web", "https://github.com/acme/web.git": "gh/acme/web",
		"https://github.com/acme/web/settings/hooks/1": "gh/acme/web", "https://github.com/acme/web/": "gh/acme/web", "https://GitHub.com/acme/web?tab=x#y": "gh/acme/web",
		"git@github.com:acme/web.git": "gh/acme/web", "ssh://git@github.com/acme/web.git": "gh/acme/web", "ssh://git@github.com:22/acme/web": "gh/acme/web",
		"ssh://git@ssh.github.com:443/acme/web.git": "gh/acme/web", "git@bitbucket.org:acme/tools.git": "bb/acme/tools", "https://bitbucket.org/acme/tools/src/main/": "bb/acme/tools",
		"https://app.circleci.com/pipelines/github/acme/web": "gh/acme/web", "https://app.circleci.com/pipelines/github/acme/web/12/workflows/x": "gh/acme/web",
		"https://app.circleci.com/settings/project/github/acme/web/ssh": "gh/acme/web", "https://circleci.com/gh/acme/web": "gh/acme/web",
		"https://app.circleci.com/pipelines/bitbucket/acme/tools": "bb/acme/tools", "https://github.corp.example/acme/web": "gh/acme/web",
	} {
		r, err := model.ParseRepoRef(given)
		if err != nil || r.String() != want {
			t.Errorf("%q: %q, %v; want %q", given, r, err, want)
		}
	}
	for _, given := range []string{
		"", "web", "acme/", "/web", "a/b/c/d", "xx/acme/web", "../x", "acme/..", "acme/.", "./web", "../../x/y", "acme/a?b", "acme/a#b", "acme/a%2fb", "acme/%2e%2e",
		"acme/a b", "acme/a\nb", "acme/a\x00b", "acme/a\x1b[31m", "acme/wéb", "аcme/web", "acme/" + strings.Repeat("x", 300), strings.Repeat("x", 300) + "/web",
		"https://github.com/", "https://github.com/acme", "https:///acme/web", "ftp://github.com/acme/web", "file:///acme/web", "javascript://github.com/acme/web",
		"https://github.com/acme/..", "https://github.com/../x/y", "https://github.com/acme/%2e%2e", "https://github.com/acme%2fweb/x", "https://github.com@evil.example/acme/web",
		"https://user:pass@github.com/acme/web", "ssh://git@github.com:22@evil.example/acme/web", "-oProxyCommand=evil@github.com:acme/web", "git@-oProxyCommand=x:acme/web",
		"https://gіthub.com/acme/web", "https://app.circleci.com/pipelines/circleci/AbC/DeF", "https://app.circleci.com/", "git@:acme/web", "@:a/b", "git@github.com:", "gh/acme/web\r\nX: y",
	} {
		r, err := model.ParseRepoRef(given)
		e, ok := errors.AsType[*model.Error](err)
		if !ok || !errors.Is(err, model.ErrRefused) || e.Cause.Hint == "" {
			t.Errorf("%q: taken as %q (%v)", given, r, err)
		}
	}
}

func FuzzParseRepoRef(f *testing.F) {
	f.Add("https://github.com/acme/web")
	f.Add("git@github.com:acme/web.git")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := model.ParseRepoRef(s)
		if err != nil {
			return
		}
		again, err := model.ParseRepoRef(r.String())
		if err != nil || again != r {
			t.Errorf("%q is %q, which is %q (%v)", s, r, again, err)
		}
		if strings.ContainsAny(r.Owner+r.Name, "/?#%\\ \r\n\x00\x1b@:") || r.Name == ".." || r.Owner == ".." {
			t.Errorf("%q leaves its place: %q", s, r)
		}
	})
}

func TestRepoRefJSON(t *testing.T) {
	t.Parallel()
	in := map[model.RepoRef]model.Target{{Forge: model.GitHub, Owner: "a", Name: "b"}: {Origin: "https://api.github.com", Account: "x", Repo: model.RepoRef{Forge: model.GitHub, Owner: "a", Name: "b"}}}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"gh/a/b":{"origin":"https://api.github.com","account":"x","repo":"gh/a/b"}}` {
		t.Fatalf("%s %v", b, err)
	}
	var r model.RepoRef
	if err := json.Unmarshal([]byte(`"../x/y"`), &r); err == nil {
		t.Error("a saved name was not checked")
	}
}
