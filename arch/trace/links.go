package trace

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// linked writes out a repeat whose iterations read more than the one before.
func (r *resolver) linked(s arch.Step, rep *arch.Repeat, times symbolic.Expr, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	n, window, ok := r.linkedSizes(rep, times, in, sc)
	if !ok {
		return nil, nil, false
	}
	layers, all := []*Value{in}, in
	var nodes []Node
	for l := 1; l <= n; l++ {
		inner := sc.inner(fmt.Sprintf("%s[%d]", label, l-1))
		inner.named = len(rep.Steps) == 1
		inner.names[arch.RepeatIndex] = symbolic.Int(int64(l - 1))
		var from []*Value
		if rep.Links == arch.DenseLinks && rep.Joins() == arch.Concat { // one concat that grows, for lists of all earlier layers grow as their square
			from = slices.Compact([]*Value{all, layers[l-1]})
		} else {
			from = pick(layers, rep.Links.Reads(l, window))
			inner.names[arch.LinkCount] = symbolic.Int(int64(len(from)))
		}
		start, read, ok := r.together(s, rep.Joins(), from, inner.label)
		if !ok {
			return nil, nil, false
		}
		out, made, ok := r.steps(rep.Steps, start, inner)
		sc.run.enclose(inner.runs)
		if !ok {
			return nil, nil, false
		}
		nodes = append(append(nodes, read...), made...)
		layers, all = append(layers, out), start
	}
	out, read, ok := r.together(s, rep.Joins(), pick(layers, rep.Gathered(n, window)), label)
	return out, append(nodes, read...), ok
}

// linkedSizes are the iterations of a repeat with links and how many of them an iteration reads at most.
func (r *resolver) linkedSizes(rep *arch.Repeat, times symbolic.Expr, in *Value, sc *scope) (n, window int, ok bool) {
	if n, ok = upTo(arch.MaxLinkedTimes, times); !ok {
		hint := "bind the symbols it depends on"
		if _, constant := times.Rational(); constant {
			hint = ""
		}
		r.problem(rep.Times.Pos, hint, "repeat: %s links need a number of iterations, at most %d, not %s", rep.Links, arch.MaxLinkedTimes, times.Text())
		return 0, 0, false
	}
	if rep.Links != arch.WindowLinks {
		return n, n, true
	}
	size, ok := r.evaluate(rep.Window, in, sc)
	if !ok || !r.wholeArgument("repeat: window", rep.Window, size, 1) {
		return 0, 0, false
	}
	if window, ok = upTo(n+1, size); ok { // what comes out may be what a further layer would read
		return n, window, true
	}
	if _, constant := size.Rational(); !constant {
		r.problem(rep.Window.Pos, "bind the symbols it depends on", "repeat: window links need a number of layers to read, not %s", size.Text())
		return 0, 0, false
	}
	return n, n + 1, true
}

// upTo is a number that is at most most.
func upTo(most int, e symbolic.Expr) (int, bool) {
	n, ok := e.Int64()
	return int(n), ok && n <= int64(most)
}

// together joins tensors; one alone is itself.
func (r *resolver) together(s arch.Step, op arch.MergeOp, values []*Value, label string) (*Value, []Node, bool) {
	if len(values) == 1 {
		return values[0], nil, true
	}
	kind := arch.KindByName(string(op))
	if !r.meet(s.Pos, kind, values, false) {
		return nil, nil, false
	}
	out, ok := r.operation(kind, arch.Args{}, values, s.Pos, join(label, "links"))
	return out, maker(out, ok), ok
}

func pick(values []*Value, at []int) []*Value {
	out := make([]*Value, len(at))
	for k, i := range at {
		out[k] = values[i]
	}
	return out
}
