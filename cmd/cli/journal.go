package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/change"
)

func (a *app) journal() *cobra.Command {
	return group("journal", "What gatehouse has changed: see, resume, retry and undo it", "  gatehouse journal list", a.journalList(), a.journalShow(), a.journalResume(), a.journalRetry(), a.journalUndo())
}

func (a *app) journalList() *cobra.Command {
	var unfinished bool
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List changes, newest first", Args: cobra.NoArgs, Example: "  gatehouse journal list\n  gatehouse journal list --unfinished --json --jq '.items[].id'",
		RunE: func(c *cobra.Command, _ []string) error {
			runs, err := a.open().Changes().Runs(c.Context())
			if err != nil && len(runs) == 0 {
				return err
			}
			back := change.UndoneBy(runs)
			items := []print.Run{}
			t := print.Table{Columns: []string{"run", "when", "who", "state", "done", "change"}}
			for _, r := range slices.Backward(runs) {
				if unfinished && r.Finished() || limit > 0 && len(items) >= limit {
					continue
				}
				x := print.RunOf(r, back[r.ID], false)
				items = append(items, x)
				state := string(x.State)
				if x.UndoneBy != "" {
					state = "undone by " + x.UndoneBy
				}
				t.Rows = append(t.Rows, []string{x.ID, x.At.Time().Format("2006-01-02 15:04"), model.Outside(x.Account).String(), state, fmt.Sprintf("%d of %d", x.Done, len(r.Plan.Steps)), model.Outside(x.Title).String()})
			}
			if e := a.list(c.Context(), "journal.list", items, t); e != nil {
				return e
			}
			return err
		},
	}
	c.Flags().BoolVar(&unfinished, "unfinished", false, "only what was not brought to an end")
	c.Flags().IntVar(&limit, "limit", 0, "at most so many; 0: all")
	return c
}

// run finds one run of the journal.
func (a *app) run(c *cobra.Command, id string) (change.Run, []change.Run, error) {
	runs, err := a.open().Changes().Runs(c.Context())
	if err != nil {
		return change.Run{}, nil, err
	}
	for _, r := range runs {
		if r.ID == id {
			return r, runs, nil
		}
	}
	return change.Run{}, nil, change.NoRun(id)
}

func (a *app) journalShow() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one change: every request, what it did, what was read back", Args: cobra.ExactArgs(1), Example: "  gatehouse journal show 7",
		RunE: func(c *cobra.Command, args []string) error {
			r, runs, err := a.run(c, args[0])
			if err != nil {
				return err
			}
			x := print.RunOf(r, change.UndoneBy(runs)[r.ID], true)
			return a.item(c.Context(), "journal.show", x, func() {
				fmt.Fprintf(a.Out, "run #%s: %s\n\n  when     %s\n  who      %s on %s\n  state    %s\n", x.ID, model.Outside(x.Title), x.At.Time().Format("2006-01-02 15:04:05 UTC"), model.Outside(x.Account), model.Outside(x.Origin), x.State)
				if x.UndoneBy != "" {
					fmt.Fprintf(a.Out, "  undone   by #%s\n", x.UndoneBy)
				}
				if x.Until > 0 && !r.Finished() {
					fmt.Fprintf(a.Out, "  limit    until %s\n", x.Until.Time().Format("15:04:05 UTC"))
				}
				for _, s := range r.Results() {
					a.stepPage(s.Step)
					fmt.Fprintf(a.Out, "    result  %s %s\n", s.Mark(), resultWords(s))
				}
				for _, f := range r.Plan.Refused {
					fmt.Fprintf(a.Out, "\n  left out: %s\n    %s\n", model.Outside(f.What), model.Outside(f.Why.Summary()))
				}
			})
		},
	}
}

func (a *app) journalResume() *cobra.Command {
	return &cobra.Command{
		Use: "resume ID", Short: "Take up an unfinished change: what is open is settled by reading, the rest is done", Args: cobra.ExactArgs(1), Example: "  gatehouse journal resume 7",
		RunE: func(c *cobra.Command, args []string) error {
			r, _, err := a.run(c, args[0])
			if err != nil {
				return err
			}
			g := change.Go{}
			if !r.Finished() {
				if g.Secrets, err = a.fillSlots(c.Context(), r.Rest().Slots(), nil); err != nil {
					return err
				}
			}
			step, done := a.progress("changing")
			n := 0
			g.Progress = func(change.StepResult) { n++; step(n, len(r.Plan.Steps)) }
			run, err := a.wire.Changes().Resume(c.Context(), r.ID, g)
			done()
			return a.ended(c.Context(), run, err)
		},
	}
}

func (a *app) journalRetry() *cobra.Command {
	return &cobra.Command{
		Use: "retry ID", Short: "Plan anew what a change did not do, and only that", Args: cobra.ExactArgs(1), Example: "  gatehouse journal retry 7 --yes",
		RunE: func(c *cobra.Command, args []string) error {
			p, err := a.open().Changes().Retry(c.Context(), args[0])
			if err != nil {
				return err
			}
			return a.carry(c.Context(), p, nil)
		},
	}
}

func (a *app) journalUndo() *cobra.Command {
	var only []string
	var group string
	c := &cobra.Command{
		Use: "undo ID | --group ID", Short: "Take a change back, as far as it can be; a second time changes nothing",
		Args: func(c *cobra.Command, args []string) error {
			if (group == "") == (len(args) == 0) || len(args) > 1 {
				return model.Refuse("undo", "", "say which change", "gatehouse journal undo ID, or --group ID")
			}
			return nil
		},
		Example: "  gatehouse journal undo 7\n  gatehouse journal undo --group 7 --only gh/OWNER/NAME --yes",
		RunE: func(c *cobra.Command, args []string) error {
			id := group
			if len(args) > 0 {
				id = args[0]
			}
			refs, err := (&selection{}).parse(only)
			if err != nil {
				return err
			}
			r, _, err := a.run(c, id)
			if err != nil {
				return err
			}
			if a.flags.dryRun && !r.Finished() {
				return model.Refuse("undo", "#"+r.ID, "the run is unfinished, and undoing it would end it", "resume it first, or leave out --dry-run")
			}
			p, err := a.wire.Changes().Undo(c.Context(), r.ID)
			if err != nil {
				return err
			}
			if len(refs) > 0 {
				p.Steps = slices.DeleteFunc(p.Steps, func(s change.Step) bool { return !slices.Contains(refs, s.Op.On().Repo) })
				p.Refused = slices.DeleteFunc(p.Refused, func(x change.Refused) bool { return !slices.Contains(refs, x.Target.Repo) })
				p.Title += fmt.Sprintf(" (only %d of its repositories)", len(p.Targets()))
			}
			return a.carry(c.Context(), p, nil)
		},
	}
	c.Flags().StringVar(&group, "group", "", "the change of many repositories to take back: its `run`")
	c.Flags().StringSliceVar(&only, "only", nil, "take it back on these repositories (`slug`) only")
	return c
}
