package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// rewound is the backward pass of a step, recorded once, so that it can be continued from any operation.
type rewound struct {
	*gradients
	most   []symbolic.Expr // the most bytes while an operation runs
	before []mark          // an operation runs
	now    mark
	redo   []held // the changes of the whole pass, of which the first now are made
}

// mark is a place in the backward pass: the number of changes up to it, and the bytes of gradients there.
type mark struct {
	changes int
	bytes   symbolic.Expr
}

func (g *gradients) mark() mark { return mark{len(g.log), g.bytes} }

func newRewound(p *stepPlan) *rewound {
	n := len(p.ops)
	r := &rewound{gradients: p.gradients(), most: make([]symbolic.Expr, n), before: make([]mark, n)}
	for k := n - 1; k >= 0; k-- {
		r.before[k] = r.mark()
		r.run(k, noDetour())
		r.most[k] = r.gradients.most
	}
	r.now, r.redo, r.log = r.mark(), r.log, nil
	return r
}

// seek goes to the place before an operation runs.
func (r *rewound) seek(k int) {
	to := r.before[k]
	for _, h := range slices.Backward(r.redo[min(to.changes, r.now.changes):r.now.changes]) {
		r.write(h.at, h.was)
	}
	for _, h := range r.redo[r.now.changes:max(to.changes, r.now.changes)] {
		r.write(h.at, h.is)
	}
	r.now, r.bytes = to, to.bytes
}

// without is the most bytes while each operation runs, where a link is cut: from the last operation that differs back to the
// first, and on until the same tensors hold gradients as with the link; and the bytes that the gradients of parameters add from
// then on.
func (r *rewound) without(d detour, first, last int) (most []symbolic.Expr, more symbolic.Expr) {
	r.seek(last)
	s, all := &strayed{rewound: r, with: map[int32]int32{}}, len(r.all)
	if d.from >= 0 && r.of[d.from] >= 0 { // the network's output
		r.hold(d.to, r.of[d.from])
		r.hold(d.from, -1)
		s.changed(nil, r.log)
	}
	k := last
	for ; k >= 0 && (k >= first || !s.back(int32(k+2))); k-- {
		begun := len(r.log)
		if r.gradients.most = r.bytes; !d.gone[k] {
			r.run(k, d)
		}
		most = append(most, r.gradients.most)
		s.changed(r.changes(k), r.log[begun:])
	}
	if k >= 0 {
		more = r.bytes.Sub(r.before[k].bytes)
	}
	for _, h := range slices.Backward(r.log) {
		r.write(h.at, h.was)
	}
	r.all, r.log, r.bytes = r.all[:all], r.log[:0], r.now.bytes
	return most, more
}

// changes are those that an operation makes where no link is cut.
func (r *rewound) changes(k int) []held {
	if k == 0 {
		return r.redo[r.before[0].changes:]
	}
	return r.redo[r.before[k].changes:r.before[k-1].changes]
}

// strayed compares a backward pass with that of the network without a cut, from the place where they begin to differ.
type strayed struct {
	*rewound
	with map[int32]int32 // the values without a cut at each place that one of the passes has changed
}

// changed records the changes of both passes.
func (s *strayed) changed(with, without []held) {
	for _, h := range with {
		s.with[h.at] = h.is
	}
	for _, h := range without {
		if _, known := s.with[h.at]; !known {
			s.with[h.at] = h.was
		}
	}
}

// back reports whether both passes continue alike for all tensors up to a number: each holds the gradient that it holds with
// the link, or one of equal bytes that the same tensors hold.
func (s *strayed) back(tensors int32) bool {
	inPlace := map[int32]stand{} // of a gradient
	taken := map[int32]bool{}
	for at, with := range s.with {
		without := s.of[max(at, 0)]
		switch {
		case at >= tensors:
			delete(s.with, at) // its operation has run
		case at < 0 || with < 0 && without < 0:
		case with < 0 || without < 0:
			return false
		default:
			one, known := inPlace[with]
			if known && one.gradient != without {
				return false
			}
			inPlace[with] = stand{without, one.holders + 1}
			taken[without] = true
		}
	}
	for with, other := range inPlace {
		if with != other.gradient && !s.replaces(with, other) {
			return false
		}
	}
	for at, with := range s.with {
		if at >= 0 {
			continue
		}
		g := -1 - at
		one, held := inPlace[g]
		switch without := s.all[g].holders; {
		case with == 0 && without == 0:
			delete(s.with, at) // it is gone
		case held && one.gradient != g, !held && taken[g]:
		case with != without:
			return false
		}
	}
	return true
}

// stand is a gradient that a number of tensors hold in place of another one.
type stand struct{ gradient, holders int32 }

// replaces reports whether only those tensors hold either of the two gradients, which have equal bytes.
func (s *strayed) replaces(with int32, other stand) bool {
	a, b := &s.all[with], &s.all[other.gradient]
	holders, known := s.with[-1-with]
	if !known {
		holders = a.holders
	}
	return holders == other.holders && b.holders == other.holders && a.bytes.Equal(b.bytes)
}
