package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/inventory"
)

func (a *app) people() *cobra.Command {
	return group("people", "Who can reach a repository, and through what", "  gatehouse people list gh/OWNER/NAME", a.peopleList())
}

func (a *app) peopleList() *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use: "list [SLUG…|-]", Short: "List people and pending invitations with the source of each grant",
		Example: "  gatehouse people list gh/OWNER/NAME\n  gatehouse people list --all --match people:outside --json",
		RunE: func(c *cobra.Command, args []string) error {
			snap, services, err := a.read(c.Context(), &s, args, func(cfg *inventory.Config) { cfg.Hooks, cfg.Access, cfg.CI = false, true, nil })
			if err != nil {
				return err
			}
			eachRepo(c.Context(), snap, func(ctx context.Context, r *model.Repo) { r.Invitations = services.GitHub.Invitations(ctx, *r) })
			if err := c.Context().Err(); err != nil {
				return err
			}
			a.gaps = nil
			for _, g := range snap.Gaps() {
				if g.Fact != "deploy_keys" { // came along, was not asked for
					a.gaps = append(a.gaps, g)
				}
			}
			items := []print.Person{}
			t := print.Table{Columns: []string{"repository", "login", "role", "outside", "state", "through"}}
			a.absent("people", snap, func(r *model.Repo) (model.State, *model.Cause) { return r.People.State, r.People.Why })
			a.absent("invitations", snap, func(r *model.Repo) (model.State, *model.Cause) { return r.Invitations.State, r.Invitations.Why })
			for _, r := range snap.Repos {
				if r.People.State == model.NotApplicable {
					t.Rows = append(t.Rows, notHere(r, len(t.Columns)))
				}
				for _, p := range r.People.Value {
					items = append(items, print.PersonOf(r.Ref, p))
					t.Rows = append(t.Rows, []string{r.Ref.String(), p.Login.String(), p.Role.String(), p.Outside.String(), "has access", print.Sources(p)})
				}
				for _, i := range r.Invitations.Value {
					items = append(items, print.InvitedOf(r.Ref, i))
					t.Rows = append(t.Rows, []string{r.Ref.String(), i.Login.String(), i.Role.String(), "", yes(i.Expired == model.Yes, "invitation expired", "invited"), "invitation by " + i.By.String()})
				}
			}
			return a.list(c.Context(), "people.list", items, t)
		},
	}
	s.flags(c)
	return c
}
