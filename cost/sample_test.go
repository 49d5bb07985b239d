package cost

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

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
