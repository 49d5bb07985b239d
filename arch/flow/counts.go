package flow

import (
	"fmt"
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// maxCounted is the largest number of iterations that is computed with as a number. A larger one is a symbol until the end, so
// that powers with it as exponent can be written down although they have too many digits.
const maxCounted = 1000

// counts are the symbols that stand for numbers of iterations, with these numbers.
type counts symbolic.Bindings

// of is the number of iterations of a loop, or a symbol for it.
func (c counts) of(l *trace.Loop) symbolic.Expr {
	if n, ok := l.Times.Int64(); ok && n <= maxCounted {
		return l.Times
	}
	for name, times := range c {
		if times.Equal(l.Times) {
			return symbolic.Symbol(name)
		}
	}
	name := fmt.Sprintf("T#%d", len(c)+1)
	c[name] = l.Times
	return symbolic.Symbol(name)
}

// uneven reports whether a loop in the body of a loop runs more often in one iteration than in another. Such a repeat is no
// recurrence: what is carried through it is no power, and an iteration in which the inner loop does not run carries nothing of it.
func uneven(l *trace.Loop) bool { return countsFollow(l.Body, l.Index) }

func countsFollow(nodes []trace.Node, index string) bool {
	return slices.ContainsFunc(nodes, func(n trace.Node) bool {
		l, is := n.(*trace.Loop)
		return is && (l.Times.Has(index) || countsFollow(l.Body, index))
	})
}

// varies reports whether what a loop runs depends on its index, as widths, kernels and rates may.
func varies(l *trace.Loop) bool {
	body := trace.Trace{Body: l.Body}
	at := symbolic.Bindings{l.Index: symbolic.Expr{}}
	return growsWithin(l) || slices.ContainsFunc(body.Operations(), func(op *trace.Operation) bool {
		_, changed := op.Args.Substitute(at)
		return len(changed) > 0
	})
}

// maxWrittenOut is how many operations a network may be written out to where a repeat does not close.
const maxWrittenOut = 200_000

// short reports whether nodes run few enough operations to be written out.
func short(nodes []trace.Node) bool {
	return operations(nodes, symbolic.Bindings{}, maxWrittenOut) <= maxWrittenOut
}

// operations is how many operations nodes run, where the indices around are bound; more than most where they are more than that, or
// their number is not known.
func operations(nodes []trace.Node, at symbolic.Bindings, most int64) int64 {
	var sum int64
	for _, n := range nodes {
		if l, is := n.(*trace.Loop); is {
			sum += inLoop(l, at, most-sum)
		} else {
			sum++
		}
		if sum > most {
			break
		}
	}
	return sum
}

// inLoop is how many operations a loop runs, where an iteration that runs none counts as one if iterations differ.
func inLoop(l *trace.Loop, at symbolic.Bindings, most int64) int64 {
	times, number := l.Times.Substitute(at).Int64()
	switch {
	case !number:
		return most + 1
	case times == 0:
		return 0
	case !uneven(l):
		each := operations(l.Body, at, most)
		if each > most/times {
			return most + 1
		}
		return each * times
	}
	var sum int64
	within := maps.Clone(at)
	for i := int64(0); i < times && sum <= most; i++ {
		within[l.Index] = symbolic.Int(i)
		sum += max(1, operations(l.Body, within, most-sum))
	}
	return sum
}
