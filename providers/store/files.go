package store

import (
	"errors"
	"fmt"
	"os"
)

// secureFolder makes the folder for its user alone, and refuses one that others may change.
func secureFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	st, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return fmt.Errorf("%s is no folder", dir)
	}
	if err := ownedByUs(st); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if st.Mode().Perm()&0o077 != 0 {
		return os.Chmod(dir, 0o700) //nolint:gosec // a folder needs x
	}
	return nil
}

// secureFile makes the file with rights for its user alone before SQLite opens it, and refuses anything but a plain file: a planted
// link or pipe would have us write elsewhere (safety.md T-09).
func secureFile(path string) error {
	st, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if errors.Is(err, os.ErrExist) {
			return secureFile(path) // another process made it just now: it is held to the same rules
		}
		if err != nil {
			return err
		}
		if err := f.Chmod(0o600); err != nil {
			return errors.Join(err, f.Close())
		}
		return f.Close()
	case err != nil:
		return err
	case !st.Mode().IsRegular():
		return fmt.Errorf("%s is not a plain file", path)
	}
	if err := ownedByUs(st); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if st.Mode().Perm()&0o077 != 0 {
		return os.Chmod(path, 0o600)
	}
	return nil
}
