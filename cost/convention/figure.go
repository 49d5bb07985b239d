package convention

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Reading says in which form a network is counted. The zero value is the network as its known code runs it at inference.
type Reading struct {
	Code  Respelling
	Heads bool // with the work of the heads that only run while training
	Bare  bool // without the parameters of those heads
}

// Of is the figure of a network, or a failed expression with the reason why there is none.
func (f *Figure) Of(t *Tally, r Reading) symbolic.Expr {
	all := t.sums
	if f.parent.Folded {
		if t.err != nil {
			return symbolic.Failed(t.err)
		}
		all = t.folded
	}
	var total symbolic.Expr
	for s, sum := range all {
		total = total.Add(f.ofClass(s, sum, r))
	}
	return total
}

// ofClass is the sum over the calls of a class.
func (f *Figure) ofClass(s class, sum sums, r Reading) symbolic.Expr {
	if f.leavesOut(s, r) {
		return symbolic.Expr{}
	}
	as := s.as
	if other, is := r.Code.as[s.kind]; is {
		as = other
	}
	places := table().measured[s.kind]
	var total symbolic.Expr
	for _, w := range f.weighs[s.kind] {
		if !w.spelled[as] {
			continue
		}
		var own symbolic.Expr
		for _, one := range w.weights {
			own = own.Add(one.times.Mul(sum[slices.Index(places, one.measure)]))
		}
		switch {
		case w.fails == "":
			total = total.Add(own)
		case !own.IsZero():
			return symbolic.Failed(errors.New(w.fails))
		}
	}
	return total
}

// leavesOut reports whether a figure leaves calls out.
func (f *Figure) leavesOut(s class, r Reading) bool {
	switch {
	case s.training && f.About == Parameters:
		return r.Bare || f.Called
	case s.training && !r.Heads:
		return true
	case s.result && f.Headless:
		return true
	case f.parent.Calls == FirstCall:
		return s.again
	case f.parent.Calls == LastCall:
		return s.more
	}
	return false
}

// tells reports whether a respelling of kinds in the network changes the figure.
func (f *Figure) tells(code Respelling, t *Tally) bool {
	for s := range t.sums {
		if as, is := code.as[s.kind]; is && len(f.weighs[s.kind]) > 0 && s.as != as {
			return true
		}
	}
	return false
}

// hasHeads reports whether some heads only run while training.
func (t *Tally) hasHeads() bool {
	for s := range t.sums {
		if s.training {
			return true
		}
	}
	return false
}
