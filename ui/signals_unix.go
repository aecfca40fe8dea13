//go:build unix

package ui

import (
	"os"
	"syscall"
)

// dyingSignals would leave the terminal raw: Bubble Tea v1 knows SIGINT and SIGTERM only.
var dyingSignals = []os.Signal{syscall.SIGHUP, syscall.SIGQUIT}

func isDump(s os.Signal) bool { return s == syscall.SIGQUIT }
