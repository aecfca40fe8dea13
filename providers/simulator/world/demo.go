package world

import (
	"fmt"
	"slices"
	"time"
)

// The demo world: realistic, and broken on purpose. Each repository shows one thing that goes wrong between a forge and CI; one
// shows nothing, so that a check that speaks without reason is noticed.

const circleCI = "CircleCI"

// circleEvents is what CircleCI's own hook asks for. Source: two independent dumps of organisations' hooks (circleci-api facts,
// section 8): content type form, certificate verified, a secret only CircleCI knows.
var circleEvents = []string{
	"commit_comment", "create", "delete", "fork", "gollum", "issue_comment", "issues", "member", "public", "pull_request",
	"pull_request_review_comment", "push", "release", "status", "team_add", "watch",
}

func (w *World) circleHook(id int64) *Hook {
	return &Hook{
		ID: id, URL: "https://circleci.com/hooks/github", Active: true, Events: slices.Clone(circleEvents), ContentType: "form",
		Secret: w.guid("secret", id), ByApp: circleCI, Every: 47 * time.Minute, Quiet: 11 * time.Minute,
	}
}

func (w *World) populate() {
	for i, p := range demoPeople {
		u := &User{ID: firstUser + int64(i), Login: p.login, Name: p.name, Email: p.login + "@example.com", Created: w.ago(1500*day - time.Duration(i)*37*day)}
		w.users[fold(p.login)] = u
	}
	for i, o := range demoOrgs {
		o.ID, o.Created = firstOrg+int64(i), w.ago(2000*day-time.Duration(i)*100*day)
		o.Approved = map[string]bool{}
		o.Teams = nil
		for n, t := range demoOrgs[i].Teams {
			t := *t
			t.ID = firstTeam + int64(i*100+n)
			o.Teams = append(o.Teams, &t)
		}
		w.orgs[fold(o.Login)] = &o
	}
	w.addUserKeys()
	w.addTokens()
	for i, s := range slices.Concat(demoRepos, fleet()) {
		w.add(w.build(s, firstRepo+int64(i)))
	}
	w.moved["acme/payments"] = w.names["acme/billing"]
}

func (w *World) addUserKeys() {
	for login, titles := range map[string][]string{"dana": {"laptop", "CircleCI: acme/site"}, "sam": {"thinkpad"}} {
		u := w.User(login)
		for n, title := range titles {
			u.Keys = append(u.Keys, &UserKey{
				ID: u.ID*100 + int64(n), Title: title, Pair: Pair{Label: fmt.Sprintf("user/%s/%d", login, n)},
				Created: w.ago(time.Duration(400-n*90) * day), LastUsed: w.ago(time.Duration(n+1) * 3 * time.Hour),
			})
		}
	}
}

func (w *World) addTokens() {
	all := []string{"admin:public_key", "admin:repo_hook", "read:org", "repo", "user:email"}
	sso := map[string]bool{"acme": true, "umbrella": true}
	w.addToken(Token{Login: "dana", Kind: Classic, Scopes: all, SSO: sso, Expires: w.ago(-60 * day)})
	w.addToken(Token{Login: "dana", Kind: Limited, Scopes: []string{"read:org", "read:user"}, SSO: sso})
	w.addToken(Token{Login: "dana", Kind: FineGrained, Owner: "acme", Expires: w.ago(-9 * day), SSO: sso,
		Permissions: map[string]string{"metadata": "read", "administration": "read", "members": "read"}})
	w.addToken(Token{Login: "dana", Kind: OAuth, App: circleCI, Scopes: []string{"repo", "user:email"}, SSO: sso})
	w.addToken(Token{Login: "dana", Kind: Expired, Scopes: all, SSO: sso, Expires: w.ago(2 * day)})
	w.addToken(Token{Login: "sam", Kind: Classic, Scopes: []string{"admin:repo_hook", "read:org", "repo"}, SSO: sso})
	w.addToken(Token{Login: "acme-ci", Kind: Classic, Scopes: []string{"admin:public_key", "read:org", "repo"}, SSO: sso})
}

var demoPeople = []struct{ login, name string }{
	{"dana", "Dana Díaz"}, {"sam", "Sam Okafor"}, {"lee", "李 Lee"}, {"mira", "Mira Kovač"}, {"noor", "نور"}, {"otto", "Otto Brandt"},
	{"pia", "Pia Lindqvist"}, {"quinn", "Quinn"}, {"rosa", "Rosa Martín"}, {"theo", "Theo Θ"}, {"ugo", "Ugo Bianchi"},
	{"xena", "Xena"}, {"yuri", "Юрий"}, {"vic", "Vic (contractor)"}, {"wen", "文 Wen"}, {"acme-ci", "Acme CI (machine user)"},
	{"uma", "Uma"}, {"kim", "김 Kim"}, {"ravi", "Ravi"}, {"sol", "Sol"}, {"tess", "Tess"},
}

var demoOrgs = []Org{
	{
		Login: "acme", Name: "Acme", Owners: []string{"dana", "lee"}, DeployKeys: true, TwoFactor: true,
		Members: []string{"sam", "mira", "noor", "otto", "pia", "quinn", "rosa", "theo", "ugo", "xena", "yuri"},
		Teams: []*Team{
			{Slug: "platform", Name: "Platform", Members: []string{"mira", "otto", "theo"}},
			{Slug: "web", Name: "Web", Members: []string{"sam", "noor", "pia", "quinn", "rosa", "mira", "otto", "ugo"}},
			{Slug: "site-crew", Name: "Site crew", Members: []string{"sam", "noor", "pia", "quinn", "rosa", "ugo", "xena"}},
			{Slug: "docs", Name: "Docs", Members: []string{"pia", "rosa", "ugo", "xena", "yuri"}},
			{Slug: "everyone", Name: "Everyone", Members: []string{"dana", "lee", "sam", "mira", "noor", "otto", "pia", "quinn", "rosa", "theo", "ugo", "xena", "yuri"}},
			{Slug: "security", Name: "Security", Secret: true, Members: []string{"lee", "mira"}},
		},
	},
	{
		Login: "umbrella", Name: "Umbrella", Owners: []string{"uma"}, Members: []string{"dana", "kim", "ravi", "sol", "tess"},
		Base: Read, DeployKeys: true, RestrictApps: true,
		Teams: []*Team{{Slug: "core", Name: "Core", Members: []string{"kim", "ravi"}}},
	},
	{Login: "locked", Name: "Locked down", Owners: []string{"uma"}, Members: []string{"dana"}, Base: None},
}
