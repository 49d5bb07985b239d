package flow

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// closeParts follows the second moments of several runs of channels, none of which is known, through the body of a loop: that of
// each run that leaves an iteration must be a sum of those that enter it, times numbers.
func (f *field) closeParts(l *trace.Loop, start moments) error {
	entering, err := f.runs(l, start)
	if err != nil {
		return err
	}
	out, err := f.throughParts(l, entering)
	if err != nil {
		return err
	}
	system := newSystem(len(out))
	for j, p := range out {
		rest, ok := p.square.Exact()
		if !ok || rest.Has(l.Index) {
			return errOpen
		}
		for k := range out {
			var factor symbolic.Expr
			var linear bool
			if factor, rest, linear = rest.Linear(enteringRun(k)); !linear {
				return errOpen
			}
			system[j][k] = jet{weight: exactly(factor)}
		}
		if !rest.IsZero() {
			return errOpen
		}
	}
	powers, err := system.power(f.counts.of(l))
	if err != nil {
		return err
	}
	last := make(moments, len(out))
	for j, p := range out {
		var square Number
		for k, from := range entering {
			square = square.add(from.square.mul(powers[j][k].weight))
		}
		last[j] = part{width: p.width, streams: p.streams, square: square, symmetric: p.symmetric}
		if !p.symmetric {
			last[j].mean, last[j].means = unknown, unknown
		}
	}
	f.signal[l.Result] = last
	return nil
}

// enteringRun stands for the second moment of a run of channels that enters an iteration.
func enteringRun(k int) string { return fmt.Sprintf("q#%d", k) }

// runs cuts what enters a loop into the runs of channels that leave its first iteration.
func (f *field) runs(l *trace.Loop, start moments) (moments, error) {
	f.signal[l.In] = start
	if err := f.forward(l.Body); err != nil {
		return nil, err
	}
	out := f.signal[l.Out]
	if len(out) < 2 || len(l.Outputs) > 0 {
		return nil, errOpen
	}
	entering := make(moments, len(out))
	var at symbolic.Expr
	for k, p := range out {
		piece, ok := start.cut(at, p.width)
		if !ok || len(piece) != 1 || p.width.Has(l.Index) || piece[0].square.how != isExact {
			return nil, errOpen
		}
		entering[k] = piece[0]
		at = at.Add(p.width)
	}
	return entering, nil
}

// throughParts runs the body on second moments that are not known. A run is taken for symmetric if what enters the first iteration
// is so, and what each of them makes of it.
func (f *field) throughParts(l *trace.Loop, entering moments) (moments, error) {
	in := make(moments, len(entering))
	for k, p := range entering {
		in[k] = part{width: p.width, streams: p.streams, square: exactly(symbolic.Symbol(enteringRun(k))), symmetric: p.symmetric}
	}
	for range len(in) + 1 {
		f.signal[l.In] = in
		if err := f.forward(l.Body); err != nil {
			return nil, err
		}
		out := f.signal[l.Out]
		if len(out) != len(in) {
			return nil, errOpen
		}
		changed := false
		for k := range out {
			if !out[k].width.Equal(in[k].width) {
				return nil, errOpen
			}
			if in[k].symmetric && !out[k].symmetric {
				in[k].symmetric, in[k].mean, in[k].means, changed = false, unknown, unknown, true
			}
		}
		if !changed {
			return out, nil
		}
	}
	return nil, errOpen
}

// closePartsBack is the gradient in front of a loop whose channels were followed in runs.
func (f *field) closePartsBack(l *trace.Loop, after gradient) error {
	var widths []symbolic.Expr
	for _, p := range f.signal[l.In] {
		widths = append(widths, p.width)
	}
	behind, ok := after.on(widths)
	if !ok || after.among() > 0 {
		return errOpen
	}
	system, bodies, err := f.partsBack(l, widths)
	if err != nil {
		return err
	}
	times := f.counts.of(l)
	all, err := system.power(times)
	if err != nil {
		return err
	}
	but, err := system.power(times.Sub(symbolic.Int(1)))
	if err != nil {
		return err
	}
	start := make(gradient, len(widths))
	var first, last affine
	for k, w := range widths {
		start[k] = slope{width: w}
		var firstAt affine // behind the first iteration
		for j, s := range behind {
			start[k].at = start[k].at.add(s.at.mul(all[k][j]))
			firstAt = firstAt.add(s.at.mul(but[k][j]))
		}
		first = first.add(firstAt.mul(bodies[k].firstUnit.of))
		last = last.add(behind[k].at.mul(bodies[k].lastUnit.of))
	}
	for _, b := range bodies {
		if b.first == nil {
			continue
		}
		if f.last == nil {
			f.last, f.lastUnit = b.last, last
		}
		f.first, f.firstUnit = b.first, first
	}
	return f.reach(l.Start, start)
}

// partsBack sends a gradient back through the body from each run by itself: what comes to each of them is a column of the system.
func (f *field) partsBack(l *trace.Loop, widths []symbolic.Expr) (system, []*field, error) {
	inner := inside(l)
	a := newSystem(len(widths))
	bodies := make([]*field, len(widths))
	for j := range widths {
		body := f.within()
		at := make(gradient, len(widths))
		for k, w := range widths {
			at[k].width = w
		}
		at[j].at = affine{of: path(0)}
		body.back[l.Out] = at
		if err := body.backward(l.Body); err != nil {
			return nil, nil, err
		}
		for v := range body.back {
			if !inner[v] {
				return nil, nil, errOpen // a tensor outside is read
			}
		}
		in, ok := body.back[l.In].on(widths)
		if !ok {
			return nil, nil, errOpen
		}
		for k, s := range in {
			if s.at.has(l.Index) || !s.at.exact() || !s.at.plus.isZero() {
				return nil, nil, errOpen
			}
			a[k][j] = s.at.of
		}
		bodies[j] = body
	}
	return a, bodies, nil
}

// system is a linear recurrence of several bundles of paths, x_j ← Σ_k a[j][k]·x_k.
type system [][]jet

func newSystem(n int) system {
	a := make(system, n)
	for j := range a {
		a[j] = make([]jet, n)
	}
	return a
}

// power is the system n times: entry j, k is what x_j comes to of an x_k of one path. It closes where the bundles can be put into
// an order in which each depends on itself and earlier ones alone.
func (a system) power(n symbolic.Expr) (system, error) {
	order, ok := a.order()
	if !ok {
		return nil, errOpen
	}
	out := newSystem(len(a))
	for k := range a {
		column := make([]jet, len(a)) // in the number of iterations
		for _, j := range order {
			column[j] = a.sequence(j, k, column)
			out[j][k] = column[j].bind(symbolic.Bindings{step: n})
			if err := (affine{plus: out[j][k]}).err(); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// order lists the bundles so that each comes behind those that it depends on.
func (a system) order() ([]int, bool) {
	var order []int
	done := make([]bool, len(a))
	for len(order) < len(a) {
		before := len(order)
		for j := range a {
			ready := !done[j]
			for k := range a {
				ready = ready && (k == j || done[k] || a[j][k].isZero())
			}
			if ready {
				done[j], order = true, append(order, j)
			}
		}
		if len(order) == before {
			return nil, false
		}
	}
	return order, true
}

// sequence is x_j after a number of iterations of the system, from an x_k of one path: d^n where j is k, and Σ d^(n−1−i)·f(i) with d
// its factor of itself and f(i) what it gets of the others in iteration i.
func (a system) sequence(j, k int, others []jet) jet {
	const now = "j#"
	n, i := symbolic.Symbol(step), symbolic.Symbol(now)
	var out, gets jet
	for m, x := range others {
		if m != j && !x.isZero() {
			gets = gets.add(a[j][m].mul(x.bind(symbolic.Bindings{step: i})))
		}
	}
	d := a[j][j]
	to := func(e symbolic.Expr) jet {
		if d.isUnit() {
			return d
		}
		return d.power(e)
	}
	if j == k {
		out = to(n)
	}
	if !gets.isZero() {
		out = out.add(to(n.Sub(i).Sub(symbolic.Int(1))).mul(gets).sum(now, n))
	}
	return out
}
