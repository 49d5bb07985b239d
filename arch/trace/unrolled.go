package trace

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Unrolled is the trace with every loop written out: the trace itself if it has none. It is found once and remembered. The
// counts of its loops must be numbers. Problems of others are found by resolving the network, which knows the places, and so are the names
// of layers in blocks.
func (t *Trace) Unrolled() (*Trace, error) {
	if !t.HasLoops() {
		return t, nil
	}
	t.written.once.Do(func() {
		inBlocks := !t.changed && inBlocks(t.Body)
		if !inBlocks {
			t.written.trace, t.written.err = t.writeOut(everyIteration)
		}
		if inBlocks || t.written.err != nil && !t.changed {
			t.written.trace, t.written.err = Resolve(t.Network, Options{Set: t.settings(), Free: t.Free, Unroll: true, Budget: t.Budget.Copy()})
		}
	})
	return t.written.trace, t.written.err
}

// everyIteration lists all iterations of a loop.
func everyIteration(l *Loop, times symbolic.Expr) ([]symbolic.Expr, error) {
	n, ok := times.Int64()
	if !ok || n > MaxUnrolledTimes {
		return nil, fmt.Errorf("%s: %s iterations cannot be written out", l.Name, times.Text())
	}
	return allOf(n), nil
}

// HasLoops reports whether some repeat is not written out.
func (t *Trace) HasLoops() bool {
	return slices.ContainsFunc(t.Body, func(n Node) bool { _, is := n.(*Loop); return is })
}

// NamesIterations reports whether the names of layers say of which iterations of repeats they are: no layer stands for those of several,
// and none that is written out is named by its block.
func (t *Trace) NamesIterations() bool { return !t.HasLoops() && !t.blocks }

// inBlocks reports whether iterations of some loop are blocks of several layers of its repeat: written out, their names would not be
// those of the layers.
func inBlocks(nodes []Node) bool {
	return slices.ContainsFunc(nodes, func(n Node) bool {
		l, is := n.(*Loop)
		return is && (l.Blocks || inBlocks(l.Body))
	})
}

// settings are the bindings that lead to this trace. Symbols that others were derived from are left out, as the derived ones
// determine the trace.
func (t *Trace) settings() map[string]symbolic.Expr {
	set := map[string]symbolic.Expr{}
	for _, b := range t.Bound {
		set[b.Name] = b.Value
	}
	reached := reachable(t.Network, readNames(t.Network), set, nil)
	for name := range set {
		if !reached[name] {
			delete(set, name)
		}
	}
	return set
}
