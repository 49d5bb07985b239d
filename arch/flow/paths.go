package flow

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errOpen says that a repeat has to be written out.
var errOpen = errors.New("the repeat has no closed form")

// doesNotClose reports whether an analysis with numbers in place of symbols, or iteration by iteration, may succeed where a
// closed form did not.
func doesNotClose(err error) bool { return errors.Is(err, errOpen) || errors.Is(err, errMixed) }

// needsNumbers is the error of a law that computes with floats, where symbols are free. A repeat in which it occurs may be
// written out.
type needsNumbers struct{}

// Error says why.
func (needsNumbers) Error() string { return "its rule needs numbers where symbols are free" }

// Is reports that numbers for the symbols would help.
func (needsNumbers) Is(target error) bool { return target == errOpen }

// lengths are the least and the greatest number of weight layers on the ways from a tensor to an output.
type lengths struct {
	shortest, longest symbolic.Expr
	known             bool // there is a way
}

// behind are the lengths with more layers in front.
func (a lengths) behind(layers symbolic.Expr) lengths {
	if a.known {
		a.shortest, a.longest = a.shortest.Add(layers), a.longest.Add(layers)
	}
	return a
}

// or are the lengths of both.
func (a lengths) or(b lengths) lengths {
	switch {
	case !a.known:
		return b
	case !b.known:
		return a
	}
	return lengths{lesser(a.shortest, b.shortest), greater(a.longest, b.longest), true}
}

func lesser(a, b symbolic.Expr) symbolic.Expr {
	if b.Sub(a).NeverNegative() {
		return a
	}
	if a.Sub(b).NeverNegative() {
		return b
	}
	return symbolic.Min(a, b)
}

func greater(a, b symbolic.Expr) symbolic.Expr {
	if b.Sub(a).NeverNegative() {
		return b
	}
	if a.Sub(b).NeverNegative() {
		return a
	}
	return symbolic.Max(a, b)
}

// ways are the paths from a tensor to an output: a jet of their number and lengths, and their extreme lengths. For a tensor in
// the body of a loop, the lengths to the output of the iteration are kept apart.
type ways struct {
	paths       affine
	of, lengths lengths // of: to the output of the iteration; lengths: to an output of the network
}

func (a ways) add(b ways) ways {
	return ways{a.paths.add(b.paths), a.of.or(b.of), a.lengths.or(b.lengths)}
}

func (a ways) behind(j jet, layers int64) ways {
	n := symbolic.Int(layers)
	return ways{a.paths.mul(j), a.of.behind(n), a.lengths.behind(n)}
}

// outputWays is a path that ends here.
func outputWays() ways {
	return ways{paths: affine{plus: path(0)}, lengths: lengths{known: true}}
}

// counting goes over a trace from the end and counts paths.
type counting struct {
	counts counts
	at     map[*trace.Value]ways
}

func newCounting(c counts) *counting { return &counting{counts: c, at: map[*trace.Value]ways{}} }

func (c *counting) reach(v *trace.Value, w ways) {
	if before, there := c.at[v]; there {
		w = before.add(w)
	}
	c.at[v] = w
}

// trace counts the ways of every tensor outside of loops.
func (c *counting) trace(t *trace.Trace) error {
	for _, v := range ends(t) {
		c.reach(v, outputWays())
	}
	return c.nodes(t.Body)
}

func (c *counting) nodes(nodes []trace.Node) error {
	for k := len(nodes) - 1; k >= 0; k-- {
		switch n := nodes[k].(type) {
		case *trace.Operation:
			out, reached := c.at[n.Output]
			if !reached {
				continue
			}
			layers := int64(n.Kind.Depth)
			through := path(layers).by(exactly(n.Kind.Ways(n.Args)))
			for _, in := range passed(n) {
				c.reach(in, out.behind(through, layers))
			}
		case *trace.Loop:
			if err := c.loop(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// passed are the operands from which a path continues through an operation: not those that only choose among the others. Where
// there are no others, as in an embedding, weights are chosen, and the path leads through them.
func passed(op *trace.Operation) []*trace.Value {
	if op.Kind.Chooses == len(op.Inputs) {
		return op.Inputs
	}
	return op.Inputs[op.Kind.Chooses:]
}

// loop closes the recurrence of a repeat: the input of an iteration has a·x + h paths where its output has x.
func (c *counting) loop(l *trace.Loop) error {
	if len(l.Mirrors) > 0 || l.Past != nil || uneven(l) {
		return errOpen
	}
	body := newCounting(c.counts)
	body.reach(l.Out, ways{paths: affine{of: path(0)}, of: lengths{known: true}})
	for _, v := range l.Outputs {
		body.reach(v, outputWays())
	}
	if err := body.nodes(l.Body); err != nil {
		return err
	}
	after, times := c.at[l.Result], c.counts.of(l)
	if n, ok := times.Int64(); ok && n == 0 {
		c.reach(l.Start, after)
		return nil
	}
	steps, err := closeLoop(l, body.at[l.In].paths, times)
	if err != nil {
		return err
	}
	inner := inside(l)
	for _, v := range sorted(body.at) {
		w := body.at[v]
		if inner[v] {
			continue
		}
		outer := repeated(w, body.at[l.In], after, times)
		if outer.paths, err = steps.tapped(w.paths, after.paths); err != nil {
			return err
		}
		c.reach(v, outer)
	}
	if in, reached := body.at[l.In]; reached {
		start := ways{lengths: started(in, after, times)}
		if start.paths, err = steps.start(after.paths); err != nil {
			return err
		}
		// Lengths to the output of an enclosing iteration go through all iterations.
		if in.of.known && after.of.known {
			start.of = lengths{after.of.shortest.Add(times.Mul(in.of.shortest)), after.of.longest.Add(times.Mul(in.of.longest)), true}
		}
		c.reach(l.Start, start)
	}
	return nil
}

// started are the lengths from the input of a repeat of at least one iteration: through all of them, or to a head of one.
func started(in, after ways, times symbolic.Expr) lengths {
	var out lengths
	if in.of.known && after.lengths.known {
		out = lengths{after.lengths.shortest.Add(times.Mul(in.of.shortest)), after.lengths.longest.Add(times.Mul(in.of.longest)), true}
	}
	if in.lengths.known {
		head := in.lengths
		if in.of.known {
			head.longest = head.longest.Add(times.Sub(symbolic.Int(1)).Mul(in.of.longest))
		}
		out = out.or(head)
	}
	return out
}

// repeated has the lengths from an outside tensor that each iteration reads.
func repeated(w, in, after ways, times symbolic.Expr) ways {
	out := ways{lengths: w.lengths.or(onFrom(w, in, after.lengths, times)), of: onFrom(w, in, after.of, times)}
	if n, ok := times.Int64(); w.of.known && in.lengths.known && (!ok || n > 1) {
		head := lengths{w.of.shortest.Add(in.lengths.shortest), w.of.longest.Add(in.lengths.longest), true}
		if in.of.known {
			head.longest = head.longest.Add(times.Sub(symbolic.Int(2)).Mul(in.of.longest))
		}
		out.lengths = out.lengths.or(head)
	}
	return out
}

// onFrom are the lengths from an outside tensor through the output of a repeat, from which it goes on: the last iteration reads it, or the
// first.
func onFrom(w, in ways, on lengths, times symbolic.Expr) lengths {
	if !w.of.known || !on.known {
		return lengths{}
	}
	through := lengths{on.shortest.Add(w.of.shortest), on.longest.Add(w.of.longest), true}
	if in.of.known {
		through.longest = through.longest.Add(times.Sub(symbolic.Int(1)).Mul(in.of.longest))
	}
	return through
}
