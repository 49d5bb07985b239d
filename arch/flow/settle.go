package flow

import (
	"cmp"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// maxSettling is the largest number of iterations of a loop that are computed until it settles.
const maxSettling = 2000

// maxGone is the largest number of operations of such iterations in all, forward and backward.
const maxGone = 2 * maxWrittenOut

// settlement is a loop whose iterations become alike, up to a factor or a drift: the inputs of the iterations that differ, the
// last of which stands for all that follow, and the number of these.
type settlement struct {
	entering []moments
	repeats  int64
	slow     *slow // nil where it is a factor
}

// settle computes the iterations of a loop, as numbers, until the output of one is its input times a factor. With rectifiers
// this happens, as the shape of a distribution behind them does not depend on its scale.
func (f *field) settle(l *trace.Loop, start moments) error {
	n, ok := l.Times.Int64()
	if !ok || len(l.Outputs) > 0 || growsWithin(l) {
		return errOpen
	}
	var s settlement
	state, before := start, scaled{}
	for k := int64(1); k <= maxSettling; k++ {
		next, err := f.iteration(l, state)
		if err != nil {
			return err
		}
		s.entering = append(s.entering, state)
		growth, alike := state.growth(next)
		short := n <= maxSettling
		exact := short && next.average().square.how == isExact // computed to the end
		if k == n || alike && growth.near(before) && !exact {
			s.repeats = n - k + 1
			f.settled[l] = s
			f.signal[l.Result] = next.grown(growth, n-k)
			return nil
		}
		if d, drifting := drifts(s.entering, next); drifting && !short {
			s.repeats, s.slow = n-k+1, d.slow(n-k+1)
			f.settled[l] = s
			f.signal[l.Result] = d.at(float64(s.repeats))
			return nil
		}
		if n-k > beginsCourse && unhurried(s.entering, next) {
			return f.follows(l, s, n-k+1)
		}
		state, before = next, growth
	}
	return errOpen
}

// follows goes on along a curve where the iterations change slowly.
func (f *field) follows(l *trace.Loop, s settlement, repeats int64) error {
	k := len(s.entering)
	slow, err := course{f, l}.follow(s.entering[k-1], float64(k), repeats)
	if err != nil {
		return err
	}
	s.repeats, s.slow = repeats, slow
	f.settled[l] = s
	f.signal[l.Result], err = f.iteration(l, slow.last)
	return err
}

// growsWithin reports whether a shape in the body of a loop depends on the index.
func growsWithin(l *trace.Loop) bool {
	body := trace.Trace{Body: l.Body}
	return l.In.Shape.Has(l.Index) || slices.ContainsFunc(body.Operations(), func(op *trace.Operation) bool { return op.Output.Shape.Has(l.Index) })
}

// iteration is the output of the body of a loop for moments at its input, as numbers. Loops in loops are bounded together.
func (f *field) iteration(l *trace.Loop, in moments) (moments, error) {
	if f.gone += len(l.Body); f.gone > maxGone {
		return nil, errOpen
	}
	f.signal[l.In] = in
	if err := f.forward(l.Body); err != nil {
		return nil, err
	}
	out := f.signal[l.Out]
	for _, p := range out {
		if _, known := p.square.rounded(); !known {
			return nil, errOpen
		}
	}
	return out, nil
}

// growth is the factor by which the second moments grow, if all moments do alike.
func (m moments) growth(next moments) (scaled, bool) {
	from, _ := m.average().square.rounded()
	to, _ := next.average().square.rounded()
	if len(m) != len(next) || from.fraction == 0 {
		return scaled{}, false
	}
	growth := to.quo(from)
	follows := func(a, b Number, by scaled) bool {
		x, known := a.rounded()
		y, also := b.rounded()
		return known && also && y.near(x.mul(by))
	}
	root := growth.power(1.0 / 2)
	for k, p := range m {
		q := next[k]
		if !p.width.Equal(q.width) || p.symmetric != q.symmetric ||
			!follows(p.square, q.square, growth) || !follows(p.means, q.means, growth) || !follows(p.mean, q.mean, root) {
			return growth, false
		}
	}
	return growth, true
}

// grown are moments whose squares have grown by a factor a number of times.
func (m moments) grown(growth scaled, times int64) moments {
	if times == 0 || growth == scale(1) {
		return m
	}
	by := Number{float: growth.power(float64(times)), how: isRounded}
	root := Number{float: growth.power(float64(times) / 2), how: isRounded}
	return m.each(func(p part) part {
		p = p.anew()
		p.square, p.means, p.mean = p.square.mul(by), p.means.mul(by), p.mean.mul(root)
		return p
	})
}

// settledBack is the gradient in front of a loop that settled: through the iterations that are alike as a power, and through those
// before them one by one.
func (f *field) settledBack(l *trace.Loop, after gradient) error {
	s := f.settled[l]
	at, ok := s.live().of(after)
	if !ok {
		return errOpen
	}
	if s.slow != nil {
		var err error
		if at, err = f.beforeSlow(l, s, at); err != nil {
			return err
		}
		s.repeats, s.entering = 1, s.entering[:len(s.entering)-1]
	}
	for k := len(s.entering) - 1; k >= 0; k-- {
		remaining := int64(1)
		if k == len(s.entering)-1 {
			remaining = s.repeats
		}
		for remaining > 0 {
			through, body, err := f.iterationBack(l, s.entering[k], at.among)
			if err != nil {
				return err
			}
			f.meetLast(body, at.at)
			alike := int64(1)
			if through.among == at.among { // as in all before
				alike = remaining
			}
			remaining -= alike
			behind := at.at.mul(through.at.of.often(alike - 1))
			if at = (slope{at.width, behind.mul(through.at.of), through.among}); body.first != nil {
				f.first, f.firstUnit = body.first, behind.mul(body.firstUnit.of)
			}
		}
	}
	return f.reach(l.Start, s.live().only(at))
}

// beforeSlow is a gradient in front of iterations that change slowly: the last by itself, the others as a sum.
func (f *field) beforeSlow(l *trace.Loop, s settlement, at slope) (slope, error) {
	last, body, err := f.iterationBack(l, s.slow.last, at.among)
	if err != nil || last.among > 0 {
		return at, cmp.Or(err, errOpen)
	}
	f.meetLast(body, at.at)
	through, err := f.slowBack(l, s.slow)
	return slope{width: at.width, at: at.at.mul(last.at.of).mul(through)}, err
}

// meetLast notes the last weight layer of a body that is met for the first time.
func (f *field) meetLast(body *field, behind affine) {
	if f.last == nil && body.last != nil {
		f.last, f.lastUnit = body.last, behind.mul(body.lastUnit.of)
	}
}

// iterationBack is the gradient in front of an iteration with these moments at its input, for one behind it that is even over
// the channels.
func (f *field) iterationBack(l *trace.Loop, in moments, among float64) (slope, *field, error) {
	if _, err := f.iteration(l, in); err != nil {
		return slope{}, nil, err
	}
	body := f.within()
	live := f.settled[l].live()
	body.back[l.Out] = live.only(slope{at: affine{of: path(0)}, among: among})
	if err := body.backward(l.Body); err != nil {
		return slope{}, nil, err
	}
	inner := inside(l)
	for v := range body.back {
		if !inner[v] {
			return slope{}, nil, errOpen // a tensor outside is read
		}
	}
	back, ok := live.of(body.back[l.In])
	if !ok || !back.at.plus.isZero() || back.at.has(l.Index) {
		return slope{}, nil, errOpen
	}
	return back, body, nil
}

// live is the one run of channels that carries a signal. Gradients along runs that are 0 in each iteration, such as the
// differences of streams that stay copies, are not followed, because they lead back to no weights.
type live struct {
	widths []symbolic.Expr
	run    int
}

// live are the runs of what enters the iterations; all of it is one run where no part of it is 0 everywhere.
func (s settlement) live() live {
	first := s.entering[0]
	var runs live
	still := 0
	for k, p := range first {
		runs.widths = append(runs.widths, p.width)
		if slices.ContainsFunc(s.entering, func(m moments) bool { return len(m) != len(first) || !m[k].square.isZero() }) {
			runs.run, still = k, still+1
		}
	}
	if still != 1 {
		return live{widths: []symbolic.Expr{first.width()}}
	}
	return runs
}

// of is the gradient along the one run, false where there is more than one and it is not even over them.
func (r live) of(g gradient) (slope, bool) {
	if len(r.widths) == 1 {
		g = g.joined()
	} else if cut, ok := g.on(r.widths); ok {
		return cut[r.run], true
	}
	return append(g, slope{})[0], len(g) == 1
}

// only is a gradient along the one run.
func (r live) only(s slope) gradient {
	out := make(gradient, len(r.widths))
	for k, w := range r.widths {
		out[k].width = w
	}
	out[r.run].at, out[r.run].among = s.at, s.among
	return out
}

// often is the bundle n times behind itself, as floats if its weight is a float.
func (a jet) often(n int64) jet {
	if n == 0 {
		return path(0)
	}
	w, ok := a.weight.rounded()
	if !ok {
		return failedJet(errMixed)
	}
	times := whole(n)
	mean := a.length.quo(a.weight)
	variance := a.square.quo(a.weight).sub(mean.mul(mean))
	weight := Number{float: w.power(float64(n)), how: max(a.weight.how, isRounded)}
	return jet{weight, weight.mul(times.mul(mean)), weight.mul(times.mul(variance).add(times.mul(times).mul(mean.mul(mean))))}
}

// numbers analyses a network that does not close: loop by loop until each settles, or written out.
func (w *reader) numbers() (*field, *trace.Trace, error) {
	if len(w.trace.Free) > 0 {
		return nil, nil, errOpen
	}
	f, err := w.field(w.trace, map[*trace.Loop]settlement{})
	if !doesNotClose(err) {
		return f, w.trace, err
	}
	t, err := w.writtenOut()
	if err != nil {
		return nil, nil, err
	}
	f, err = w.field(t, nil)
	return f, t, err
}
