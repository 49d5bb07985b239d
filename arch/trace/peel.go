package trace

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// maxPeeled is how many first iterations may differ from all others, beside those that conditions and extremes distinguish.
// More than one can differ only where repeats inside do not run in the first of them.
const maxPeeled = 3

// maxBent is how many iterations are written out at either end of a loop because they are on the other side of a comparison.
const maxBent = 64

func (l *loop) close(index string) (*Value, []Node, bool) {
	r := l.resolver
	r.mayNotRun, r.first, l.bent = false, l.first, 0
	before := len(r.list)
	it, ok := l.every(l.entering(l.in.Shape), index, 0)
	bent, known := l.bent, r.first
	plain := func() (*Value, []Node, bool) {
		if it, last, ok := l.settled(l.in, it, index, 0); ok {
			return l.loop(l.in, it, index, 0, last)
		}
		return nil, nil, false
	}
	if ok && bent == 0 {
		if out, nodes, ok := plain(); ok {
			return out, nodes, true
		}
	}
	if !ok && bent == 0 && !r.mayNotRun {
		return nil, nil, false
	}
	why := slices.Clone(r.list)
	for first, most := max(bent, 1), l.peels(bent); first <= most; first++ {
		r.list = r.list[:before]
		if out, nodes, ok := l.peeled(index, first); ok {
			return out, nodes, true
		}
	}
	r.list, r.first = why, known
	if ok && bent > 0 { // and its iterations are not distinguished
		return plain()
	}
	return nil, nil, false
}

// peels is how many of the first iterations are written out at most, if a number of them are distinguished.
func (l *loop) peels(bent int64) int64 {
	switch {
	case bent > maxBent:
		return 0
	case l.resolver.mayNotRun:
		return bent + maxPeeled
	}
	return bent + 1 // the iteration behind the last of them may differ too
}

// peeled is the case in which the first iterations differ from the others: they are written out and the rest is a loop.
func (l *loop) peeled(index string, first int64) (*Value, []Node, bool) {
	r := l.resolver
	r.first = l.first
	problems, assumptions := len(r.list), len(r.assumptions)
	if !l.runs(first) { // later iterations may rely on this
		r.assumptions = r.assumptions[:assumptions]
		return nil, nil, false
	}
	var nodes []Node
	var outputs []*Value
	var before []*runs
	var written []iteration
	cur := l.in
	for i := range first {
		it, ok := l.run(cur, symbolic.Int(i), fmt.Sprint(i), "")
		if !ok {
			r.list, r.assumptions = r.list[:problems], r.assumptions[:assumptions]
			return nil, nil, false
		}
		cur, nodes, outputs, before = it.out, append(nodes, it.nodes...), append(outputs, it.outputs...), append(before, it.runs)
		written = append(written, it)
	}
	entered := l.in
	l.in = cur
	rest, ok := l.try(cur.Shape, index, first)
	var last arch.Shape
	if ok {
		rest, last, ok = l.settled(cur, rest, index, first)
	}
	l.in = entered
	if !ok || (rest.out.list != nil) != (cur.list != nil) {
		r.assumptions = r.assumptions[:assumptions]
		return nil, nil, false
	}
	*l.scope.outputs = append(*l.scope.outputs, outputs...)
	l.scope.run.enclose(before...)
	out, made, ok := l.loop(cur, rest, index, first, last, written...)
	return out, append(nodes, made...), ok
}

// runs assumes that the loop has at least a number of iterations, if that is known or can be an assumption on the free symbols.
func (l *loop) runs(least int64) bool {
	r := l.resolver
	ok := r.supposed(r.around, l.count(), least)
	r.mayNotRun = r.mayNotRun || !ok
	return ok
}

// supposed takes for granted that a count in loops is at least a number, where that can be known or said of the free symbols.
func (r *resolver) supposed(around Spans, count symbolic.Expr, least int64) bool {
	conditions, ok := around.AtLeast(count, least)
	for _, e := range conditions {
		ok = ok && r.assume(e, arch.NotNegative, "%s ≥ %d", e.Add(symbolic.Int(least)).Text(), least)
	}
	return ok
}
