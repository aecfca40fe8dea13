package screen

import "gatehouse/model"

// consequence is what a choice of events does to one way of starting a build.
type consequence struct {
	what  string
	state model.Tri // Yes: it happens; No: it does not; unknown: more has to be read
	why   string
}

const notCI = "CI not read yet"

// consequences say what CircleCI makes of what the hook sends. Nothing is built without push, but pull requests from forks, which come by
// pull_request; whether the rest is built depends on CircleCI's settings and on the config. Source: CircleCI "Triggers overview".
func consequences(owner model.HookOwner, sends func(string) model.Tri, active bool) []consequence {
	if owner != model.HookOfCircleCI {
		return []consequence{{"this hook", model.TriUnknown, "is not CircleCI's: what its receiver does is not known"}}
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
		c := consequence{r.what, model.TriUnknown, notCI}
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
	info := consequence{"pull request information", model.Yes, "CircleCI learns of it"}
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
