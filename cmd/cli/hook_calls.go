package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/model"
	"gatehouse/model/change"
)

// hookCall is a command that asks the forge to send something.
func (a *app) hookCall(verb, short, example string, op func(chosen) model.Op) *cobra.Command {
	var h hookChoice
	c := &cobra.Command{
		Use: verb + " SLUG… [ID]", Short: short, Example: example,
		RunE: func(c *cobra.Command, args []string) error {
			t := todo{title: verb}
			on, err := a.choose(c, &h, args, &t)
			if err != nil {
				return err
			}
			for _, x := range on {
				t.ops = append(t.ops, op(x))
			}
			t.title = titled(verb, on)
			if len(on) == 1 {
				t.title = change.Words(t.ops[0])
			}
			return a.change(c.Context(), t)
		},
	}
	h.flags(c)
	return c
}

func (a *app) hookPing() *cobra.Command {
	return a.hookCall("ping", "Have GitHub send a ping to a webhook's receiver", "  gatehouse hook ping gh/OWNER/NAME --ci --yes", func(x chosen) model.Op {
		return model.PingHook{Target: model.Target{Repo: x.repo.Ref}, Hook: x.hook.ID}
	})
}

func (a *app) hookTest() *cobra.Command {
	return a.hookCall("test", "Have GitHub send the latest push once more; it may start a build", "  gatehouse hook test gh/OWNER/NAME --ci", func(x chosen) model.Op {
		return model.TestHook{Target: model.Target{Repo: x.repo.Ref}, Hook: x.hook.ID}
	})
}

func (a *app) hookRedeliver() *cobra.Command {
	var h hookChoice
	var failed bool
	var since time.Duration
	c := &cobra.Command{
		Use: "redeliver SLUG… [ID] [DELIVERY…]", Short: "Have GitHub deliver events again; it may start builds",
		Long: `Delivers again what a webhook's receiver did not take. With --failed: each event since --since that failed and that no later attempt
has delivered, once. It stops at a rate limit; gatehouse journal resume takes it up.`,
		Example: "  gatehouse hook redeliver gh/OWNER/NAME 4711 123456\n  gatehouse hook redeliver gh/OWNER/NAME --ci --failed --since 2h --dry-run\n  gatehouse hook redeliver --all --ci --failed --since 30m",
		RunE: func(c *cobra.Command, args []string) error {
			t := todo{title: "redeliver"}
			slugs, numbers := split(args)
			var deliveries []string
			if !h.ci && len(numbers) > 0 {
				slugs, numbers = append(slugs, numbers[0]), numbers[1:]
			}
			deliveries = numbers
			if failed == (len(deliveries) > 0) {
				return misuse{model.Refuse("redeliver", "", "say which deliveries", "name their ids (gatehouse hook deliveries), or say --failed --since 2h")}
			}
			on, err := a.choose(c, &h, slugs, &t)
			if err != nil {
				return err
			}
			for _, x := range on {
				ids := deliveries
				if failed {
					if ids, err = a.failed(c, x, since, &t); err != nil {
						return err
					}
				}
				for _, id := range ids {
					t.ops = append(t.ops, model.RedeliverHook{Target: model.Target{Repo: x.repo.Ref}, Hook: x.hook.ID, Delivery: id})
				}
			}
			if t.title = "redeliver " + plural(len(t.ops), "event"); len(t.ops) == 1 {
				t.title = change.Words(t.ops[0])
			}
			return a.change(c.Context(), t)
		},
	}
	h.flags(c)
	c.Flags().BoolVar(&failed, "failed", false, "everything that failed and was not delivered since")
	c.Flags().DurationVar(&since, "since", 2*time.Hour, "how far back; GitHub keeps three days")
	return c
}

// failed reads the log as far back as asked, and the attempts after it. A log that cannot be read leaves the hook out.
func (a *app) failed(c *cobra.Command, x chosen, since time.Duration, t *todo) ([]string, error) {
	services, err := a.wire.Services(c.Context())
	if err != nil {
		return nil, err
	}
	from := model.UnixOf(a.wire.Now().Time().Add(-since))
	var log []model.Delivery
	for cursor := ""; ; {
		page, next := services.GitHub.Deliveries(c.Context(), *x.repo, x.hook.ID, cursor)
		if page.Gap() {
			t.leave(x.repo.Ref, *page.Why)
			return nil, c.Context().Err()
		}
		log = append(log, page.Value...)
		if cursor = next; cursor == "" || len(page.Value) > 0 && page.Value[len(page.Value)-1].At < from {
			break
		}
	}
	var ids []string
	for _, d := range model.FailedSince(log, from) {
		ids = append(ids, d.ID)
	}
	return ids, nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
