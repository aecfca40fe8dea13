//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// ownedByUs refuses what belongs to another user: they could swap it at any time.
func ownedByUs(st os.FileInfo) error {
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && int(sys.Uid) != os.Geteuid() {
		return errors.New("it belongs to another user")
	}
	return nil
}
