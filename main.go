// Skipcost says what a neural network with skip connections costs, exactly and symbolically, from a description alone.
package main

import (
	"os"
	"runtime/debug"

	"github.com/skipcost/skipcost/internal/command"
)

func main() {
	// A run is short: collecting garbage costs more than the few MiB it would free.
	debug.SetGCPercent(400)
	os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
