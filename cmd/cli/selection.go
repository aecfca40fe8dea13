package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/wire"
	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/filter"
	"gatehouse/model/inventory"
)

// selection is which repositories a command is about: slugs, - for stdin, --all with --match, or the folder it was started in.
type selection struct {
	all   bool
	match string
}

func (s *selection) flags(c *cobra.Command) {
	c.Flags().BoolVar(&s.all, "all", false, "every repository you administer")
	c.Flags().StringVar(&s.match, "match", "", "of those, the ones this `filter` picks: 'org:NAME hook:broken key:write people:outside -archived'")
}

// refs reads the arguments. None means all.
func (s *selection) refs(a *app, args []string) ([]model.RepoRef, error) {
	switch {
	case s.all && len(args) > 0:
		return nil, model.Refuse("choose repositories", "", "both --all and names were given", "give one of them")
	case s.all || s.match != "" && len(args) == 0:
		return nil, nil
	case len(args) == 0:
		ref, err := remoteOf(a.Dir)
		return []model.RepoRef{ref}, err
	case len(args) == 1 && args[0] == "-":
		args = nil
		lines := bufio.NewScanner(a.In)
		for lines.Scan() {
			if word := strings.TrimSpace(lines.Text()); word != "" {
				args = append(args, word)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("read names: %w", err)
		}
		if len(args) == 0 {
			return nil, model.Refuse("read names", "stdin", "it was empty", "pipe one repository a line")
		}
	}
	refs := make([]model.RepoRef, 0, len(args))
	seen := map[model.RepoRef]bool{}
	for _, arg := range args {
		ref, err := model.ParseRepoRef(arg)
		if err != nil {
			return nil, err
		}
		if ref.Forge != model.GitHub {
			return nil, model.Refuse("choose repository", ref.String(), ref.Forge.Title()+" is not read yet", "only gh/ repositories can be named")
		}
		if !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// remoteOf finds the repository of a folder by its git remote, without running git.
func remoteOf(dir string) (model.RepoRef, error) {
	none := model.Refuse("choose repository", "", "no repository was named and this folder has no git remote", "name one (gh/OWNER/NAME), or use --all")
	for d := dir; d != ""; d = parent(d) {
		config, ok := gitConfig(filepath.Join(d, ".git"))
		if !ok {
			continue
		}
		remotes := remotesIn(config)
		for _, name := range []string{"origin", "upstream"} {
			if url, ok := remotes[name]; ok {
				return model.ParseRepoRef(url)
			}
		}
		return model.RepoRef{}, none
	}
	return model.RepoRef{}, none
}

func parent(d string) string {
	if p := filepath.Dir(d); p != d {
		return p
	}
	return ""
}

// gitConfig reads the configuration of a .git folder, or of the one a worktree's or submodule's .git file points to.
func gitConfig(git string) (string, bool) {
	st, err := os.Stat(git)
	if err != nil {
		return "", false
	}
	if !st.IsDir() {
		text, err := os.ReadFile(git)
		to, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
		if err != nil || !ok {
			return "", false
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(git), to)
		}
		git = to
		if common, err := os.ReadFile(filepath.Join(git, "commondir")); err == nil {
			git = filepath.Join(git, strings.TrimSpace(string(common)))
		}
	}
	text, err := os.ReadFile(filepath.Join(git, "config"))
	return string(text), err == nil
}

func remotesIn(config string) map[string]string {
	out := map[string]string{}
	section := ""
	for line := range strings.Lines(config) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		name, isRemote := strings.CutPrefix(section, `remote "`)
		if ok && isRemote && strings.TrimSpace(key) == "url" {
			out[strings.TrimSuffix(name, `"`)] = strings.TrimSpace(value)
		}
	}
	return out
}

// read reads what is selected. It fails only when nothing could be read; what is missing beside that are gaps.
func (a *app) read(ctx context.Context, s *selection, args []string, facts func(*inventory.Config)) (*model.Snapshot, *wire.Services, error) {
	refs, err := s.refs(a, args)
	if err != nil {
		return nil, nil, err
	}
	f, err := filter.Parse(s.match)
	if err != nil {
		return nil, nil, err
	}
	services, err := a.open().Services(ctx)
	if err != nil {
		return nil, nil, err
	}
	cfg := a.wire.Reading(services)
	cfg.Only = refs
	facts(&cfg)
	if strings.Contains(s.match, ":") { // fields look at what the rows are folded from
		cfg.Hooks, cfg.Access = true, true
	}
	step, done := a.progress("reading")
	snap, err := inventory.ReadAll(ctx, cfg, step)
	done()
	if err != nil {
		return nil, nil, err
	}
	if err := nothingRead(snap); err != nil {
		return nil, nil, err
	}
	if !f.Empty() {
		kept := snap.Repos[:0]
		for _, r := range snap.Repos {
			row := check.Fold(snap, r.Ref, a.wire.Now())
			if f.Match(&row) {
				kept = append(kept, r)
			}
		}
		snap.Repos = kept
	}
	a.gaps = snap.Gaps()
	if a.flags.verbose {
		n := services.Transport.Counts()
		fmt.Fprintf(a.Err, "gatehouse: %d requests, %d of them unchanged\n", n.Sent, n.NotModified)
	}
	return snap, services, nil
}

// nothingRead is the error when no repository came at all and that is not what the service said.
func nothingRead(s *model.Snapshot) error {
	if len(s.Repos) > 0 || s.Listing.State == model.Known {
		return nil
	}
	why := s.Listing.Why
	for _, acc := range s.Accounts {
		if acc.Login.Gap() && acc.Login.Why.Kind == model.CauseUnauthorized {
			why = acc.Login.Why
		}
	}
	if why == nil {
		why = &model.Cause{Kind: model.CauseNetwork, Said: model.Outside("nothing could be read")}
	}
	op := why.Op
	if op == "" {
		op = "read repositories"
	}
	return &model.Error{Op: op, Cause: *why}
}
