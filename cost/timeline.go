package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Moment is what is there of activations, in bytes, while one operation of a forward pass without gradients runs.
type Moment struct {
	Operation *trace.Operation
	Bytes     symbolic.Expr
	Waiting   symbolic.Expr // of these, what the operation neither reads nor makes: it is there for later ones
}

// errLongTimeline says why a network has no timeline.
var errLongTimeline = errors.New("the network is too long for a timeline of its memory")

// Timeline goes through a forward pass of a trace with all symbols bound, see [FindPeak]: the most bytes of any moment are the peak.
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
