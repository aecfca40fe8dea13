package wire

import (
	"testing"

	"gatehouse/model"
	"gatehouse/model/trigger"
	"gatehouse/providers/simulator"
)

// happens is what each case of the matrix is at the forge, on which branch.
var happens = map[trigger.Case]struct {
	what   simulator.Happening
	branch string
}{
	trigger.PushDefault: {simulator.PushDefault, "main"}, trigger.PushBranch: {simulator.PushBranch, ""}, trigger.PushWithPR: {simulator.PushPR, ""},
	trigger.PullRequest: {simulator.PROpened, ""}, trigger.ForkPR: {simulator.ForkPR, ""}, trigger.Tag: {simulator.TagPushed, ""},
}

// TestPredictedIsWhatHappens sets every combination of events, settings, exceptions and activity, asks the matrix through the services as they
// are, then lets each case happen in the simulated world, where a signed delivery starts a pipeline by a table of its own.
func TestPredictedIsWhatHappens(t *testing.T) {
	t.Parallel()
	x := newTrial(t, addPush)
	x.sim.Watch(nil)
	defer x.sim.Close()
	w := New(Options{Getenv: func(k string) string {
		return map[string]string{
			"GATEHOUSE_GITHUB_URL": x.sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN": x.sim.Token("", ""), "XDG_STATE_HOME": x.dir,
			"GATEHOUSE_CIRCLECI_URL": x.sim.CircleCIURL(), "GATEHOUSE_CIRCLECI_TOKEN": x.sim.CircleCIToken(""),
		}[k]
	}, Home: x.dir})
	defer w.Close()
	s, err := w.Services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, events := range [][]string{{"push"}, {"pull_request"}, {"create"}, {"push", "pull_request"}, {"*"}} {
		for setting := range 16 {
			prsOnly, forks, active, exception := setting&1 != 0, setting&2 != 0, setting&4 != 0, setting&8 != 0
			branch, overrides := "feature/x", []string{"main"}
			if exception {
				branch, overrides = "release/1.2", []string{"main", "release/.*"}
			}
			if err := x.sim.SetHook("acme/web", 4711, active, events...); err != nil {
				t.Fatal(err)
			}
			if err := x.sim.SetBuilds("acme/web", prsOnly, forks, overrides...); err != nil {
				t.Fatal(err)
			}
			repo := model.Repo{Ref: webTarget.Repo, ID: "known"}
			hooks, ok := s.GitHub.Hooks(t.Context(), repo).All()
			if !ok {
				t.Fatal("no hooks")
			}
			wiring := trigger.Wiring{Integration: model.IntegrationOAuth, Branch: branch, Settings: s.CircleCI.Settings(t.Context(), model.Outside("gh/acme/web"))}
			for _, h := range hooks {
				if h.ID == "4711" {
					wiring.Hook = &h
				}
			}
			for _, v := range trigger.Matrix(wiring) {
				c, ok := happens[v.Case]
				if !ok {
					continue // nothing is built of information
				}
				if c.branch == "" {
					c.branch = branch
				}
				built, err := x.sim.Happen("acme/web", c.what, c.branch)
				if err != nil {
					t.Fatal(err)
				}
				n++
				if v.Built != model.Is(built) {
					t.Errorf("%v, only PRs %v, forks %v, active %v, exception %v: %s: predicted %s (%s), happened %v", events, prsOnly, forks, active, exception, v.Case, v.Built, v.Why, built)
				}
			}
		}
	}
	t.Logf("%d cases", n)
	// A hook that has lost its secret, or has another, starts nothing.
	for _, secret := range []string{"", "another"} {
		if err := x.sim.SetHook("acme/web", 4711, true, "push"); err != nil {
			t.Fatal(err)
		}
		if err := x.sim.SetSecret("acme/web", 4711, secret); err != nil {
			t.Fatal(err)
		}
		if built, err := x.sim.Happen("acme/web", simulator.PushDefault, "main"); err != nil || built {
			t.Errorf("a delivery signed with %q was built: %v", secret, err)
		}
	}
}
