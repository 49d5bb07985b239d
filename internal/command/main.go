package command

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// Main is [Run] in a process of its own, with its arguments and streams.
func Main() int {
	leaveSmallRunsAlone()
	// A reader that went away is an error of writing like any other, and not a signal that ends the program.
	signal.Ignore(syscall.SIGPIPE)
	return Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// leaveSmallRunsAlone lets the heap grow to 40 MiB before garbage is collected for the first time: most runs need less, and
// collecting costs them more than the few MiB it would free. From then on the heap may be larger than what is in use by half,
// less than usual: large networks take a quarter less memory, for some more time.
func leaveSmallRunsAlone() {
	debug.SetGCPercent(1000) // of the 4 MiB from which the collector starts
	unused := new([64]byte)  // collected first, and with it goes the exception
	runtime.AddCleanup(unused, func(later int) { debug.SetGCPercent(later) }, 50)
}
