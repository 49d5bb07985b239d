// Skipcost says what a neural network with skip connections costs, exactly and symbolically, from a description alone.
package main

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/skipcost/skipcost/internal/command"
)

func main() {
	// A run is short, and collecting garbage costs more than the few MiB it would free. The collector waits for as much as
	// it found in use: with a block among it that nobody touches, and that takes no memory therefore, it leaves small runs
	// alone, and still holds large ones to twice of what they need.
	idle := make([]byte, 24<<20)
	// A reader that went away is an error of writing as any other, not a signal that ends the program.
	signal.Ignore(syscall.SIGPIPE)
	code := command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	runtime.KeepAlive(idle)
	os.Exit(code)
}
