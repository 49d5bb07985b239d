// Skipcost says what a neural network with skip connections costs, exactly and symbolically, from a description alone.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/skipcost/skipcost/internal/command"
)

func main() {
	// A run is short: collecting garbage costs more than the few MiB it would free.
	debug.SetGCPercent(400)
	// A reader that went away is an error of writing as any other, not a signal that ends the program.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
