package screen

import (
	"gatehouse/model"
	"gatehouse/model/trigger"
)

// consequence is what a choice of events does to one way of starting a build.
type consequence struct {
	what  string
	state model.Tri // Yes: it happens; No: it does not; unknown: more has to be read
	why   string
	short string // where there is little room; empty: why
}

const notCI = "CI not read yet"

// consequences say what CircleCI makes of what the hook sends. Nothing is built without push, but pull requests from forks, which come by
// pull_request; whether the rest is built depends on CircleCI's settings and on the config. Source: CircleCI "Triggers overview".
func consequences(owner model.HookOwner, sends func(string) model.Tri, active bool) []consequence {
	if owner != model.HookOfCircleCI {
		return []consequence{{what: "this hook", state: model.TriUnknown, why: "is not CircleCI's: what its receiver does is not known"}}
	}
	rows := []struct{ what, needs, also string }{
		{"push to the default branch", "push", ""},
		{"push to another branch", "push", ""},
		{"tag", "push", ""},
		{"pull request", "push", "pull_request"},
		{"pull request from a fork", "pull_request", ""},
	}
	out := make([]consequence, 0, len(rows)+1)
	for _, r := range rows {
		c := consequence{what: r.what, state: model.TriUnknown, why: notCI}
		switch {
		case !active:
			c.state, c.why = model.No, "not built: switched off"
		case sends(r.needs) == model.No:
			c.state, c.why = model.No, "not built: needs "+r.needs
		case sends(r.needs) == model.TriUnknown:
			c.why = "some send " + r.needs
		case r.also != "" && sends(r.also) == model.No:
			c.why = "by pushes; " + notCI
		}
		out = append(out, c)
	}
	info := consequence{what: "pull request information", state: model.Yes, why: "CircleCI learns of it"}
	switch on := sends("pull_request"); {
	case !active:
		info.state, info.why = model.No, "not sent: switched off"
	case on == model.No:
		info.state, info.why = model.No, "needs pull_request"
	case on == model.TriUnknown:
		info.state, info.why = on, "some send pull_request"
	}
	return append(out, info)
}

// predicted is what builds with the hook as it would be, by CircleCI's own settings.
func predicted(p *model.CIProject, h model.Hook, settings model.Reading[model.CISettings]) []consequence {
	var out []consequence
	for _, v := range trigger.Matrix(trigger.Wiring{Integration: p.Integration, Hook: &h, Settings: settings}) {
		what, ok := map[trigger.Case]string{
			trigger.PushDefault: "push to the default branch", trigger.PushBranch: "push to another branch", trigger.PushWithPR: "push, open pull request",
			trigger.ForkPR: "pull request from a fork", trigger.Tag: "tag", trigger.Information: "pull request information",
		}[v.Case]
		switch {
		case !ok: // that opening a pull request starts nothing more is no news here
			continue
		case v.Needs != "" && settings.State == model.Unread:
			v.Why, v.Short = "reading "+v.Needs+" …", "reading …"
		case v.Needs != "":
			v.Why, v.Short = v.Needs+" could not be read", "settings not read"
		}
		out = append(out, consequence{what, v.Built, v.Why, v.Short})
	}
	return out
}
