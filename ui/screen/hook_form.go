package screen

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/theme"
	"gatehouse/ui/widget"
)

// Leave asks the app to go one screen back.
type Leave struct{}

// formField is one line of a form: text, a secret, or a choice.
type formField struct {
	name    string
	input   *textinput.Model // nil: a choice
	choices []string
	chosen  int
	note    string
}

func textField(name, value, note string) formField {
	in := textinput.New()
	in.Prompt, in.CharLimit = "", 2000
	in.SetValue(value)
	return formField{name: name, input: &in, note: note}
}

func secretField(name, note string) formField {
	f := textField(name, "", note)
	f.input.EchoMode = textinput.EchoPassword
	return f
}

func choiceField(name string, chosen int, choices ...string) formField {
	return formField{name: name, choices: choices, chosen: chosen}
}

// HookForm asks for what a hook of one's own needs: address, format, certificate, secret.
type HookForm struct {
	life
	env     *Env
	ref     model.RepoRef
	hook    model.Hook // of settings and secret
	title   string
	command []string
	fields  []formField
	at      int
	problem string
	made    model.Secret // the generated secret, shown here and nowhere else
	ops     func(f *HookForm) ([]model.Op, change.Secrets, string)
}

// How a secret is come by.
const (
	secretTyped = iota
	secretGenerated
	secretNone
)

func newAddForm(env *Env, ref model.RepoRef) *HookForm {
	s := &HookForm{life: born(env.Context), env: env, ref: ref, title: "Add a hook to " + ref.String(), command: []string{"gatehouse", "hook", "add", ref.String()}, ops: addOps}
	s.fields = []formField{
		textField("posts to", "", "https://HOST/PATH"), choiceField("format", 0, "json", "form"), choiceField("certificate", 0, "checked", "not checked"),
		textField("events", "push", "names, separated by commas; e edits them later"),
		choiceField("signed with", secretTyped, "a secret typed here", "a new secret", "nothing"), secretField("secret", "not shown, kept nowhere"),
	}
	s.focus(0)
	return s
}

func newSettingsForm(env *Env, ref model.RepoRef, h model.Hook) *HookForm {
	s := &HookForm{
		life: born(env.Context), env: env, ref: ref, hook: h, title: "Settings of hook " + h.ID + " on " + ref.String(),
		command: []string{"gatehouse", "hook", "edit", ref.String(), h.ID, "--url", "…"}, ops: settingsOps,
	}
	format, tls := 0, 0
	if h.ContentType.Raw() == "form" {
		format = 1
	}
	if h.TLSVerified == model.No {
		tls = 1
	}
	s.fields = []formField{
		textField("posts to", "", "empty leaves "+model.RedactURL(h.URL).String()), choiceField("format", format, "json", "form"), choiceField("certificate", tls, "checked", "not checked"),
	}
	s.focus(0)
	return s
}

func newSecretForm(env *Env, ref model.RepoRef, h model.Hook) *HookForm {
	s := &HookForm{
		life: born(env.Context), env: env, ref: ref, hook: h, title: "A new secret for hook " + h.ID + " on " + ref.String(),
		command: []string{"gatehouse", "hook", "edit", ref.String(), h.ID, "--secret", "ask"}, ops: secretOps,
	}
	s.fields = []formField{choiceField("signed with", secretTyped, "a secret typed here", "a new secret"), secretField("secret", "not shown, kept nowhere")}
	s.focus(0)
	return s
}

func addOps(s *HookForm) ([]model.Op, change.Secrets, string) {
	o := model.AddHook{
		Target: model.Target{Repo: s.ref}, Active: true, ContentType: s.fields[1].choices[s.fields[1].chosen], SkipTLS: s.fields[2].chosen == 1,
	}
	for e := range strings.SplitSeq(s.fields[3].input.Value(), ",") {
		if e = strings.TrimSpace(e); e == "" {
			continue
		}
		if !model.IsHookEvent(e) {
			return nil, nil, "there is no event " + model.Outside(e).String()
		}
		o.Events = append(o.Events, e)
	}
	secrets := change.Secrets{}
	problem := ""
	if o.URL, o.Address, problem = address(s.fields[0].input.Value(), secrets); problem != "" {
		return nil, nil, problem
	}
	if o.URL.Empty() {
		return nil, nil, "it must be said where it posts to"
	}
	if s.fields[4].chosen != secretNone {
		o.Secret = model.SlotSecret
		if secrets[model.SlotSecret] = s.secret(4); secrets[model.SlotSecret].Empty() {
			return nil, nil, "the secret is empty: type it, or let gatehouse make one"
		}
	}
	return []model.Op{o}, secrets, ""
}

func settingsOps(s *HookForm) ([]model.Op, change.Secrets, string) {
	o := model.ConfigureHook{Target: model.Target{Repo: s.ref}, Hook: s.hook.ID}
	secrets := change.Secrets{}
	problem := ""
	if o.URL, o.Address, problem = address(s.fields[0].input.Value(), secrets); problem != "" {
		return nil, nil, problem
	}
	if format := s.fields[1].choices[s.fields[1].chosen]; format != s.hook.ContentType.Raw() {
		o.ContentType = format
	}
	if tls := model.Is(s.fields[2].chosen == 0); tls != s.hook.TLSVerified {
		o.TLSVerified = tls
	}
	if o.URL.Empty() && o.ContentType == "" && o.TLSVerified == model.TriUnknown {
		return nil, nil, "nothing is changed yet"
	}
	return []model.Op{o}, secrets, ""
}

func secretOps(s *HookForm) ([]model.Op, change.Secrets, string) {
	secret := s.secret(0)
	if secret.Empty() {
		return nil, nil, "the secret is empty: type it, or let gatehouse make one"
	}
	return []model.Op{model.RotateHookSecret{Target: model.Target{Repo: s.ref}, Hook: s.hook.ID, Secret: model.SlotSecret}}, change.Secrets{model.SlotSecret: secret}, ""
}

// address is a hook's address as an operation may hold it; what carries a secret goes into a slot.
func address(typed string, secrets change.Secrets) (shown model.Text, slot, problem string) {
	typed = strings.TrimSpace(typed)
	if (model.Hook{URL: model.Outside(typed)}).Whose() == model.HookOfCircleCI {
		return model.Text{}, "", "CircleCI's hook cannot be made by hand: only CircleCI knows its secret; follow the project in CircleCI"
	}
	if shown, slot = model.HookAddress(typed); slot != "" {
		secrets[slot] = model.NewSecret(typed)
	}
	return shown, slot, ""
}

// secret is what was typed into the form's last field, or generated.
func (s *HookForm) secret(choice int) model.Secret {
	if s.fields[choice].chosen == secretGenerated {
		return s.made
	}
	typed, _ := model.TypedSecret(s.fields[len(s.fields)-1].input.Value())
	return typed
}

func (s *HookForm) focus(at int) {
	if in := s.fields[s.at].input; in != nil {
		in.Blur()
	}
	s.at = (at + len(s.fields)) % len(s.fields)
	if in := s.fields[s.at].input; in != nil {
		in.Focus()
	}
}

// Typing reports that keys go into a text.
func (s *HookForm) Typing() bool { return s.fields[s.at].input != nil }

// TypingHint is what the key bar says meanwhile.
func (s *HookForm) TypingHint() string { return "tab next field · enter review · esc leave" }

// Update types, chooses and moves.
func (s *HookForm) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	f := &s.fields[s.at]
	switch key.String() {
	case "esc":
		return func() tea.Msg { return Leave{} }
	case "tab", "down":
		s.focus(s.at + 1)
	case "shift+tab", "up":
		s.focus(s.at - 1)
	case "enter":
		return s.review()
	case "left", "right", " ":
		if f.input == nil {
			s.turn(f, key.String() == "left")
			return nil
		}
		*f.input, _ = f.input.Update(msg)
	default:
		if f.input != nil {
			*f.input, _ = f.input.Update(msg)
		}
	}
	return nil
}

// turn goes to the next choice. A secret is made when it is asked for, and forgotten when it is not.
func (s *HookForm) turn(f *formField, back bool) {
	n := len(f.choices)
	f.chosen = (f.chosen + 1) % n
	if back {
		f.chosen = (f.chosen + n - 2) % n
	}
	if f.name != "signed with" {
		return
	}
	s.made = model.Secret{}
	if f.chosen == secretGenerated {
		s.made = model.GenerateSecret()
	}
}

func (s *HookForm) review() tea.Cmd {
	if why := s.env.mayWrite(); why != nil {
		s.problem = why.Hint
		return nil
	}
	ops, secrets, problem := s.ops(s)
	if s.problem = problem; problem != "" {
		return nil
	}
	return Suggest(s.env, change.Words(ops[0]), secrets, ops...)
}

// View draws the fields. A generated secret is shown here, and only here: the receiver must be given it.
func (s *HookForm) View(w, h int) string {
	t := s.env.Theme
	lines := []string{""}
	for i, f := range s.fields {
		name := t.Faint.Render(widget.Fit(f.name, 14))
		if i == s.at {
			name = t.Key.Render(widget.Fit(f.name, 14))
		}
		value := ""
		switch {
		case f.input != nil && f.name == "secret" && !s.made.Empty():
			value = t.Faint.Render("(made below)")
		case f.input != nil:
			value = s.text(f, w-20)
			if i == s.at {
				value += t.Selected.Render(" ")
			}
			if f.input.Value() == "" {
				value += " " + t.Faint.Render(widget.Cut(f.note, w-24))
			}
		default:
			value = choices(t, f)
		}
		lines = append(lines, "  "+name+value, "")
	}
	if !s.made.Empty() {
		lines = append(lines, "  "+t.Warn.Render("! Shown only here, kept nowhere. Give it to the receiver before you leave this page:"), "", "    "+s.made.Reveal(), "")
	}
	if s.problem != "" {
		lines = append(lines, "  "+t.Danger.Render("✗ "+widget.Cut(s.problem, w-6)), "")
	}
	lines = append(lines, "  "+t.Faint.Render("tab next field · space or ←→ choose · enter review · esc leave"))
	for len(lines) < h {
		lines = append(lines, "")
	}
	for i, l := range lines {
		lines[i] = widget.CutStyled(l, w)
	}
	return strings.Join(lines[:h], "\n")
}

// text is what was typed, or dots for a secret.
func (s *HookForm) text(f formField, w int) string {
	if f.input.EchoMode == textinput.EchoPassword {
		return strings.Repeat("•", min(len([]rune(f.input.Value())), 24))
	}
	v := model.Outside(f.input.Value()).String()
	if over := widget.Width(v) - w; over > 0 && w > 1 {
		return "…" + string([]rune(v)[min(over+1, len([]rune(v))):])
	}
	return v
}

func choices(t *theme.Theme, f formField) string {
	out := make([]string, len(f.choices))
	for i, c := range f.choices {
		if out[i] = t.Faint.Render("( ) " + c); i == f.chosen {
			out[i] = t.Title.Render("(•) " + c)
		}
	}
	return strings.Join(out, "   ")
}

// Title says what is asked for.
func (s *HookForm) Title() string { return s.title }

// Command does the same without the console.
func (s *HookForm) Command() []string { return s.command }

// Actions are what a person can do here.
func (s *HookForm) Actions() []Action {
	return []Action{{Key: "enter", Name: "review", Effect: Writes, Bar: true, Refuse: s.env.mayWrite, Run: s.review}}
}
