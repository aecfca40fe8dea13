//go:build unix

package store

import (
	"errors"
	"syscall"
)

// running reports whether there is such a process; one of another user counts.
func running(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
