package screen

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/ui/widget"
)

// Deliveries is a hook's delivery log, newest first.
type Deliveries struct {
	life
	env     *Env
	ref     model.RepoRef
	hook    model.Hook
	table   *widget.Table
	reading model.Reading[[]model.Delivery]
	next    string // cursor of the page after the last one read
	asking  bool
	wanted  bool // what failed is to be redelivered when the log reaches back far enough
}

type deliveryPage struct {
	reading model.Reading[[]model.Delivery]
	next    string
}

// NewDeliveries makes the screen.
func NewDeliveries(env *Env, ref model.RepoRef, hook model.Hook) *Deliveries {
	s := &Deliveries{life: born(env.Context), env: env, ref: ref, hook: hook}
	s.table = widget.NewTable(env.Theme, []widget.Column{
		{Title: "DELIVERED", Min: 12, Want: 14}, {Title: "EVENT", Min: 14, Want: 22}, {Title: "ACTION", Min: 10, Want: 16, Rank: 2}, {Title: "ANSWER", Min: 16, Want: 30},
		{Title: "TOOK", Min: 7, Want: 8, Rank: 1, Right: true}, {Title: "", Min: 9, Want: 10, Rank: 2}, {Title: "GUID", Min: 36, Want: 36, Rank: 3},
	})
	s.table.Cell = s.cell
	s.table.Empty = unread(s.reading, "the delivery log")
	return s
}

// Init reads the first page.
func (s *Deliveries) Init() tea.Cmd { return s.more("") }

func (s *Deliveries) more(cursor string) tea.Cmd {
	r := s.env.Book.Snap.Repo(s.ref)
	if r == nil || s.asking || s.env.Details == nil {
		return nil
	}
	s.asking = true
	d, repo, hook := s.env.Details, *r, s.hook.ID
	return ask(s.life, cursor, func(ctx context.Context) deliveryPage {
		reading, next := d.Deliveries(ctx, repo, hook, cursor)
		return deliveryPage{reading, next}
	})
}

// Update handles what happened.
func (s *Deliveries) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[deliveryPage]:
		if msg.ticket != s.ticket {
			return nil
		}
		s.asking = false
		s.take(msg.what, msg.value)
		if s.wanted {
			return s.readBack()
		}
	case Changed:
		s.next = ""
		return s.more("")
	case tea.KeyMsg:
		s.table.Handle(msg.String())
		if s.next != "" && s.table.Cursor >= s.table.Len-s.table.Page() {
			return s.more(s.next)
		}
	}
	return nil
}

func (s *Deliveries) take(cursor string, p deliveryPage) {
	if cursor != "" && p.reading.State == model.Known {
		p.reading.Value = append(append([]model.Delivery{}, s.reading.Value...), p.reading.Value...)
	} else if cursor != "" {
		p.reading = model.AtLeast(s.reading.Value, s.reading.At, p.reading.Why)
	}
	s.reading, s.next = p.reading, p.next
	rows, words := list(s.reading, "the delivery log", "no delivery in the last three days: GitHub remembers no longer")
	s.table.Len, s.table.Empty = len(rows), words
}

func (s *Deliveries) cell(row, column int) widget.Cell {
	d, t := s.reading.Value[row], s.env.Theme
	switch column {
	case 0:
		return widget.Cell{Text: Ago(s.env.Book.Now, d.At)}
	case 1:
		return widget.Cell{Text: d.Event.String()}
	case 2:
		return widget.Cell{Text: d.Action.String(), Style: &t.Faint}
	case 3:
		if d.OK() {
			return widget.Cell{Text: fmt.Sprintf("✓ %d %s", d.Code, d.Status), Style: &t.Good}
		}
		return widget.Cell{Text: fmt.Sprintf("✗ %d %s", d.Code, d.Status), Style: &t.Danger}
	case 4:
		return widget.Cell{Text: fmt.Sprintf("%.2f s", d.Duration), Style: &t.Faint}
	case 5:
		if d.Redelivery {
			return widget.Cell{Text: "again"}
		}
		return widget.Cell{}
	default:
		return widget.Cell{Text: d.GUID.String(), Style: &t.Faint}
	}
}

// View draws the log.
func (s *Deliveries) View(w, h int) string { return s.table.View(w, h) }

// Title names the hook and counts what failed.
func (s *Deliveries) Title() string {
	failed := 0
	for _, d := range s.reading.Value {
		if !d.OK() {
			failed++
		}
	}
	title := fmt.Sprintf("Deliveries of hook %s on %s   %s", s.hook.ID, s.ref, plural(len(s.reading.Value), "delivery", "deliveries"))
	if s.next != "" {
		title += " so far"
	}
	if failed > 0 {
		title += fmt.Sprintf(" · %d failed", failed)
	}
	return title + stale(s.reading, s.env.Book.Now)
}

// Detail is the delivery under the cursor.
func (s *Deliveries) Detail() string {
	if s.wanted {
		return "reading the log back two hours …"
	}
	if s.table.Cursor >= len(s.reading.Value) {
		return ""
	}
	d := s.reading.Value[s.table.Cursor]
	return d.At.Time().Format("2006-01-02 15:04:05 UTC") + "   guid " + d.GUID.String()
}

// Command prints the same.
func (s *Deliveries) Command() []string {
	return []string{"gatehouse", "hook", "deliveries", s.ref.String(), s.hook.ID}
}

// Page is the hook's settings page.
func (s *Deliveries) Page() string {
	if r := s.env.Book.Snap.Repo(s.ref); r != nil && !r.Page.Empty() {
		return r.Page.Raw() + "/settings/hooks/" + s.hook.ID
	}
	return ""
}

// Copies is what can be copied here.
func (s *Deliveries) Copies() []Copy {
	if s.table.Cursor >= len(s.reading.Value) {
		return nil
	}
	d := s.reading.Value[s.table.Cursor]
	return []Copy{{"delivery guid", d.GUID.String()}, {"delivery id", d.ID}, {"hook id", s.hook.ID}}
}

// Actions are what a person can do here.
func (s *Deliveries) Actions() []Action {
	return append([]Action{
		{Key: "enter", Name: "request and response", Bar: true, Refuse: func() *model.Cause {
			if s.table.Len == 0 {
				return &model.Cause{Kind: model.CauseRefused, Hint: "there is no delivery"}
			}
			return nil
		}, Run: func() tea.Cmd { return Show(NewDelivery(s.env, s.ref, s.hook.ID, s.reading.Value[s.table.Cursor])) }},
		{Key: "r", Name: "read again", Effect: Reads, Bar: true, Run: func() tea.Cmd { return s.more("") }},
	}, s.redeliver()...)
}

// Delivery is one delivery: what was sent, what came back.
type Delivery struct {
	life
	env     *Env
	ref     model.RepoRef
	hook    string
	head    model.Delivery
	reading model.Reading[model.DeliveryDetail]
	pager   widget.Pager
}

// NewDelivery makes the screen.
func NewDelivery(env *Env, ref model.RepoRef, hook string, head model.Delivery) *Delivery {
	s := &Delivery{life: born(env.Context), env: env, ref: ref, hook: hook, head: head}
	s.pager.Lines = unread(s.reading, "the delivery")
	return s
}

// Init reads the delivery.
func (s *Delivery) Init() tea.Cmd {
	r := s.env.Book.Snap.Repo(s.ref)
	if r == nil || s.env.Details == nil {
		return nil
	}
	d, repo, hook, id := s.env.Details, *r, s.hook, s.head.ID
	return ask(s.life, id, func(ctx context.Context) model.Reading[model.DeliveryDetail] { return d.Delivery(ctx, repo, hook, id) })
}

// Update handles what happened.
func (s *Delivery) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[model.Reading[model.DeliveryDetail]]:
		if msg.ticket == s.ticket {
			s.reading = msg.value
			s.fill()
		}
	case tea.KeyMsg:
		s.pager.Handle(msg.String())
	}
	return nil
}

func (s *Delivery) fill() {
	if words := unread(s.reading, "the delivery"); words != nil {
		s.pager.Lines = words
		return
	}
	d, t := s.reading.Value, s.env.Theme
	lines := []string{"  to " + model.RedactURL(d.URL).String()}
	for _, side := range [...]struct {
		name string
		e    model.Exchange
	}{{"Response", d.Response}, {"Request", d.Request}} {
		lines = append(lines, "", t.Title.Render("  "+side.name))
		for _, h := range side.e.Headers {
			lines = append(lines, "  "+t.Faint.Render(h.Name.String()+": ")+h.Value.String())
		}
		if !side.e.Payload.Empty() {
			lines = append(lines, "")
			for _, l := range strings.Split(side.e.Payload.Lines(), "\n") {
				lines = append(lines, "  "+strings.ReplaceAll(l, "\t", "    "))
			}
		}
	}
	s.pager.Lines = lines
}

// View draws the page.
func (s *Delivery) View(w, h int) string { return s.pager.View(w, h) }

// Title is the delivery in a line.
func (s *Delivery) Title() string {
	return fmt.Sprintf("Delivery %s   %s %s · %d %s · %s", s.head.ID, s.head.Event, s.head.Action, s.head.Code, s.head.Status, Ago(s.env.Book.Now, s.head.At))
}

// Command prints the same.
func (s *Delivery) Command() []string {
	return []string{"gatehouse", "hook", "deliveries", s.ref.String(), s.hook, "--show", s.head.ID}
}

// Copies is what can be copied here.
func (s *Delivery) Copies() []Copy {
	out := []Copy{{"delivery guid", s.head.GUID.String()}, {"delivery id", s.head.ID}}
	if s.reading.State == model.Known {
		out = append(out, Copy{"request payload", s.reading.Value.Request.Payload.Lines()}, Copy{"response payload", s.reading.Value.Response.Payload.Lines()})
	}
	return out
}

// Actions are what a person can do here.
func (s *Delivery) Actions() []Action {
	return []Action{{Key: "r", Name: "read again", Effect: Reads, Bar: true, Run: s.Init}}
}
