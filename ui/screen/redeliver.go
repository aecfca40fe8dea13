package screen

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
)

// redeliverSince is how far back "redeliver failed" looks.
const redeliverSince = 2 * time.Hour

// redeliver are what can be done with a hook's delivery log.
func (s *Deliveries) redeliver() []Action {
	one := func() *model.Cause {
		if s.table.Len == 0 {
			return refuse("there is no delivery")
		}
		return s.env.mayWrite()
	}
	return []Action{
		{Key: "R", Name: "redeliver", Effect: Writes, Bar: true, Refuse: one, Run: func() tea.Cmd {
			o := s.again(s.reading.Value[s.table.Cursor])
			return Suggest(s.env, change.Words(o), nil, o)
		}},
		{Key: "F", Name: "redeliver failed", Effect: Writes, Refuse: func() *model.Cause {
			switch why := one(); {
			case why != nil:
				return why
			case !s.reaches() && s.next == "":
				return refuse("the log could not be read back two hours: r reads it again")
			case s.reaches() && len(s.failed()) == 0:
				return refuse(nothingFailed)
			}
			return nil
		}, Run: func() tea.Cmd {
			s.wanted = true
			if s.asking {
				return nil // the page that is being read goes on with it
			}
			return s.readBack()
		}},
	}
}

const nothingFailed = "nothing of the last two hours failed and is undelivered"

func (s *Deliveries) again(d model.Delivery) model.RedeliverHook {
	return model.RedeliverHook{Target: model.Target{Repo: s.ref}, Hook: s.hook.ID, Delivery: d.ID, GUID: d.GUID}
}

// from is since when failures are looked for.
func (s *Deliveries) from() model.Unix {
	return s.env.Book.Now - model.Unix(redeliverSince/time.Second)
}

// reaches reports that the log in sight goes back far enough, or is all there is.
func (s *Deliveries) reaches() bool {
	n := len(s.reading.Value)
	return s.reading.State == model.Known && s.next == "" || n > 0 && s.reading.Value[n-1].At < s.from()
}

// failed are the events to deliver again, of the log in sight.
func (s *Deliveries) failed() []model.Delivery { return model.FailedSince(s.reading.Value, s.from()) }

// readBack reads the log on until it reaches back far enough, then proposes what failed. Half a log proposes nothing: an event that
// is older than the page in sight would be forgotten without a word.
func (s *Deliveries) readBack() tea.Cmd {
	if !s.reaches() && s.next != "" {
		return s.more(s.next)
	}
	s.wanted = false
	say := func(text string, bad bool) tea.Cmd { return func() tea.Msg { return Flash{text, bad} } }
	if !s.reaches() {
		text := "nothing is redelivered: the log could not be read back two hours"
		if s.reading.Why != nil {
			text += ": " + s.reading.Why.Summary()
		}
		return say(text, true)
	}
	var ops []model.Op
	for _, d := range s.failed() {
		ops = append(ops, s.again(d))
	}
	if len(ops) == 0 {
		return say(nothingFailed, false)
	}
	return Suggest(s.env, fmt.Sprintf("redeliver %s of hook %s on %s", plural(len(ops), "event", "events"), s.hook.ID, s.ref), nil, ops...)
}
