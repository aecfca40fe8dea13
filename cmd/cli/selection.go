package cli

import (
	"context"
	"fmt"
	"io"
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
	host  string // of an address that was given instead of a slug
}

func (s *selection) flags(c *cobra.Command) {
	c.Flags().BoolVar(&s.all, "all", false, "every repository you administer")
	c.Flags().StringVar(&s.match, "match", "", "of those, the ones this `filter` picks: 'org:NAME hook:broken key:write people:outside -archived'")
}

// refs reads the arguments. None means all.
func (s *selection) refs(ctx context.Context, a *app, args []string) ([]model.RepoRef, error) {
	switch {
	case s.all && len(args) > 0:
		return nil, misuse{model.Refuse("choose repositories", "", "both --all and names were given", "give one of them")}
	case s.all || s.match != "" && len(args) == 0:
		return nil, nil
	case len(args) == 0:
		address, ok := remoteOf(a.Dir)
		if !ok {
			return nil, misuse{model.Refuse("choose repository", "", "no repository was named and this folder has no git remote", "name one (gh/OWNER/NAME), or use --all where there are lists")}
		}
		args = []string{address}
	case len(args) == 1 && args[0] == "-":
		var err error
		if args, err = names(ctx, a.In); err != nil {
			return nil, err
		}
	}
	return s.parse(args)
}

// parse reads names and addresses, each once.
func (s *selection) parse(args []string) ([]model.RepoRef, error) {
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
		if host := hostOf(arg); host != "" && s.host == "" {
			s.host = host
		}
		if !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// names reads one repository a line. It does not outlive the context: stdin may be a terminal on which nobody types.
func names(ctx context.Context, in io.Reader) ([]string, error) {
	type answer struct {
		text []byte
		err  error
	}
	ch := make(chan answer, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(in, 16<<20))
		ch <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-ch:
		out := strings.Fields(string(got.text))
		if got.err != nil {
			return nil, fmt.Errorf("read names: %w", got.err)
		}
		if len(out) == 0 {
			return nil, model.Refuse("read names", "stdin", "it was empty", "pipe one repository a line")
		}
		return out, nil
	}
}

// hostOf is the host that an address names; empty for slugs.
func hostOf(arg string) string {
	_, rest, ok := strings.Cut(arg, "://")
	if !ok {
		if _, rest, ok = strings.Cut(arg, "@"); !ok {
			return ""
		}
	}
	host := rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return r != '/' && r != ':' }))]
	return strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
}

// read reads what is selected. It fails only when nothing could be read; what is missing beside that are gaps.
func (a *app) read(ctx context.Context, s *selection, args []string, facts func(*inventory.Config)) (*model.Snapshot, *wire.Services, error) {
	refs, err := s.refs(ctx, a, args)
	if err != nil {
		return nil, nil, err
	}
	f, err := filter.Parse(s.match)
	if err != nil {
		return nil, nil, misuse{err}
	}
	services, err := a.open().Services(ctx)
	if err != nil {
		return nil, nil, err
	}
	if s.host != "" && !services.Serves(s.host) {
		return nil, nil, model.Refuse("choose repository", model.Outside(s.host).String(), "this host is not the one of the credential ("+services.Base+")", "name the repository as gh/OWNER/NAME, or choose another --profile")
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
