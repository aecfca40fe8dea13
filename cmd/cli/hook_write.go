package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/model"
	"gatehouse/model/change"
)

// hookEdits are the flags of hook edit.
type hookEdits struct {
	hookChoice
	add, remove, events    []string
	active, verify         bool
	url, content, secretIn string
	generate               bool
}

func (a *app) hookEdit() *cobra.Command {
	var f hookEdits
	c := &cobra.Command{
		Use: "edit SLUG… [ID]", Short: "Change a webhook's events, switch it on or off; address, format and secret of your own",
		Long: `Changes events and the active flag of one webhook or of many. The hook's configuration, and with it its secret, is never sent along.
CircleCI's own hook keeps its address and secret; of your own hooks those can be changed too, one kind of change at a time.

Events are GitHub's names, "minimum" (push, pull_request), "circleci" (what CircleCI asks for), or "*" for all.`,
		Example: "  gatehouse hook edit gh/OWNER/NAME --ci --add push\n  gatehouse hook edit --all --match 'org:OWNER hook:broken' --ci --events minimum --dry-run\n" +
			"  gatehouse hook edit gh/OWNER/NAME 4711 --secret -",
		RunE: func(c *cobra.Command, args []string) error {
			t := todo{secrets: change.Secrets{}}
			make, err := a.edits(c, &f, &t)
			if err != nil {
				return err
			}
			on, err := a.choose(c, &f.hookChoice, args, &t)
			if err != nil {
				return err
			}
			for _, x := range on {
				t.ops = append(t.ops, make(x))
			}
			t.title = titled(t.title, on)
			if len(on) == 1 {
				t.title = change.Words(t.ops[0])
			}
			return a.change(c.Context(), t)
		},
	}
	f.flags(c)
	c.Flags().StringSliceVar(&f.add, "add", nil, "ask for these `events` too")
	c.Flags().StringSliceVar(&f.remove, "remove", nil, "ask for these `events` no longer")
	c.Flags().StringSliceVar(&f.events, "events", nil, "ask for exactly these `events`")
	c.Flags().BoolVar(&f.active, "active", true, "switch it on, or off with --active=false")
	c.Flags().StringVar(&f.url, "url", "", "post to this `address`; - reads it unseen, for one that carries a secret")
	c.Flags().StringVar(&f.content, "content-type", "", "json or form")
	c.Flags().BoolVar(&f.verify, "verify-tls", true, "check the receiver's certificate, or not with --verify-tls=false")
	c.Flags().StringVar(&f.secretIn, "secret", "", "give it another secret: 'ask' asks for it, - reads it from stdin")
	c.Flags().BoolVar(&f.generate, "generate-secret", false, "give it a new secret, which is shown once")
	return c
}

// edits makes the one kind of operation that the flags ask for. Two kinds in one plan would have the second made from what the first changes.
func (a *app) edits(c *cobra.Command, f *hookEdits, t *todo) (func(chosen) model.Op, error) {
	changed := c.Flags().Changed
	events := changed("add") || changed("remove") || changed("events") || changed("active")
	config := changed("url") || changed("content-type") || changed("verify-tls")
	secret := f.secretIn != "" || f.generate
	kinds := 0
	for _, is := range []bool{events, config, secret} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds == 0:
		return nil, misuse{model.Refuse("edit hook", "", "it was not said what to change", "for example --add push")}
	case kinds > 1:
		return nil, misuse{model.Refuse("edit hook", "", "events, configuration and secret are changed one at a time", "run it twice")}
	case secret:
		return a.secretEdit(c.Context(), f, t)
	case config:
		return a.configEdit(c, f, t)
	}
	return eventEdit(c, f, t)
}

func eventEdit(c *cobra.Command, f *hookEdits, t *todo) (func(chosen) model.Op, error) {
	if len(f.events) > 0 && len(f.add)+len(f.remove) > 0 {
		return nil, misuse{model.Refuse("edit hook", "", "--events is the whole set, --add and --remove change the one that is there", "use one or the other")}
	}
	o := model.EditHook{}
	var err error
	if o.Set, err = eventNames(f.events); err != nil {
		return nil, err
	}
	if o.Add, err = eventNames(f.add); err != nil {
		return nil, err
	}
	if o.Remove, err = eventNames(f.remove); err != nil {
		return nil, err
	}
	if c.Flags().Changed("active") {
		o.Active = model.Is(f.active)
	}
	t.title = eventTitle(o)
	return func(x chosen) model.Op {
		o := o
		o.Target.Repo, o.Hook = x.repo.Ref, x.hook.ID
		return o
	}, nil
}

// eventTitle is an edit's words without the hook.
func eventTitle(o model.EditHook) string {
	var did []string
	for _, part := range []struct {
		verb   string
		events []string
	}{{"set the events to ", o.Set}, {"add ", o.Add}, {"remove ", o.Remove}} {
		if len(part.events) > 0 {
			did = append(did, part.verb+strings.Join(part.events, ", "))
		}
	}
	switch o.Active {
	case model.Yes:
		did = append(did, "switch on")
	case model.No:
		did = append(did, "switch off")
	case model.TriUnknown:
	}
	return strings.Join(did, "; ")
}

// eventNames takes presets and GitHub's names; an unknown one is refused with the nearest.
func eventNames(in []string) ([]string, error) {
	var out []string
	for _, e := range in {
		e = strings.TrimSpace(e)
		at := slices.IndexFunc(model.EventPresets, func(p model.EventPreset) bool { return p.Name == e })
		switch {
		case at >= 0:
			out = append(out, model.EventPresets[at].Events...)
		case model.IsHookEvent(e):
			out = append(out, e)
		default:
			hint := "see the editor in the console, or GitHub's \"Webhook events and payloads\""
			if near := nearest(e); near != "" {
				hint = "did you mean " + near + "?"
			}
			return nil, misuse{model.Refuse("choose events", "", "a repository's webhook has no event "+model.Outside(e).String(), hint)}
		}
	}
	return out, nil
}

// nearest is an event whose name begins or sounds alike.
func nearest(e string) string {
	plain := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(e))
	if model.IsHookEvent(plain) {
		return plain
	}
	for _, g := range model.HookEvents {
		for _, known := range g.Events {
			if len(plain) > 2 && (strings.HasPrefix(known, plain) || strings.HasPrefix(plain, known) || strings.ReplaceAll(known, "_", "") == strings.ReplaceAll(plain, "_", "")) {
				return known
			}
		}
	}
	return ""
}

func (a *app) configEdit(c *cobra.Command, f *hookEdits, t *todo) (func(chosen) model.Op, error) {
	o := model.ConfigureHook{ContentType: f.content}
	if err := contentType(f.content, true); err != nil {
		return nil, err
	}
	if c.Flags().Changed("verify-tls") {
		o.TLSVerified = model.Is(f.verify)
	}
	var err error
	if o.URL, o.Address, err = a.address(c.Context(), f.url, t); err != nil {
		return nil, err
	}
	t.title = "configure hooks"
	return func(x chosen) model.Op {
		o := o
		o.Target.Repo, o.Hook = x.repo.Ref, x.hook.ID
		return o
	}, nil
}

func contentType(s string, empty bool) error {
	if s == "json" || s == "form" || s == "" && empty {
		return nil
	}
	return misuse{model.Refuse("choose content type", "", "there is no "+model.Outside(s).String(), "json or form")}
}

// address reads a hook's address. One that carries a secret is kept in a slot, and shown as it may be.
func (a *app) address(ctx context.Context, given string, t *todo) (shown model.Text, slot string, err error) {
	whole := model.NewSecret(given)
	if given == "-" {
		if whole, err = a.entered(ctx, "-", slotQuestion(model.SlotAddress)); err != nil {
			return model.Text{}, "", err
		}
	}
	if shown, slot = model.HookAddress(whole.Reveal()); slot != "" {
		t.secrets[slot] = whole
	}
	return shown, slot, nil
}

// entered is a secret that is asked for on a terminal, or piped in.
func (a *app) entered(ctx context.Context, how, question string) (model.Secret, error) {
	switch {
	case how == "-" && !a.asks():
		return a.piped(ctx)
	case how == "-" || how == "ask":
		return a.hidden(ctx, question)
	}
	return model.Secret{}, misuse{model.Refuse("read secret", "", "a secret is not given on the command line, where everybody on this machine can read it", "say ask to be asked, or - to pipe it in")}
}

func (a *app) secretEdit(ctx context.Context, f *hookEdits, t *todo) (func(chosen) model.Op, error) {
	s, err := a.newSecret(ctx, f.secretIn, f.generate)
	if err != nil {
		return nil, err
	}
	t.secrets[model.SlotSecret] = s
	t.title = "change the secret"
	return func(x chosen) model.Op {
		return model.RotateHookSecret{Target: model.Target{Repo: x.repo.Ref}, Hook: x.hook.ID, Secret: model.SlotSecret}
	}, nil
}

// newSecret is entered or generated; a generated one is shown here, for nobody can read it later.
func (a *app) newSecret(ctx context.Context, how string, generate bool) (model.Secret, error) {
	switch {
	case generate && how != "":
		return model.Secret{}, misuse{model.Refuse("choose secret", "", "--secret gives one and --generate-secret makes one", "use one or the other")}
	case !generate:
		return a.entered(ctx, how, slotQuestion(model.SlotSecret))
	}
	s, err := a.generated()
	if err == nil && !a.flags.dryRun {
		fmt.Fprintf(a.Out, "The new secret, shown this once; give it to the receiver:\n\n  %s\n\n", s.Reveal())
	}
	return s, err
}

func (a *app) hookAdd() *cobra.Command {
	var s selection
	var o model.AddHook
	var address, secretIn string
	var generate, bare, verify bool
	c := &cobra.Command{
		Use: "add SLUG…", Short: "Add a webhook of your own",
		Long: "Adds a webhook. CircleCI's cannot be made here, because its secret is known to CircleCI alone: follow the project in CircleCI instead.",
		Example: "  gatehouse hook add gh/OWNER/NAME --url https://ci.example.com/hook --events push --secret ask\n" +
			"  gatehouse hook add gh/OWNER/NAME --url https://chat.example.com/in --events release --no-secret --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			t := todo{title: "add a hook", secrets: change.Secrets{}}
			if err := a.addition(c.Context(), &o, &t, address, secretIn, generate, bare); err != nil {
				return err
			}
			o.SkipTLS = !verify
			snap, _, err := a.read(c.Context(), &s, args, onlyHooks)
			if err != nil {
				return err
			}
			a.gaps = nil
			for _, r := range snap.Repos {
				o := o
				o.Target.Repo = r.Ref
				t.ops = append(t.ops, o)
			}
			if len(t.ops) == 1 {
				t.title = change.Words(t.ops[0])
			}
			return a.change(c.Context(), t)
		},
	}
	s.flags(c)
	f := c.Flags()
	f.StringVar(&address, "url", "", "post to this `address`; - reads it unseen, for one that carries a secret")
	f.StringSliceVar(&o.Events, "events", []string{"push"}, "ask for these `events`")
	f.StringVar(&o.ContentType, "content-type", "json", "json or form")
	f.BoolVar(&o.Active, "active", true, "switch it on")
	f.BoolVar(&verify, "verify-tls", true, "check the receiver's certificate")
	f.StringVar(&secretIn, "secret", "", "sign with a secret: 'ask' asks for it, - reads it from stdin")
	f.BoolVar(&generate, "generate-secret", false, "sign with a new secret, which is shown once")
	f.BoolVar(&bare, "no-secret", false, "sign nothing: the receiver cannot tell who sent it")
	return c
}

// addition fills the operation from the flags.
func (a *app) addition(ctx context.Context, o *model.AddHook, t *todo, address, secretIn string, generate, bare bool) error {
	var err error
	if o.Events, err = eventNames(o.Events); err != nil {
		return err
	}
	if err := contentType(o.ContentType, false); err != nil {
		return err
	}
	switch {
	case address == "":
		return misuse{model.Refuse("add hook", "", "it was not said where it posts to", "--url https://HOST/PATH")}
	case bare && (generate || secretIn != ""):
		return misuse{model.Refuse("add hook", "", "--no-secret signs nothing, and a secret was given too", "use one or the other")}
	case !generate && secretIn == "" && !bare:
		return misuse{model.Refuse("add hook", "", "it was not said what signs its deliveries", "--secret ask, --generate-secret, or --no-secret")}
	}
	if o.URL, o.Address, err = a.address(ctx, address, t); err != nil || bare {
		return err
	}
	s, err := a.newSecret(ctx, secretIn, generate)
	t.secrets[model.SlotSecret], o.Secret = s, model.SlotSecret
	return err
}

func (a *app) hookRemove() *cobra.Command {
	var h hookChoice
	c := &cobra.Command{
		Use: "remove SLUG… [ID…]", Short: "Remove webhooks; CircleCI's own cannot be put back here",
		Example: "  gatehouse hook remove gh/OWNER/NAME 4711 --dry-run\n  gatehouse hook remove gh/OWNER/NAME 4711 --confirm gh/OWNER/NAME",
		RunE: func(c *cobra.Command, args []string) error {
			t := todo{title: "remove hooks"}
			on, err := a.choose(c, &h, args, &t)
			if err != nil {
				return err
			}
			for _, x := range on {
				t.ops = append(t.ops, model.RemoveHook{Target: model.Target{Repo: x.repo.Ref}, Hook: x.hook.ID})
			}
			if len(on) == 1 {
				t.title = change.Words(t.ops[0])
			}
			return a.change(c.Context(), t)
		},
	}
	h.flags(c)
	return c
}
