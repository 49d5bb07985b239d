package flow

import (
	"cmp"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// closed is a recurrence x ← a·x + h that runs times times.
type closed struct {
	a, h  jet
	times symbolic.Expr
}

const step = "k#" // the iterations counted from the last

// closeLoop is the recurrence of a loop, whose body must not depend on the index.
func closeLoop(l *trace.Loop, in affine, times symbolic.Expr) (closed, error) {
	if in.has(l.Index) || !in.exact() {
		return closed{}, errOpen
	}
	return closed{in.of, in.plus, times}, nil
}

// powers is a to the n, for n ≥ 1 if a is nothing at all.
func (c closed) powers(n symbolic.Expr) jet {
	if c.a.isUnit() || c.a.isZero() {
		return c.a
	}
	return c.a.power(n)
}

// heads is h·(1 + a + … + a^(n−1)).
func (c closed) heads(n symbolic.Expr) jet {
	if c.h.isZero() {
		return jet{}
	}
	if c.a.isZero() {
		return c.h
	}
	return c.h.mul(c.a.power(symbolic.Symbol(step)).sum(step, n))
}

// start is x in front of the loop: a^times·x + h·(1 + … + a^(times−1)).
func (c closed) start(x affine) (affine, error) {
	out := x.mul(c.powers(c.times))
	out.plus = out.plus.add(c.heads(c.times))
	return out, out.err()
}

// tapped is the sum over all iterations of the paths of an outside tensor, b·x + d.
func (c closed) tapped(w affine, x affine) (affine, error) {
	out := affine{plus: w.plus.by(exactly(c.times))}
	if w.of.isZero() {
		return out, out.err()
	}
	sum := path(0) // of the powers of a
	if !c.a.isZero() {
		sum = c.a.power(symbolic.Symbol(step)).sum(step, c.times)
	}
	out = out.add(x.mul(sum).mul(w.of))
	if !c.h.isZero() {
		inner := c.heads(symbolic.Symbol(step))
		if c.a.isZero() {
			inner = c.h
		}
		heads := inner.sum(step, c.times)
		if c.a.isZero() { // the last iteration has none behind it
			heads = c.h.by(exactly(c.times.Sub(symbolic.Int(1))))
		}
		out.plus = out.plus.add(heads.mul(w.of))
	}
	return out, out.err()
}

func (a affine) err() error {
	for _, j := range []jet{a.of, a.plus} {
		for _, n := range []Number{j.weight, j.length, j.square} {
			if err := n.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

// inside lists the tensors that belong to a loop: the outputs of its body, and the input of an iteration.
func inside(l *trace.Loop) map[*trace.Value]bool {
	in := map[*trace.Value]bool{l.In: true, l.Out: true}
	var visit func(nodes []trace.Node)
	visit = func(nodes []trace.Node) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *trace.Operation:
				in[n.Output] = true
			case *trace.Loop:
				in[n.In], in[n.Result] = true, true
				visit(n.Body)
			}
		}
	}
	visit(l.Body)
	return in
}

// sorted lists the tensors of a table in the order in which they were made.
func sorted[T any](at map[*trace.Value]T) []*trace.Value {
	out := make([]*trace.Value, 0, len(at))
	for v := range at {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b *trace.Value) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// ends are the outputs of a network: of its trunk, of its heads, and of heads that only run while training.
func ends(t *trace.Trace) []*trace.Value {
	out := append([]*trace.Value{t.Output}, t.Outputs...)
	read := map[*trace.Value]bool{}
	var training []*trace.Value
	for _, op := range t.Operations() {
		for _, in := range op.Inputs {
			read[in] = true
		}
		if op.Training {
			training = append(training, op.Output)
		}
	}
	for _, v := range training {
		if !read[v] {
			out = append(out, v)
		}
	}
	return out
}
