package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/inventory"
)

func (a *app) key() *cobra.Command {
	return group("key", "Deploy keys, joined by fingerprint", "  gatehouse key list gh/OWNER/NAME", a.keyList())
}

func (a *app) keyList() *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use: "list [SLUG…|-]", Short: "List deploy keys with who added them and when they were last used",
		Example: "  gatehouse key list gh/OWNER/NAME\n  gatehouse key list --all --json --jq '.items[] | select(.read_only | not) | .repo'",
		RunE: func(c *cobra.Command, args []string) error {
			snap, services, err := a.read(c.Context(), &s, args, func(cfg *inventory.Config) { cfg.Hooks, cfg.Access, cfg.CI = false, false, nil })
			if err != nil {
				return err
			}
			eachRepo(c.Context(), snap, func(ctx context.Context, r *model.Repo) { r.DeployKeys = services.GitHub.Keys(ctx, *r) })
			if err := c.Context().Err(); err != nil {
				return err
			}
			a.gaps = snap.Gaps()
			items := []print.Key{}
			t := print.Table{Columns: []string{"repository", "id", "access", "type", "created", "last-used", "added-by", "state", "title", "fingerprint"}}
			for _, r := range snap.Repos {
				if r.DeployKeys.State == model.NotApplicable {
					t.Rows = append(t.Rows, notHere(r, len(t.Columns)))
				}
				for _, k := range r.DeployKeys.Value {
					items = append(items, print.KeyOf(r.Ref, k))
					t.Rows = append(t.Rows, []string{
						r.Ref.String(), k.ID, yes(k.ReadOnly, "read", "write"), fmt.Sprintf("%s %d", k.Type, k.Bits), day(k.Created), lastUsed(k), k.AddedBy.Value.String(), keyState(k), k.Title.String(), k.SHA256,
					})
				}
			}
			a.absent("deploy_keys", snap, func(r *model.Repo) (model.State, *model.Cause) { return r.DeployKeys.State, r.DeployKeys.Why })
			return a.list(c.Context(), "key.list", items, t)
		},
	}
	s.flags(c)
	return c
}

// absent says in JSON that a service does not have what was asked for: that is not none, and no reason for another exit code.
func (a *app) absent(fact string, snap *model.Snapshot, of func(*model.Repo) (model.State, *model.Cause)) {
	for _, r := range snap.Repos {
		if state, why := of(r); state == model.NotApplicable {
			a.gaps = append(a.gaps, model.Gap{Repo: r.Ref, Fact: fact, State: state, Why: why})
		}
	}
}

// notHere is the row of a repository whose service does not have what the list is about.
func notHere(r *model.Repo, cells int) []string {
	row := make([]string, cells)
	row[0], row[1] = r.Ref.String(), "not available here"
	return row
}

// eachRepo reads something of every repository, eight at once.
func eachRepo(ctx context.Context, snap *model.Snapshot, read func(context.Context, *model.Repo)) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for _, r := range snap.Repos {
		g.Go(func() error { read(ctx, r); return nil })
	}
	_ = g.Wait() // readings carry their own causes
}

func lastUsed(k model.DeployKey) string {
	v, ok := k.LastUsed.All()
	switch {
	case !ok:
		return "not read"
	case v == 0:
		return "never"
	}
	return day(v)
}

func keyState(k model.DeployKey) string {
	switch {
	case k.Enabled == model.No:
		return "disabled by policy"
	case k.Verified == model.No:
		return "unverified"
	case k.Enabled == model.TriUnknown:
		return "not known"
	}
	return "ok"
}
