package cost

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

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
