package change_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"gatehouse/model"
	"gatehouse/model/change"
)

// disk is what several processes of a test share: runs as JSON, as a real journal keeps them, and leases.
type disk struct {
	w       *world
	plans   [][]byte
	records [][][]byte
	held    map[model.Target]lease
	dead    map[int]bool
	full    func(change.RecordKind) bool // refuses to write
}

type lease struct {
	run string
	pid int
}

func newDisk(w *world) *disk {
	return &disk{w: w, held: map[model.Target]lease{}, dead: map[int]bool{}}
}

// intended reports that the newest record of a step's newest run is its intent.
func (d *disk) intended(s change.Step) bool {
	for i := len(d.plans) - 1; i >= 0; i-- {
		for _, b := range d.records[i] {
			r, err := change.DecodeRecord(b)
			if err == nil && r.Kind == change.Intent && r.Step == s.ID {
				return true
			}
		}
	}
	return false
}

// process is the journal as one process has it.
type process struct {
	*disk
	pid    int
	forget bool // planted bug: open intents are not seen
}

func (p *process) Begin(_ context.Context, plan change.Plan) (string, error) {
	p.w.tick()
	if p.full != nil && p.full("") {
		return "", errFull
	}
	id := strconv.Itoa(len(p.plans) + 1)
	if err := p.lease(id, plan); err != nil {
		return "", err
	}
	b, err := json.Marshal(plan)
	if err != nil {
		return "", err
	}
	p.plans, p.records = append(p.plans, b), append(p.records, nil)
	p.w.tick()
	return id, nil
}

var errFull = errors.New("no space left on device")

func (p *process) lease(id string, plan change.Plan) error {
	for _, t := range plan.Targets() {
		if l, ok := p.held[t]; ok && !p.dead[l.pid] {
			return &change.Busy{Target: t, Run: l.run, Host: "here", PID: l.pid}
		}
	}
	for _, t := range plan.Targets() {
		p.held[t] = lease{id, p.pid}
	}
	return nil
}

func (p *process) Take(ctx context.Context, id string) error {
	runs, err := p.Runs(ctx, change.RunFilter{ID: id})
	if err != nil || len(runs) != 1 {
		return fmt.Errorf("take: %w", err)
	}
	return p.lease(id, runs[0].Plan)
}

func (p *process) Append(_ context.Context, id string, r change.Record) error {
	p.w.tick()
	if p.full != nil && p.full(r.Kind) {
		return errFull
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return err
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	p.records[n-1] = append(p.records[n-1], b)
	p.w.tick()
	return nil
}

func (p *process) Release(_ context.Context, id string) error {
	for t, l := range p.held {
		if l.run == id && l.pid == p.pid {
			delete(p.held, t)
		}
	}
	return nil
}

func (p *process) Runs(_ context.Context, f change.RunFilter) ([]change.Run, error) {
	var out []change.Run
	for i, b := range p.plans {
		r := change.Run{ID: strconv.Itoa(i + 1)}
		if f.ID != "" && f.ID != r.ID {
			continue
		}
		if err := json.Unmarshal(b, &r.Plan); err != nil {
			return nil, err
		}
		for _, b := range p.records[i] {
			x, err := change.DecodeRecord(b)
			if err != nil {
				return nil, err
			}
			if !p.forget || x.Kind != change.Intent {
				r.Records = append(r.Records, x)
			}
		}
		out = append(out, r)
	}
	return out, nil
}
