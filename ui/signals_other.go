//go:build !unix

package ui

import "os"

var dyingSignals = []os.Signal{os.Interrupt}

func isDump(os.Signal) bool { return false }
