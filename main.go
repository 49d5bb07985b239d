// Skipcost says what a neural network with skip connections costs, exactly and symbolically, from a description alone.
package main

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/skipcost/skipcost/internal/command"
)

func main() {
	leaveSmallRunsAlone()
	// A reader that went away is an error of writing as any other, not a signal that ends the program.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// leaveSmallRunsAlone lets the heap grow to 40 MiB before garbage is collected for the first time: most runs need less, and
// collecting costs them more than the few MiB it would free. From then on the heap may be larger than what is in use by two
// thirds, less than usual: large networks take an eighth less memory, for a twentieth more time.
func leaveSmallRunsAlone() {
	debug.SetGCPercent(1000) // of the 4 MiB from which the collector starts
	unused := new([64]byte)  // collected first, and with it goes the exception
	runtime.AddCleanup(unused, func(later int) { debug.SetGCPercent(later) }, 65)
}
