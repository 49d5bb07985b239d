package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Moment is the bytes of activations in memory while one operation of a forward pass without gradients runs.
type Moment struct {
	Operation *trace.Operation
	Bytes     symbolic.Expr
	Waiting   symbolic.Expr // the part that the operation neither reads nor makes, which waits for later ones
}

// errLongTimeline is the error for a network that is too long for a timeline.
var errLongTimeline = errors.New("the network is too long for a timeline of its memory")

// Timeline lists the moments of a forward pass of a trace with all symbols bound; the most bytes of any of them are the peak,
// see [FindPeak].
func Timeline(t *trace.Trace, o Options) ([]Moment, error) {
	if t.Long() {
		return nil, errLongTimeline
	}
	t, err := o.walked(t)
	if err != nil {
		return nil, err
	}
	l, err := newLifetimes(t, o)
	if err != nil {
		return nil, err
	}
	var out []Moment
	err = l.run(t, false, func(op *trace.Operation, before, there symbolic.Expr) {
		waiting, read := before, map[*trace.Value]bool{}
		for _, v := range op.Inputs {
			if v = l.rootOf(v); !read[v] {
				waiting, read[v] = waiting.Sub(l.size(v)), true
			}
		}
		out = append(out, Moment{Operation: op, Bytes: there, Waiting: waiting})
	})
	return out, err
}
