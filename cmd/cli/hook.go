package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/cmd/wire"
	"gatehouse/model"
	"gatehouse/model/inventory"
)

func (a *app) hook() *cobra.Command {
	return group("hook", "Webhooks: see them, their delivery log, and change them", "  gatehouse hook list gh/OWNER/NAME", a.hookList(), a.hookView(), a.hookDeliveries(),
		a.hookEdit(), a.hookAdd(), a.hookRemove(), a.hookPing(), a.hookTest(), a.hookRedeliver())
}

func onlyHooks(c *inventory.Config) { c.Hooks, c.Access, c.CI = true, false, nil }

func (a *app) hookList() *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use: "list [SLUG…|-]", Short: "List webhooks", Example: "  gatehouse hook list gh/OWNER/NAME\n  gatehouse hook list --all --json --jq '.items[] | select(.secret_set == false) | .repo'",
		RunE: func(c *cobra.Command, args []string) error {
			snap, _, err := a.read(c.Context(), &s, args, onlyHooks)
			if err != nil {
				return err
			}
			items := []print.Hook{}
			t := print.Table{Columns: []string{"repository", "id", "whose", "active", "events", "secret", "tls", "last", "url"}}
			a.absent("hooks", snap, func(r *model.Repo) (model.State, *model.Cause) { return r.Hooks.State, r.Hooks.Why })
			for _, r := range snap.Repos {
				if r.Hooks.State == model.NotApplicable {
					t.Rows = append(t.Rows, notHere(r, len(t.Columns)))
				}
				for _, h := range r.Hooks.Value {
					items = append(items, print.HookOf(r.Ref, h))
					t.Rows = append(t.Rows, []string{
						r.Ref.String(), h.ID, string(h.Whose()), yes(h.Active, "yes", "no"), eventWords(h.Events), h.SecretSet.String(), h.TLSVerified.String(), lastWords(h.Last), model.RedactURL(h.URL).String(),
					})
				}
			}
			return a.list(c.Context(), "hook.list", items, t)
		},
	}
	s.flags(c)
	return c
}

func eventWords(events []model.Text) string {
	words := make([]string, len(events))
	for i, e := range events {
		words[i] = e.String()
	}
	return strings.Join(words, ",")
}

func lastWords(r *model.Response) string {
	if r == nil || r.Code == 0 {
		return "-"
	}
	return fmt.Sprint(r.Code)
}

// oneHook finds the hook a command names, or CircleCI's with --ci.
func (a *app) oneHook(c *cobra.Command, slug, id string, ci bool) (*model.Repo, model.Hook, *wire.Services, error) {
	snap, services, err := a.read(c.Context(), &selection{}, []string{slug}, onlyHooks)
	if err != nil {
		return nil, model.Hook{}, nil, err
	}
	r := snap.Repos[0]
	if err := r.Hooks.Err("list hooks", r.Ref.String()); err != nil {
		return nil, model.Hook{}, nil, err
	}
	var ids []string
	for _, h := range r.Hooks.Value {
		ids = append(ids, h.ID)
		if h.ID == id || ci && id == "" && h.Whose() == model.HookOfCircleCI {
			return r, h, services, nil
		}
	}
	hint := "it has no hook"
	if len(ids) > 0 {
		hint = "its hooks are " + strings.Join(ids, ", ")
	}
	return nil, model.Hook{}, nil, &model.Error{Op: "find hook", On: r.Ref.String(), Cause: model.Cause{Kind: model.CauseNotFound, Said: model.Outside("there is no such hook"), Hint: hint}}
}

func hookArgs(ci *bool) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if *ci {
			return cobra.ExactArgs(1)(c, args)
		}
		return cobra.ExactArgs(2)(c, args)
	}
}

func second(args []string) string {
	if len(args) > 1 {
		return args[1]
	}
	return ""
}

func (a *app) hookView() *cobra.Command {
	var ci bool
	c := &cobra.Command{
		Use: "view SLUG ID", Short: "Show one webhook", Args: hookArgs(&ci), Example: "  gatehouse hook view gh/OWNER/NAME --ci",
		RunE: func(c *cobra.Command, args []string) error {
			r, h, _, err := a.oneHook(c, args[0], second(args), ci)
			if err != nil {
				return err
			}
			return a.item(c.Context(), "hook.view", print.HookOf(r.Ref, h), func() {
				fmt.Fprintf(a.Out, "hook %s of %s\n\n  whose    %s\n  url      %s\n  active   %s\n  events   %s\n  secret   %s\n  tls      %s\n  format   %s\n  last     %s\n  changed  %s\n",
					h.ID, r.Spelled, h.Whose(), model.RedactURL(h.URL), yes(h.Active, "yes", "no"), strings.ReplaceAll(eventWords(h.Events), ",", ", "), h.SecretSet, h.TLSVerified, h.ContentType, lastWords(h.Last), day(h.Updated))
			})
		},
	}
	c.Flags().BoolVar(&ci, "ci", false, "CircleCI's hook, without naming its id")
	return c
}

// deliveryItem is one delivery as JSON, with what went over the wire when one was asked for.
type deliveryItem struct {
	Repo model.RepoRef `json:"repo"`
	Hook string        `json:"hook"`
	model.Delivery
}

type deliveryView struct {
	Repo model.RepoRef `json:"repo"`
	Hook string        `json:"hook"`
	model.DeliveryDetail
}

func (a *app) hookDeliveries() *cobra.Command {
	var ci bool
	var show string
	var limit int
	c := &cobra.Command{
		Use: "deliveries SLUG ID", Short: "Show a webhook's delivery log (GitHub keeps three days)", Args: hookArgs(&ci),
		Example: "  gatehouse hook deliveries gh/OWNER/NAME --ci\n  gatehouse hook deliveries gh/OWNER/NAME --ci --show 1234",
		RunE: func(c *cobra.Command, args []string) error {
			r, h, services, err := a.oneHook(c, args[0], second(args), ci)
			if err != nil {
				return err
			}
			if show != "" {
				return a.showDelivery(c, services, r, h, show)
			}
			items := []deliveryItem{}
			t := print.Table{Columns: []string{"delivered", "event", "action", "code", "status", "seconds", "again", "id", "guid"}}
			for cursor := ""; len(items) < limit; {
				page, next := services.GitHub.Deliveries(c.Context(), *r, h.ID, cursor)
				if page.Gap() {
					a.gaps = append(a.gaps, model.Gap{Repo: r.Ref, Fact: "deliveries", State: page.State, Why: page.Why})
					break
				}
				for _, d := range page.Value[:min(len(page.Value), limit-len(items))] {
					items = append(items, deliveryItem{r.Ref, h.ID, d})
					t.Rows = append(t.Rows, []string{d.At.Time().Format("2006-01-02 15:04:05"), d.Event.String(), d.Action.String(), fmt.Sprint(d.Code), d.Status.String(), fmt.Sprintf("%.2f", d.Duration), yes(d.Redelivery, "yes", ""), d.ID, d.GUID.String()})
				}
				if cursor = next; cursor == "" {
					break
				}
			}
			return a.list(c.Context(), "hook.deliveries", items, t)
		},
	}
	c.Flags().BoolVar(&ci, "ci", false, "CircleCI's hook, without naming its id")
	c.Flags().StringVar(&show, "show", "", "show this delivery's request and response")
	c.Flags().IntVar(&limit, "limit", 100, "at most this many")
	return c
}

func (a *app) showDelivery(c *cobra.Command, services *wire.Services, r *model.Repo, h model.Hook, id string) error {
	d := services.GitHub.Delivery(c.Context(), *r, h.ID, id)
	if err := d.Err("read delivery", r.Ref.String()); err != nil {
		return err
	}
	v := d.Value
	return a.item(c.Context(), "hook.delivery", deliveryView{r.Ref, h.ID, v}, func() {
		fmt.Fprintf(a.Out, "%s %s  %d %s  %s\n", v.Event, v.Action, v.Code, v.Status, v.At.Time().Format("2006-01-02 15:04:05 UTC"))
		a.exchange("request", v.Request)
		a.exchange("response", v.Response)
	})
}

func (a *app) exchange(name string, e model.Exchange) {
	fmt.Fprintf(a.Out, "\n%s\n", name)
	for _, h := range e.Headers {
		fmt.Fprintf(a.Out, "  %s: %s\n", h.Name, h.Value)
	}
	fmt.Fprintf(a.Out, "\n%s\n", e.Payload.Lines())
}
