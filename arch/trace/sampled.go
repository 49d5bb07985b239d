package trace

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Sampled is a trace without loops that stands for all iterations of each loop: the first and the last iterations by
// themselves, and one for all between them, with the index as a symbol. Neighbours around that one stand for no iterations;
// they make its inputs and the readers of its outputs the same as in the network written out.
type Sampled struct {
	*Trace
	Runs   []symbolic.Expr // counts that must be at least 1, so that loops have that many iterations
	within map[*Operation]Spans
	idle   map[*Operation]bool
	jumps  map[*Operation]bool
}

// Within are the loops of which an operation stands for several iterations, the outermost first; false for an operation that
// stands for no iteration.
func (s *Sampled) Within(op *Operation) (Spans, bool) { return s.within[op], !s.idle[op] }

// Jumps reports whether an operation belongs to an iteration before which others are left out.
func (s *Sampled) Jumps(op *Operation) bool { return s.jumps[op] }

func (s *Sampled) note(op *Operation, w *writer) {
	s.within[op] = w.within
	if w.idle > 0 {
		s.idle[op] = true
	}
	if w.jump > 0 {
		s.jumps[op] = true
	}
}

// Tensors are the tensors that a value stands for, as far as they are written; the value itself for a single one.
func (v *Value) Tensors() []*Value {
	if v.some == nil {
		return []*Value{v}
	}
	return v.some
}

// maxSampled is the largest number of operations of a sampled trace: nine iterations of each loop are few, but not nine of nine
// of nine.
const maxSampled = 20_000

// SeldomError is the error for a loop that may have fewer iterations than are taken by themselves.
type SeldomError struct {
	Loop  string
	Times int64
}

// Error names the loop.
func (e *SeldomError) Error() string {
	return fmt.Sprintf("%s: it may not run %d times in some iterations of the repeat around it", e.Loop, e.Times)
}

// Sampled takes a number of the first and of the last iterations of each loop by themselves: for a loop inside others, the
// entry of apart for its depth, or the last entry. Symbols in at get values. Its error is *SeldomError, or says which limit is
// exceeded.
func (t *Trace) Sampled(apart []int64, at symbolic.Bindings) (*Sampled, error) {
	w := newWriter(t)
	w.budget = w.budget.With(symbolic.Layers, maxSampled)
	for name, v := range at {
		w.indices[name] = v
	}
	w.sampled = &Sampled{within: map[*Operation]Spans{}, idle: map[*Operation]bool{}, jumps: map[*Operation]bool{}}
	s := &sampler{writer: w, apart: apart, counted: map[*Loop]counted{}}
	w.chosen = s.samples
	var err error
	w.sampled.Trace, err = w.write(t)
	return w.sampled, err
}

// sampler chooses the iterations of loops that are written.
type sampler struct {
	*writer
	apart   []int64
	counted map[*Loop]counted
}

// counted is the symbol in the index of the iteration that stands for many. Loops that mirror one another share it: one counts
// up and the other down.
type counted struct {
	name string
	down bool
}

// index is how a loop counts that runs so often.
func (s *sampler) index(l *Loop, times symbolic.Expr) (counted, error) {
	c := counted{name: l.Index}
	for k, m := range l.Mirrors {
		of := s.counted[m.Of]
		if k > 0 && of.name != c.name {
			return c, fmt.Errorf("%s: it reads what several other repeats made", l.Name)
		}
		if also := m.Of.Times.Substitute(s.indices); !also.Equal(times) {
			return c, fmt.Errorf("%s: it reads what a repeat made that runs %s times and not %s", l.Name, also.Text(), times.Text())
		}
		c = counted{name: of.name, down: !of.down}
	}
	s.counted[l] = c
	return c, nil
}

// samples are the iterations of a loop that are written; all, if their number is small.
func (s *sampler) samples(l *Loop, times symbolic.Expr) ([]sample, error) {
	if len(s.around) == mostSampled {
		return nil, fmt.Errorf("%s is nested too deep: more than %d repeats inside one another", l.Name, mostSampled)
	}
	apart := s.apart[min(len(s.around), len(s.apart)-1)]
	c, err := s.index(l, times)
	if err != nil {
		return nil, err
	}
	if n, known := times.Int64(); known && n <= 2*apart+neighbours {
		if n < 0 {
			return nil, fmt.Errorf("%s: it cannot run %d times", l.Name, n)
		}
		return singles(allOf(n)), nil
	}
	if s.idle == 0 {
		conditions, ok := s.within.AtLeast(times, 2*apart)
		if !ok {
			return nil, &SeldomError{l.Name, 2 * apart}
		}
		for _, e := range conditions {
			s.sampled.Runs = append(s.sampled.Runs, e.Add(symbolic.Int(1)))
		}
	}
	return s.spread(c, times, apart), nil
}

// mostSampled is how many loops of which seven or more iterations are written may be nested.
const mostSampled = 6

// neighbours is how many iterations are written beside those at both ends.
const neighbours = 5

// spread lists the iterations from the first to the last.
func (s *sampler) spread(c counted, times symbolic.Expr, apart int64) []sample {
	end := func(k int64) symbolic.Expr { return times.Sub(symbolic.Int(k + 1)) }
	middle, step := symbolic.Symbol(c.name), symbolic.Int(1)
	if c.down {
		middle = times.Sub(step).Sub(middle)
	}
	var out []sample
	for k := range apart {
		out = append(out, sample{at: symbolic.Int(k)})
	}
	out = append(out,
		sample{at: symbolic.Int(apart), idle: true},
		sample{at: middle.Sub(step), idle: true, jump: true},
		sample{at: middle, span: &Span{Index: c.name, First: apart, Times: times.Sub(symbolic.Int(apart))}},
		sample{at: middle.Add(step), idle: true},
		sample{at: end(apart), idle: true, jump: true},
	)
	for k := apart - 1; k >= 0; k-- {
		out = append(out, sample{at: end(k)})
	}
	return out
}
