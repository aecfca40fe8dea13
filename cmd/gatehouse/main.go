// Command gatehouse is a terminal console for the admins who wire CI to repositories.
package main

import (
	"os"

	"gatehouse/cmd/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], cli.System())) }
