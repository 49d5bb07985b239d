package trace_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// writtenOut lists the operations of a trace with its loops written out under a binding of its free symbols, one line each, and
// what comes out of the network. Tensors are numbered in the order in which they are made.
func writtenOut(t *testing.T, resolved *trace.Trace, set symbolic.Bindings) []string {
	t.Helper()
	w := &writer{T: t, names: symbolic.Bindings{}, numbers: map[*trace.Value]int{}, shapes: map[int]string{}}
	for name, v := range set {
		w.names[name] = v
	}
	w.define(resolved.Input, 0)
	w.nodes(resolved.Body)
	for _, v := range resolved.Outputs {
		w.outputs = append(w.outputs, w.number(v))
	}
	slices.Sort(w.outputs)
	return append(w.lines, fmt.Sprint("outputs ", w.outputs, " and ", w.number(resolved.Output)))
}

type writer struct {
	*testing.T
	names   symbolic.Bindings // free symbols and the indices of the loops around
	numbers map[*trace.Value]int
	shapes  map[int]string
	lines   []string
	made    int
	outputs []int
}

// define gives a value its number; its shape must be that of the tensor that has the number.
func (w *writer) define(v *trace.Value, number int) {
	shape := w.values(append([]symbolic.Expr{v.Shape.Width}, v.Shape.Extents...))
	if known, is := w.shapes[number]; is {
		require.Equal(w, known, shape, "what enters, leaves or results from a loop")
	}
	w.shapes[number] = shape
	w.numbers[v] = number
}

func (w *writer) number(v *trace.Value) int {
	n, known := w.numbers[v]
	require.True(w, known, "an operation reads what nobody has made")
	return n
}

func (w *writer) values(list []symbolic.Expr) string {
	text := ""
	for _, e := range list {
		n, err := e.EvaluateInteger(w.names)
		if err != nil {
			require.NoError(w, err, e.Text())
		}
		text += n.String() + " "
	}
	return text
}

// iteration is the index in a name: [i] where a loop is closed, a number where it is not.
var iteration = regexp.MustCompile(`\[\w+\]`)

func (w *writer) nodes(nodes []trace.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			w.operation(n)
		case *trace.Loop:
			w.loop(n)
		}
	}
}

func (w *writer) operation(op *trace.Operation) {
	line := iteration.ReplaceAllString(op.Name, "[]") + " " + op.Kind.Name
	for _, p := range op.Kind.Parameters {
		values := op.Args.Axes(p.Name)
		line += fmt.Sprintf(" %s=%s%s", p.Name, op.Args.Word(p.Name), w.values(values))
	}
	for _, in := range op.Inputs {
		line += fmt.Sprintf(" #%d", w.number(in))
	}
	w.made++
	w.define(op.Output, w.made)
	require.Same(w, op, op.Output.Producer)
	w.lines = append(w.lines, fmt.Sprintf("%s training=%t → %s", line, op.Training, w.shapes[w.made]))
}

func (w *writer) loop(l *trace.Loop) {
	times, err := l.Times.EvaluateInteger(w.names)
	require.NoError(w, err)
	current := w.number(l.Start)
	for i := int64(0); i < times.Int64(); i++ {
		w.names[l.Index] = symbolic.Int(i)
		w.define(l.In, current)
		w.nodes(l.Body)
		current = w.number(l.Out)
		for _, v := range l.Outputs {
			w.outputs = append(w.outputs, w.number(v))
		}
	}
	delete(w.names, l.Index)
	w.define(l.Result, current)
}

func countLoops(nodes []trace.Node) int {
	count := 0
	for _, n := range nodes {
		if l, is := n.(*trace.Loop); is {
			count += 1 + countLoops(l.Body)
		}
	}
	return count
}

// TestWritingOutSpendsFromTheBudget: of the network, which resolving left.
func TestWritingOutSpendsFromTheBudget(t *testing.T) {
	yaml := "symbols: {L: 40}\ninput: [8]\nsteps:\n  - repeat: {times: L, steps: [linear: 8, relu]}"
	few := resolve(t, yaml, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Layers, 60)})
	_, err := few.Unrolled()
	assert.ErrorContains(t, err, "more than 60 layers")
	_, err = few.TypicalCounted()
	assert.ErrorContains(t, err, "its iterations are more than 60 layers")
	_, err = few.Typical()
	assert.NoError(t, err)
	enough := resolve(t, yaml, trace.Options{Budget: symbolic.NewBudget().With(symbolic.Layers, 100)})
	for range 2 {
		written, err := enough.Unrolled()
		require.NoError(t, err)
		assert.Len(t, written.Operations(), 80, "a reading does not take from the next")
	}
}
