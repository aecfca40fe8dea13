//go:build unix

package ui

import (
	"os"
	"syscall"
)

// dyingSignals would leave the terminal raw. All are taken here and none by Bubble Tea v1: it does not know SIGHUP and SIGQUIT, and its
// own handler waits for ever when SIGTERM also cancels the context, because it then sends to a loop that has ended.
var dyingSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

func isDump(s os.Signal) bool { return s == syscall.SIGQUIT }
