package cost

import (
	"flag"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/skipcost/skipcost/arch/zoo"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests. What lies there from the start
// makes the collector wait while little is in use.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	ballast := make([]byte, 64<<20)
	code := m.Run()
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// Zoo is what is shipped, read once for all tests. Nothing writes to it.
var Zoo = sync.OnceValues(zoo.Entries)

var everyLink = flag.Bool("every-link", false, "cut every link of every network, and try many numbers of each: minutes")

// Thorough reports whether tests leave nothing to samples. It is for the tests outside of the package too.
func Thorough() bool { return *everyLink }

// Sample is each of them, or under -short so many, evenly chosen. It is for the tests outside of the package too.
func Sample[T any](all []T, short int) []T {
	if !testing.Short() || len(all) <= short {
		return all
	}
	out := make([]T, short)
	for k := range out {
		out[k] = all[k*len(all)/short]
	}
	return out
}
