package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

func known[T any](v T) model.Reading[T] { return model.Read(v, model.UnixOf(noon)-60) }

func text(s string) model.Text { return model.Outside(s) }

func texts(words ...string) []model.Text {
	out := make([]model.Text, len(words))
	for i, w := range words {
		out[i] = model.Outside(w)
	}
	return out
}

func ref(slug string) model.RepoRef {
	r, err := model.ParseRepoRef(slug)
	if err != nil {
		panic(err)
	}
	return r
}

func plain(view string) string {
	lines := strings.Split(ansi.Strip(view), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func circleHook(id string, events ...string) model.Hook {
	return model.Hook{
		ID: id, URL: text("https://circleci.com/hooks/github"), Active: true, Events: texts(events...), ContentType: text("json"), SecretSet: model.Yes, TLSVerified: model.Yes,
		Last: &model.Response{Code: 200, Status: text("active"), Message: text("OK")}, Created: model.UnixOf(noon) - 90*day,
	}
}

func deployKey(title string, readOnly bool) model.DeployKey {
	return model.DeployKey{
		ID: "811", Title: text(title), Public: text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"), MD5: "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
		SHA256: "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", Type: "ssh-ed25519", Bits: 256, ReadOnly: readOnly, Created: model.UnixOf(noon) - 200*day,
		LastUsed: known(model.UnixOf(noon) - 3*day), AddedBy: known(text("dana")), Verified: model.Yes, Enabled: model.Yes,
	}
}

func person(login, role string, outside model.Tri, via model.Via, through string) model.Person {
	return model.Person{Login: text(login), Role: text(role), Outside: outside, Sources: known([]model.Grant{{Via: via, Name: text(through), Role: text(role)}})}
}

func repo(slug string) model.Repo {
	r := ref(slug)
	return model.Repo{
		Ref: r, ID: "9001", Spelled: text(r.Owner + "/" + r.Name), Private: true, MyRole: text("admin"), DefaultBranch: text("main"), Pushed: model.UnixOf(noon) - 2*3600,
		Page: text("https://github.example/" + r.Owner + "/" + r.Name), Hooks: known([]model.Hook{circleHook("4711", "push", "pull_request")}),
		DeployKeys: known([]model.DeployKey{deployKey("CircleCI", true)}), People: known([]model.Person{person("dana", "admin", model.No, model.ViaOwner, "acme")}),
		Teams: known([]model.Team{}), Invitations: known([]model.Invitation{}),
	}
}

var noScope = &model.Cause{
	Kind: model.CauseForbidden, Op: "list hooks of gh/acme/vault", Missing: "read:repo_hook", Said: model.Outside("Resource not accessible by personal access token"),
	Hint: "give the token the scope read:repo_hook",
}

// literal is a small world with one of everything a screen has to show.
func literal() []model.Repo {
	web := repo("gh/acme/web")
	web.Hooks = known([]model.Hook{circleHook("4711", "pull_request"), {
		ID: "52", URL: text("https://chat.example/hooks/T024BE7LD9ABCDEF12"), Active: true, Events: texts("push"), SecretSet: model.No, TLSVerified: model.No,
		Last: &model.Response{Code: 502, Message: text("Bad Gateway")},
	}})
	web.DeployKeys = known([]model.DeployKey{deployKey("CircleCI", true), deployKey("deploy from 東京のサーバー", false)})
	web.People = known([]model.Person{
		person("dana", "admin", model.No, model.ViaOwner, "acme"), person("renée", "write", model.No, model.ViaTeam, "backend"),
		person("out-sider", "write", model.Yes, model.ViaOutside, ""), {Login: text("unclear"), Role: text("read")},
	})
	web.Teams = known([]model.Team{{Slug: text("backend"), Name: text("Back end"), Role: text("write")}})
	web.Invitations = known([]model.Invitation{{ID: "1", Login: text("newcomer"), Role: text("read"), By: text("dana"), Created: model.UnixOf(noon) - 9*day, Expired: model.Yes}})
	vault := repo("gh/acme/vault")
	vault.Hooks = model.Unreadable[[]model.Hook](noScope)
	vault.People = model.Unreadable[[]model.Person](&model.Cause{Kind: model.CauseNetwork, Op: "list people of gh/acme/vault", Said: text("connection reset"), Hint: "try again"})
	attic := repo("gh/acme/attic")
	attic.Archived, attic.Hooks, attic.DeployKeys, attic.Pushed = true, known([]model.Hook{}), known([]model.DeployKey{}), model.UnixOf(noon)-900*day
	core := repo("gh/umbrella/core")
	core.Hooks, core.DeployKeys, core.People = model.Reading[[]model.Hook]{}, model.Reading[[]model.DeployKey]{}, model.Reading[[]model.Person]{}
	core.Teams, core.Invitations = model.Reading[[]model.Team]{}, model.Reading[[]model.Invitation]{}
	return []model.Repo{repo("gh/acme/ok"), web, vault, attic, core}
}

func account() model.Account {
	return model.Account{
		Service: model.ServiceGitHub, Origin: "https://api.github.example", Login: known(text("dana")), Source: "GATEHOUSE_GITHUB_TOKEN", Kind: "classic token",
		Scopes: known(texts("repo", "read:org")), Expires: known(model.UnixOf(noon) + 9*day), Limit: known(model.Limit{Limit: 5000, Remaining: 4812, Reset: model.UnixOf(noon) + 1800}), Configured: true,
	}
}

// all is everything read.
func all(repos ...model.Repo) inventory.Batch {
	return inventory.Batch{
		Done: len(repos), Total: len(repos), Listing: known(len(repos)), Accounts: []model.Account{account()}, Repos: repos, Final: true,
		Orgs: []model.Org{{Forge: model.GitHub, Login: "acme", MyRole: known(text("admin"))}},
	}
}

func deliveries() []model.Delivery {
	at := model.UnixOf(noon)
	return []model.Delivery{
		{ID: "9", GUID: text("0b989ba4-242f-11e5-81e1-c7b6966d2516"), At: at - 60, Duration: 0.27, Status: text("OK"), Code: 200, Event: text("push")},
		{ID: "8", GUID: text("0b989ba4-242f-11e5-81e1-c7b6966d2515"), At: at - 7200, Duration: 10, Status: text("timed out"), Code: 504, Event: text("pull_request"), Action: text("opened"), Redelivery: true},
	}
}

func deliveryDetail() model.DeliveryDetail {
	return model.DeliveryDetail{
		Delivery: deliveries()[1], URL: text("https://circleci.com/hooks/github"),
		Request:  model.Exchange{Headers: []model.Header{{Name: text("X-GitHub-Event"), Value: text("pull_request")}}, Payload: text("{\n\t\"action\": \"opened\"\n}")},
		Response: model.Exchange{Headers: []model.Header{{Name: text("Content-Type"), Value: text("text/html")}}, Payload: text("<h1>timed out</h1>")},
	}
}
