package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"gatehouse/model"
	"gatehouse/model/change"
)

// Pings, tests and redeliveries change nothing that GitHub stores. What they leave are deliveries.

func preparePing(_ context.Context, w wiring, o model.PingHook, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	if err != nil {
		return false, err
	}
	s.Before, s.Expect, s.Final = version(h), "a ping is delivered", "a ping that was sent cannot be called back"
	s.Call, err = w.call(http.MethodPost, "/hooks/"+h.ID+"/pings", nil)
	return true, err
}

func prepareTest(_ context.Context, w wiring, o model.TestHook, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	switch {
	case err != nil:
		return false, err
	case !h.Sends("push"):
		return false, model.Refuse(change.Words(o), "", "the hook does not ask for push, so GitHub would send nothing", "add push first: gatehouse hook edit "+o.Target.Repo.String()+" "+h.ID+" --add push")
	case !h.Active:
		return false, model.Refuse(change.Words(o), "", "the hook is switched off, so GitHub would send nothing", "switch it on first: gatehouse hook edit "+o.Target.Repo.String()+" "+h.ID+" --active")
	}
	s.Before, s.Expect, s.Final, s.Builds = version(h), "the latest push is delivered once more", "a delivery that was sent cannot be called back", true
	s.Call, err = w.call(http.MethodPost, "/hooks/"+h.ID+"/tests", nil)
	return true, err
}

// checkCalled: that the hook is still the one that was looked at is all that can be read.
func checkCalled[O model.Op](_ context.Context, w wiring, _ O, s change.Step) (change.Seen, error) {
	id, err := hookID(s)
	if err != nil {
		return change.Seen{}, err
	}
	h, ok := w.hook(id)
	if !ok {
		return gone(id), nil
	}
	seen := compare(s, h, h, false, says)
	if seen.Effect == change.Absent {
		seen.Effect = change.Unseen
	}
	return seen, nil
}

func prepareRedeliver(ctx context.Context, w wiring, o model.RedeliverHook, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	if err != nil {
		return false, err
	}
	if err := checkID(o.Delivery, "delivery"); err != nil {
		return false, err
	}
	got, err := w.attempts(ctx, h.ID, o.Delivery)
	if err != nil {
		return false, err
	}
	first := got[len(got)-1]
	s.Op = model.RedeliverHook{Target: o.Target, Hook: o.Hook, Delivery: o.Delivery, GUID: first.GUID}
	s.Before, s.Expect = attemptsVersion(got), "the "+first.Event.Raw()+" event of "+first.At.Time().Format("2006-01-02 15:04:05 UTC")+" is delivered once more"
	s.Final, s.Builds = "a delivery that was sent cannot be called back", true
	s.Call, err = w.call(http.MethodPost, "/hooks/"+h.ID+"/deliveries/"+o.Delivery+"/attempts", nil)
	return true, err
}

// attempts reads the log back to the delivery: all attempts of its event since, newest first, itself last.
func (w wiring) attempts(ctx context.Context, hook, id string) ([]model.Delivery, error) {
	var read []model.Delivery
	for cursor := ""; ; {
		page, next := w.c.Deliveries(ctx, w.repo, hook, cursor)
		for _, d := range page.Value {
			read = append(read, d)
			if d.ID == id {
				return slices.DeleteFunc(read, func(x model.Delivery) bool { return x.GUID.Raw() != d.GUID.Raw() }), nil
			}
		}
		switch {
		case page.Gap():
			return nil, page.Err("list deliveries of hook "+hook, w.repo.Ref.String())
		case next == "":
			return nil, &model.Error{Op: "find delivery " + id, On: w.repo.Ref.String(), Cause: model.Cause{
				Kind: model.CauseNotFound, Said: model.Outside("the hook's log does not have it"), Hint: "GitHub keeps three days; see gatehouse hook deliveries",
			}}
		}
		cursor = next
	}
}

func attemptsVersion(ds []model.Delivery) change.Version {
	parts := []string{"attempts"}
	for _, d := range ds {
		parts = append(parts, d.ID)
	}
	newest := ds[0]
	return change.Version{Digest: change.Digest(parts...), Says: model.Outside(fmt.Sprintf("%d attempts, the last answered %d", len(ds), newest.Code))}
}

// checkRedelivered: an attempt that was not there before proves it. That there is none proves nothing, for GitHub only takes the request
// and delivers later.
func checkRedelivered(ctx context.Context, w wiring, o model.RedeliverHook, s change.Step) (change.Seen, error) {
	if _, ok := w.hook(o.Hook); !ok {
		return gone(o.Hook), nil
	}
	got, err := w.attempts(ctx, o.Hook, o.Delivery)
	if err != nil {
		return change.Seen{}, err
	}
	seen := change.Seen{Now: attemptsVersion(got), Effect: change.Unseen}
	if seen.Now.Digest != s.Before.Digest {
		seen.Effect = change.Present
		if !got[0].OK() {
			seen.Warn = fmt.Sprintf("the receiver answered %d again", got[0].Code)
		}
	}
	return seen, nil
}
