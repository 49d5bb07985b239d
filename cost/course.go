package cost

import (
	"iter"

	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/trace"
)

// Course is costs, memory, signal and gradient of a network along its depth, in the order in which its layers run.
type Course struct {
	Name    string
	Trace   *trace.Trace    // written out
	Layers  iter.Seq[Layer] // with the costs asked for that are sums over layers, priced on the way; nil where none was
	Moments []Moment        // bytes in memory while each layer runs, where a peak was asked for
	Passing []flow.Passing  // signal and gradient at each tensor, the first that of the input, where a gain was asked for

	MomentsErr, PassingErr error // why they are not known
}

// FollowCourse writes a subject out and goes along its layers. Of the quantities, a peak asks for the moments, and a gain for signal
// and gradient.
func FollowCourse(s Subject, o Options) (*Course, error) {
	t, err := s.Resolve(trace.Options{Unroll: true})
	if err != nil {
		return nil, err
	}
	return courseOf(s.Name, t, o)
}

// Course goes along the layers of the network whose skips are listed.
func (v *Inventory) Course(o Options) (*Course, error) { return courseOf(v.Name, v.Trace, o) }

func courseOf(name string, t *trace.Trace, o Options) (*Course, error) {
	c := &Course{Name: name, Trace: t}
	var layered []Quantity
	for _, q := range o.Quantities {
		switch {
		case q == InferencePeakBytes:
			c.Moments, c.MomentsErr = Timeline(t, o)
		case q.Gain():
			if c.Passing == nil && c.PassingErr == nil {
				c.Passing, c.PassingErr = flow.Along(t, o.Init)
			}
		default:
			layered = append(layered, q)
		}
	}
	if len(layered) == 0 {
		return c, nil
	}
	o.Quantities, o.Layers = layered, true
	total, err := Of(t, o)
	if err != nil {
		return nil, err
	}
	c.Layers = total.Layers
	return c, nil
}
