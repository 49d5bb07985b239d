package cost

import (
	"math/bits"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// when says in which iterations of its loop a storage is kept, counted from the last one, which is bit 0. The highest bit stands for all
// iterations from there back to the first.
type when uint8

const (
	last    when = 1
	always       = ^when(0)
	earlier      = always &^ last // all but the last

	first = always &^ (always >> 1) // the highest bit
)

// told is how many of the last iterations are told from those before them, which are all alike.
func (w when) told() int64 {
	if w&first != 0 {
		w = ^w
	}
	return int64(bits.Len8(uint8(w)))
}

// before is the iterations before those. It returns false where they cannot be told.
func (w when) before() (when, bool) { return w << 1, w.told() < 7 }

// fromFirst reports whether the iterations are all from the first one on up to some.
func (w when) fromFirst() bool { return w == always<<bits.TrailingZeros8(uint8(w)) }

// throughout is in which iterations of the loop that makes a tensor it is kept, where it is in those of another loop. Already is what is
// known. A tensor from outside of a loop is there once for all iterations; one that a loop inside makes is kept in all iterations of both.
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
	if err := s.runsOften(l, w.told()); err != nil {
		return total, err
	}
	if w&first != 0 {
		var err error
		if total, err = sumOver(s.budget, s.size(v), l.Index, 0, l.Times.Sub(symbolic.Int(w.told()))); err != nil {
			return total, err
		}
	}
	for k := range w.told() {
		if w>>k&1 != 0 {
			at := l.Times.Sub(symbolic.Int(k + 1))
			total = total.Add(s.size(v).Substitute(symbolic.Bindings{l.Index: at}))
		}
	}
	return total, nil
}

// runsOften assumes that a loop has at least so many iterations, around which are those of the saver.
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
