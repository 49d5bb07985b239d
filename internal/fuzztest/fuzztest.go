// Package fuzztest runs the bodies of fuzz targets on a given number of inputs, at the speed of the program. Go's own fuzzing
// looks for inputs that run new code, and pays for that with instrumentation and a round trip between processes for every one:
// where an input is no more than the seed of a random network it costs ten times what the target itself does.
//
//	go test ./cost -run '^FuzzCuts$' -executions 1000000 -seed 7 -timeout 0 -v
package fuzztest

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

var (
	executions = flag.Int("executions", 0, "run each fuzz target on so many random inputs more")
	seed       = flag.Uint64("seed", 1, "what the random inputs of -executions are drawn by")
)

// Target is a fuzz target, whose methods are those of testing.F.
type Target struct {
	*testing.F
	corpus [][]any
}

// New wraps a fuzz target.
func New(f *testing.F) *Target { return &Target{F: f} }

// Add adds an input to the corpus. Inputs under -executions are made of those added so.
func (f *Target) Add(args ...any) {
	f.corpus = append(f.corpus, args)
	f.F.Add(args...)
}

// Fuzz runs body, a func(*testing.T, ...), on the corpus as testing.F does, and under -executions on so many inputs more, until
// one fails. It logs that input as a file of testdata/fuzz holds it, and of those that do not fail the slowest.
func (f *Target) Fuzz(body any) {
	if *executions == 0 {
		f.F.Fuzz(body)
		return
	}
	more := false
	call := reflect.ValueOf(body)
	f.F.Fuzz(reflect.MakeFunc(call.Type(), func(in []reflect.Value) []reflect.Value {
		call.Call(in)
		if t := in[0].Interface().(*testing.T); !more {
			more = true
			f.execute(t, call)
		}
		return nil
	}).Interface())
}

// execute runs a body on inputs made of the corpus.
func (f *Target) execute(t *testing.T, body reflect.Value) {
	r := rand.New(rand.NewPCG(*seed, 1))
	var input, slowest []any
	var longest time.Duration
	finished := false
	defer func() {
		if !finished {
			t.Logf("fails with -seed %d:\n%s", *seed, fileOf(input))
		}
	}()
	start := time.Now()
	for range *executions {
		input = f.mutated(t, r)
		in := []reflect.Value{reflect.ValueOf(t)}
		for _, arg := range input {
			in = append(in, reflect.ValueOf(arg))
		}
		began := time.Now()
		body.Call(in)
		if took := time.Since(began); took > longest {
			longest, slowest = took, input
		}
		if t.Failed() {
			return
		}
	}
	finished = true
	t.Logf("%d executions in %v, the slowest in %v:\n%s", *executions, time.Since(start).Round(time.Second), longest, fileOf(slowest))
}
