package credential

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"gatehouse/model"
)

// Settings is the settings file: named sets of accounts.
type Settings struct {
	Default  string             `yaml:"default,omitempty"`
	Profiles map[string]Profile `yaml:"profiles,omitempty"`
}

// Profile is one set of accounts.
type Profile struct {
	ReadOnly bool           `yaml:"read_only,omitempty"`
	GitHub   ServiceProfile `yaml:"github,omitempty"`
	CircleCI ServiceProfile `yaml:"circleci,omitempty"`
}

// ServiceProfile is what a profile says about one service. It holds no token: only where to get one.
type ServiceProfile struct {
	URL          string   `yaml:"url,omitempty"`
	TokenCommand []string `yaml:"token_command,omitempty,flow"`
	Keychain     string   `yaml:"keychain,omitempty"` // the account in the keychain
}

// Names lists the profiles, sorted.
func (s Settings) Names() []string { return slices.Sorted(maps.Keys(s.Profiles)) }

// Pick gives the profile by name, or the default one, with its name; without either it is empty, which means the environment.
func (s Settings) Pick(name string) (Profile, string, error) {
	if name == "" {
		name = s.Default
	}
	if name == "" {
		return Profile{}, "", nil
	}
	p, ok := s.Profiles[name]
	if !ok {
		hint := "profiles are: " + strings.Join(s.Names(), ", ")
		if len(s.Profiles) == 0 {
			hint = "there are none; see `gatehouse profile show --help` for how to write one"
		}
		return Profile{}, "", model.Refuse("use profile", model.Outside(name).String(), "there is no such profile", hint)
	}
	return p, name, nil
}

// Load reads the settings file; one that is not there is empty. A file that others may write to is refused: it names programs that
// are run (safety.md T-08).
func Load(path string) (Settings, error) {
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Settings{}, nil
	}
	switch {
	case err != nil:
		return Settings{}, fmt.Errorf("read settings: %w", err)
	case !st.Mode().IsRegular() || st.Size() > 1<<20:
		return Settings{}, model.Refuse("read settings", path, "it is no settings file", "give another with --settings")
	case runtime.GOOS != "windows" && st.Mode().Perm()&0o022 != 0:
		return Settings{}, model.Refuse("read settings", path, "others may write to it", "run `chmod go-w "+path+"`, after looking at what it says")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Settings{}, fmt.Errorf("read settings: %w", err)
	}
	var s Settings
	if err := yaml.UnmarshalWithOptions(text, &s, yaml.Strict()); err != nil {
		// Without the lines of the file: someone may have put a token there.
		why := strings.Join(strings.Fields(yaml.FormatError(err, false, false)), " ")
		return Settings{}, model.Refuse("read settings", path, why, "mend the file, or give another with --settings")
	}
	return s, nil
}

// Save writes the settings file for its user alone, whole or not at all.
func Save(path string, s Settings) error {
	text, err := yaml.Marshal(s)
	if err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	f, err := os.CreateTemp(dir, ".config-*") // 0600, and a new file: nothing planted is followed
	if err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}
