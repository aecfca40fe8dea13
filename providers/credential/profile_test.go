package credential_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/model"
	"gatehouse/providers/credential"
)

const settings = `default: admin
profiles:
  admin:
    github: {token_command: [pass, show, gh]}
  ci:
    read_only: true
    github: {url: "https://github.example.com/api/v3", keychain: ci}
`

func write(t *testing.T, text string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPick(t *testing.T) {
	t.Parallel()
	s, err := credential.Load(write(t, settings, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if p, name, err := s.Pick(""); err != nil || name != "admin" || p.GitHub.TokenCommand[0] != "pass" {
		t.Errorf("default: %q %v %v", name, p, err)
	}
	if p, name, err := s.Pick("ci"); err != nil || name != "ci" || !p.ReadOnly || p.GitHub.Keychain != "ci" {
		t.Errorf("ci: %q %v %v", name, p, err)
	}
	_, _, err = s.Pick("nobody\x1b[2J")
	if cause := model.CauseOf(err); !errors.Is(err, model.ErrRefused) || !strings.Contains(cause.Hint, "admin, ci") || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("unknown: %v", err)
	}
	if _, name, err := (credential.Settings{}).Pick(""); name != "" || err != nil {
		t.Errorf("empty: %q %v", name, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"group writes":   write(t, settings, 0o620),
		"everyone":       write(t, settings, 0o666),
		"unknown field":  write(t, "profiles:\n  a:\n    github: {token: ghp_hunter2}\n", 0o600),
		"wrong type":     write(t, "default: [hunter2]\n", 0o600),
		"broken":         write(t, "profiles: {a: hunter2", 0o600),
		"a folder":       t.TempDir(),
		"far too long":   write(t, "# "+strings.Repeat("hunter2 ", 1<<18), 0o600),
		"token as a map": write(t, "profiles: {a: {github: hunter2}}\n", 0o600),
	} {
		_, err := credential.Load(path)
		if !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: %v, want a refusal", name, err)
		} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "‹U+000A›") {
			t.Errorf("%s: the error shows what is in the file, or its lines: %v", name, err)
		}
	}
	if s, err := credential.Load(filepath.Join(t.TempDir(), "none.yaml")); err != nil || len(s.Profiles) != 0 {
		t.Errorf("a file that is not there: %v %v", s, err)
	}
}

// TestSave: whatever stands in the way, the file is its user's alone afterwards and nothing else has changed (safety.md T-08, T-09).
func TestSave(t *testing.T) {
	t.Parallel()
	want := credential.Settings{Default: "a", Profiles: map[string]credential.Profile{"a": {GitHub: credential.ServiceProfile{Keychain: "x"}}}}
	victim := write(t, "precious", 0o644)
	link := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.Symlink(victim, link); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"new, in a new folder": filepath.Join(t.TempDir(), "gatehouse", "config.yaml"),
		"over an open file":    write(t, "old", 0o644),
		"over a link":          link,
	} {
		if err := credential.Save(path, want); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		st, err := os.Lstat(path)
		if err != nil || st.Mode() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, st.Mode(), err)
		}
		got, err := credential.Load(path)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".config-*")); len(left) > 0 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
	if text, _ := os.ReadFile(victim); string(text) != "precious" {
		t.Errorf("the link was followed: %q", text)
	}
}
