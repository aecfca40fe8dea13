package cli

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// remoteOf finds the address of a folder's repository by its git remotes, without running git: a folder may be somebody else's, and
// git would run what its configuration says.
func remoteOf(dir string) (string, bool) {
	for d := dir; d != ""; d = parent(d) {
		config, ok := gitConfig(filepath.Join(d, ".git"))
		if !ok {
			continue
		}
		remotes := remotesIn(config)
		for _, name := range []string{"origin", "upstream"} {
			if address, ok := remotes[name]; ok {
				return withoutUser(address), true
			}
		}
		return "", false
	}
	return "", false
}

// withoutUser leaves out the user and password of a web address: CI writes tokens there.
func withoutUser(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil || u.Scheme != "https" && u.Scheme != "http" {
		return address
	}
	u.User = nil
	return u.String()
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
	st, err = os.Stat(filepath.Join(git, "config"))
	if err != nil || !st.Mode().IsRegular() || st.Size() > 1<<20 {
		return "", false
	}
	text, err := os.ReadFile(filepath.Join(git, "config"))
	return string(text), err == nil
}

// remotesIn reads the addresses of the remotes of a git configuration, by name.
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
			out[strings.TrimSuffix(name, `"`)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return out
}
