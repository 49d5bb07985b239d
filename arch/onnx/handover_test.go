package onnx

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestTraceIsThatOfTheNetwork: what the reader hands over is what comes of resolving its network, with symbols free and bound.
func TestTraceIsThatOfTheNetwork(t *testing.T) {
	files, err := filepath.Glob("../../testdata/onnx/*.onnx")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	open := 0
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			read, err := ReadFile(path, Options{})
			if err != nil {
				return // what is refused is tested elsewhere
			}
			free := read.Free
			resolvesAlike(t, read, trace.Options{Free: free})
			resolvesAlike(t, read, trace.Options{})
			for _, n := range []int64{2, 7, 224} {
				set := map[string]symbolic.Expr{}
				for _, name := range free {
					set[name] = symbolic.Int(n)
				}
				resolvesAlike(t, read, trace.Options{Set: set})
			}
			if len(free) > 1 {
				open++
				resolvesAlike(t, read, trace.Options{Free: free[1:]})
			}
		})
	}
	assert.Positive(t, open, "files with several symbols")
}

// resolvesAlike binds a trace and resolves its network, which must come to the same.
func resolvesAlike(t *testing.T, read *trace.Trace, o trace.Options) {
	t.Helper()
	want, failed := trace.Resolve(read.Network, o)
	got, err := read.Bind(o)
	if failed != nil {
		require.EqualError(t, err, failed.Error())
		return
	}
	require.NoError(t, err)
	assert.Equal(t, listed(want), listed(got))
}

// listed says all of a trace without loops, a line for each operation.
func listed(t *trace.Trace) []string {
	number := map[*trace.Value]int{t.Input: 0}
	numbers := func(values []*trace.Value) (out []int) {
		for _, v := range values {
			n, made := number[v]
			if !made {
				n = -1
			}
			out = append(out, n)
		}
		return out
	}
	lines := []string{fmt.Sprint(t.Input.Shape.ASCII(), " free ", t.Free, " bound ", t.Bound, " if ", t.Assumptions)}
	for k, op := range t.Operations() {
		number[op.Output] = k + 1
		line := fmt.Sprint(op.Name, " ", op.Kind.Name, " ", numbers(op.Inputs), " → ", op.Output.Shape.ASCII(), " training ", op.Training, " shared ", op.Shared())
		for _, p := range op.Kind.Parameters {
			line += fmt.Sprint(" ", p.Name, "=", op.Args.Word(p.Name))
			for _, v := range op.Args.Axes(p.Name) {
				line += " " + v.ASCII()
			}
		}
		if op.Owner != nil {
			line += fmt.Sprint(" owner ", numbers([]*trace.Value{op.Owner.Output}))
		}
		if op.Extends != nil {
			line += fmt.Sprint(" extends ", numbers([]*trace.Value{op.Extends}))
		}
		lines = append(lines, line)
	}
	return append(lines, fmt.Sprint("outputs ", numbers(t.Outputs), " and ", numbers([]*trace.Value{t.Output})))
}
