package cost

import (
	"math/bits"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// when says in which iterations of its loop a storage is kept. Bit 0 stands for the last iteration, bit 1 for the one before, and the
// highest bit for all others back to the first.
type when uint8

const (
	last    when = 1
	always       = ^when(0)
	earlier      = always &^ last // all but the last

	first = always &^ (always >> 1) // the highest bit
)

// distinct is how many of the last iterations have bits of their own that matter; those before them are all kept, or none is.
func (w when) distinct() int64 {
	if w&first != 0 {
		w = ^w
	}
	return int64(bits.Len8(uint8(w)))
}

// before is the set of the iterations that come one before those of w; false where that takes more bits than there are.
func (w when) before() (when, bool) { return w << 1, w.distinct() < 7 }

// fromFirst reports whether these are all iterations from the first up to some other one.
func (w when) fromFirst() bool { return w == always<<bits.TrailingZeros8(uint8(w)) }

// throughout is the iterations, of the loop that makes a tensor, in which the tensor is kept because the loop by needs it in the
// iterations w; already are those in which it is known to be kept. A tensor that is made outside of the loop that needs it exists once
// for all of its iterations; one that is made in a loop inside is kept in all iterations of both.
func (s *saver) throughout(v *trace.Value, w when, by *trace.Loop, already when) when {
	home := s.home[v]
	if home == by {
		return w
	}
	enough := last
	if s.stands(home, by) {
		enough = always
	}
	s.odd = s.odd || w&enough != enough && already != always
	return always
}

// stands reports whether a loop stands in another one; nil is the network.
func (s *saver) stands(l, in *trace.Loop) bool {
	for ; l != nil && l != in; l = s.home[l.Result] {
	}
	return l == in
}

// sumSome is the bytes of a storage that is kept in some iterations of the loop that it is made in.
func (s *saver) sumSome(v *trace.Value, l *trace.Loop) (symbolic.Expr, error) {
	var total symbolic.Expr
	w := s.kept[v]
	if err := s.runsOften(l, w.distinct()); err != nil {
		return total, err
	}
	if w&first != 0 {
		var err error
		if total, err = sumOver(s.budget, s.size(v), l.Index, 0, l.Times.Sub(symbolic.Int(w.distinct()))); err != nil {
			return total, err
		}
	}
	for k := range w.distinct() {
		if w>>k&1 != 0 {
			at := l.Times.Sub(symbolic.Int(k + 1))
			total = total.Add(s.size(v).Substitute(symbolic.Bindings{l.Index: at}))
		}
	}
	return total, nil
}

// runsOften assumes that a loop inside those around the current node has at least so many iterations.
func (s *saver) runsOften(l *trace.Loop, times int64) error {
	conditions, ok := s.around.AtLeast(l.Times, times)
	if !ok {
		return errNotClosed
	}
	for _, e := range conditions {
		s.runs = append(s.runs, e.Add(symbolic.Int(1)))
	}
	return nil
}
