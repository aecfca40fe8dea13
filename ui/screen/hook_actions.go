package screen

import (
	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/check"
)

func refuse(hint string) *model.Cause { return &model.Cause{Kind: model.CauseRefused, Hint: hint} }

// circleHook is a repository's CircleCI hook, or why it cannot be edited. What was not read is unknown, not none.
func circleHook(b *Book, ref model.RepoRef) (h model.Hook, why string) {
	r := b.Snap.Repo(ref)
	if r == nil {
		return h, "it is in the list no longer"
	}
	if r.Archived {
		return h, "archived: unarchive it first"
	}
	hooks, ok := r.Hooks.All()
	if !ok {
		return h, "its hooks are not known: " + unreadWhy(r)
	}
	n := 0
	for _, x := range hooks {
		if x.Whose() == model.HookOfCircleCI {
			h = x
			n++
		}
	}
	switch n {
	case 0:
		return h, "it has no CircleCI hook"
	case 1:
		return h, ""
	}
	return h, "it has several CircleCI hooks: open it and choose one"
}

func unreadWhy(r *model.Repo) string {
	switch why := r.Hooks.Why; {
	case why == nil:
		return "not read yet"
	case why.Missing != "":
		return "needs " + why.Missing // w tells the rest
	default:
		return why.Summary()
	}
}

// editEvents opens the editor on the CircleCI hooks of the repositories that are marked, or of the one under the cursor.
func editEvents(env *Env, refs func() []model.RepoRef) Action {
	return Action{Key: "e", Name: "edit events", Bar: true, Refuse: func() *model.Cause {
		first := ""
		for _, ref := range refs() {
			_, why := circleHook(env.Book, ref)
			if why == "" {
				return nil // one is enough: this is asked for every frame
			}
			if first == "" {
				first = ref.String() + ": " + why
			}
		}
		if first == "" {
			return refuse("no repository is selected")
		}
		return refuse(first)
	}, Run: func() tea.Cmd {
		var found []wired
		var left []leftOut
		for _, ref := range refs() {
			if h, why := circleHook(env.Book, ref); why == "" {
				found = append(found, wired{ref, h})
			} else {
				left = append(left, leftOut{ref, why})
			}
		}
		return Show(NewHookEditor(env, found, left))
	}}
}

// hookActions are what can be done with the hook under the cursor of a repository's hooks.
func (s *Repo) hookActions() []Action {
	op := func(make func(t model.Target, h model.Hook) model.Op) func() tea.Cmd {
		return func() tea.Cmd {
			o := make(model.Target{Repo: s.ref}, s.hook())
			return Suggest(s.env, change.Words(o), nil, o)
		}
	}
	own := s.mayHook(func(h model.Hook) *model.Cause {
		if h.Whose() == model.HookOfCircleCI {
			return refuse("it is CircleCI's: address and secret are CircleCI's own")
		}
		return nil
	})
	any := s.mayHook(func(model.Hook) *model.Cause { return nil })
	return []Action{
		{Key: "e", Name: "edit events", Bar: true, Refuse: any, Run: func() tea.Cmd {
			return Show(NewHookEditor(s.env, []wired{{s.ref, s.hook()}}, nil))
		}},
		{Key: "n", Name: "add hook", Refuse: s.mayAdd, Run: func() tea.Cmd { return Show(newAddForm(s.env, s.ref)) }},
		{Key: "E", Name: "settings", Refuse: own, Run: func() tea.Cmd { return Show(newSettingsForm(s.env, s.ref, s.hook())) }},
		{Key: "S", Name: "new secret", Refuse: own, Run: func() tea.Cmd { return Show(newSecretForm(s.env, s.ref, s.hook())) }},
		{Key: "P", Name: "ping", Effect: Writes, Refuse: any, Run: op(func(t model.Target, h model.Hook) model.Op { return model.PingHook{Target: t, Hook: h.ID} })},
		{Key: "T", Name: "send test push", Effect: Writes, Refuse: s.mayHook(func(h model.Hook) *model.Cause {
			switch {
			case !h.Sends("push"):
				return refuse("the hook does not ask for push, so nothing would be sent")
			case !h.Active:
				return refuse("the hook is switched off, so nothing would be sent")
			}
			return nil
		}), Run: op(func(t model.Target, h model.Hook) model.Op { return model.TestHook{Target: t, Hook: h.ID} })},
		{Key: "d", Name: "remove hook", Effect: Destroys, Refuse: any, Run: op(func(t model.Target, h model.Hook) model.Op { return model.RemoveHook{Target: t, Hook: h.ID} })},
	}
}

func (s *Repo) hook() model.Hook { return s.repo().Hooks.Value[s.hooks.Cursor] }

// mayAdd is why no hook can be changed here at all.
func (s *Repo) mayAdd() *model.Cause {
	r := s.repo()
	switch {
	case r == nil:
		return refuse("the repository was not read")
	case r.Archived:
		return refuse("the repository is archived: unarchive it first")
	}
	return s.env.mayWrite()
}

func (s *Repo) mayHook(also func(model.Hook) *model.Cause) func() *model.Cause {
	return func() *model.Cause {
		if why := s.mayAdd(); why != nil {
			return why
		}
		if s.hooks.Len == 0 {
			return refuse("there is no hook here")
		}
		return also(s.hook())
	}
}

// fixes are the operations that mend what is wrong with a repository, as the checks themselves say.
func fixes(env *Env, ref model.RepoRef) []model.Op {
	var out []model.Op
	for _, f := range check.Run(env.Book.Snap, ref, env.Book.Now) {
		if f.Result.Verdict == check.Broken {
			out = append(out, f.Result.Fix...)
		}
	}
	return merged(out)
}

// merged puts edits of one hook together: a plan has one step for a thing.
func merged(ops []model.Op) []model.Op {
	var out []model.Op
	for _, op := range ops {
		e, ok := op.(model.EditHook)
		if !ok {
			out = append(out, op)
			continue
		}
		found := false
		for i := range out {
			if have, ok := out[i].(model.EditHook); ok && have.Target == e.Target && have.Hook == e.Hook {
				have.Add = append(append([]string{}, have.Add...), e.Add...)
				have.Remove = append(append([]string{}, have.Remove...), e.Remove...)
				if e.Active != model.TriUnknown {
					have.Active = e.Active
				}
				out[i], found = have, true
			}
		}
		if !found {
			out = append(out, e)
		}
	}
	return out
}

// fix proposes everything that mends the repository.
func fix(env *Env, ref func() (model.RepoRef, bool)) Action {
	return Action{Key: "f", Name: "fix", Effect: Writes, Bar: true, Refuse: func() *model.Cause {
		r, ok := ref()
		switch {
		case !ok:
			return refuse("no repository is selected")
		case len(fixes(env, r)) == 0:
			return refuse("nothing here can be mended by gatehouse; what to do stands with each finding")
		}
		return env.mayWrite()
	}, Run: func() tea.Cmd {
		r, _ := ref()
		ops := fixes(env, r)
		title := "fix " + r.String()
		if len(ops) == 1 {
			title = change.Words(ops[0])
		}
		return Suggest(env, title, nil, ops...)
	}}
}
