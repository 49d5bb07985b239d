package flow

import (
	"cmp"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// loop is closed where the second moment that leaves an iteration is that which enters it times a number, for all channels or for
// some runs of them; else the loop has to be written out.
func (f *field) loop(l *trace.Loop) error {
	start := f.signal[l.Start]
	if len(l.Mirrors) > 0 || uneven(l) {
		return errOpen
	}
	switch n, ok := l.Times.Int64(); {
	case ok && n == 0:
		f.signal[l.Result] = start
		return nil
	case ok && n == 1 && !varies(l):
		f.signal[l.In] = start
		err := f.forward(l.Body)
		f.signal[l.Result] = f.signal[l.Out]
		return err
	}
	err := f.closeSignal(l, start.average())
	if doesNotClose(err) {
		err = f.closeParts(l, start)
	}
	if doesNotClose(err) && f.settled != nil {
		err = f.settle(l, start)
	}
	return err
}

// closeSignal follows an unknown second moment through the body of a loop. The input of an iteration is taken for symmetric if
// that of the first one is, and the body keeps it so.
func (f *field) closeSignal(l *trace.Loop, start part) error {
	if start.square.how != isExact || f.signal[l.Start].along() {
		return errOpen
	}
	const entering = "q#"
	out := start
	for in := start.symmetric; ; in = false {
		p := part{width: l.In.Shape.Width, square: exactly(symbolic.Symbol(entering)), symmetric: in, blend: true}
		if !in {
			p.mean, p.means = unknown, unknown
		}
		f.signal[l.In] = moments{p}
		if err := f.forward(l.Body); err != nil {
			return err
		}
		if out = f.signal[l.Out].average(); out.symmetric || !in {
			break
		}
	}
	e, ok := out.square.Exact()
	if !ok {
		return errOpen
	}
	factor, rest, linear := e.Linear(entering)
	if !linear || !rest.IsZero() {
		return errOpen
	}
	gain, err := productOver(factor, l.Index, l.Times, f.counts.of(l))
	if err != nil {
		return err
	}
	last := part{width: l.Result.Shape.Width, square: start.square.mul(gain), symmetric: out.symmetric, blend: true}
	if !start.means.isZero() || !out.means.isZero() {
		last.means = unknown
	}
	if !out.symmetric {
		last.mean = unknown
	}
	f.signal[l.Result] = moments{last}
	return nil
}

// loopBack closes a loop whose gradient stays even over the channels from iteration to iteration.
func (f *field) loopBack(l *trace.Loop) error {
	after, reached := f.back[l.Result]
	n, number := l.Times.Int64()
	switch {
	case !reached:
		return nil
	case number && n == 0:
		return f.reach(l.Start, after)
	case number && n == 1 && !varies(l):
		f.back[l.Out] = after
		for _, v := range l.Outputs {
			if err := f.reach(v, outputGradient(v)); err != nil {
				return err
			}
		}
		if err := f.backward(l.Body); err != nil {
			return err
		}
		return f.reach(l.Start, f.back[l.In])
	}
	if _, settled := f.settled[l]; settled {
		return f.settledBack(l, after)
	}
	if len(f.signal[l.In]) > 1 {
		return f.closePartsBack(l, after)
	}
	if after = after.joined(); len(after) != 1 || after[0].among > 0 {
		return errOpen
	}
	body := f.within()
	body.back[l.Out] = gradient{{width: l.Out.Shape.Width, at: affine{of: path(0)}}}
	for _, v := range l.Outputs {
		if err := body.reach(v, outputGradient(v)); err != nil {
			return err
		}
	}
	if err := body.backward(l.Body); err != nil {
		return err
	}
	f.shared = f.shared || body.shared
	in := body.back[l.In].joined()
	if len(in) != 1 {
		return errOpen
	}
	inner := inside(l)
	for v := range body.back {
		if !inner[v] {
			return errOpen // a tensor outside is read
		}
	}
	at, err := f.closeGradient(l, in[0].at, after[0].at)
	if err != nil {
		return err
	}
	if err := f.meetLoop(l, body, in[0].at, after[0].at); err != nil {
		return err
	}
	return f.reach(l.Start, gradient{{width: l.Start.Shape.Width, at: at}})
}

// closeGradient is the gradient in front of a loop for one behind it.
func (f *field) closeGradient(l *trace.Loop, in, after affine) (affine, error) {
	return f.iterate(l, in, after, 0)
}

// iterate is the gradient in front of all iterations of a loop but the first few.
func (f *field) iterate(l *trace.Loop, in, after affine, without int64) (affine, error) {
	skipped := symbolic.Int(without)
	times, count := l.Times.Sub(skipped), f.counts.of(l).Sub(skipped)
	if !in.has(l.Index) {
		if !in.exact() {
			return affine{}, errOpen
		}
		if times.IsZero() {
			return after, nil
		}
		return closed{in.of, in.plus, count}.start(after)
	}
	if n, ok := times.Int64(); ok && n <= maxCounted {
		for i := n + without - 1; i >= without; i-- {
			now := in.bind(symbolic.Bindings{l.Index: symbolic.Int(i)})
			after = after.mul(now.of).add(affine{plus: now.plus})
		}
		return after, after.err()
	}
	if !in.plus.isZero() {
		return affine{}, errOpen
	}
	later := symbolic.Bindings{l.Index: symbolic.Symbol(l.Index).Add(skipped)}
	through, err := jetsOver(in.of.bind(later), l.Index, times, count)
	if err != nil {
		return affine{}, err
	}
	return after.mul(through), nil
}

// unknown is a moment that is not known in closed form.
var unknown = exactly(symbolic.Failed(errOpen))

// meetLoop notes those of the weight layers in the body of a loop: the first in its first iteration, the last in its last one.
func (f *field) meetLoop(l *trace.Loop, body *field, in, after affine) error {
	if body.first == nil {
		return nil
	}
	behindFirst, err := f.iterate(l, in, after, 1)
	if err != nil {
		return err
	}
	at := func(unit, x affine, index symbolic.Expr) affine {
		unit = unit.bind(symbolic.Bindings{l.Index: index})
		return x.mul(unit.of).add(affine{plus: unit.plus})
	}
	if f.last == nil {
		times := f.counts.of(l)
		if in.has(l.Index) { // a product over the index may be a float, which goes with numbers alone
			times = l.Times
		}
		f.last, f.lastUnit = body.last, at(body.lastUnit, after, times.Sub(symbolic.Int(1)))
	}
	f.first, f.firstUnit = body.first, at(body.firstUnit, behindFirst, symbolic.Expr{})
	return cmp.Or(f.firstUnit.plus.weight.Err(), f.lastUnit.plus.weight.Err())
}
