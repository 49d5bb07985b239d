package flow

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// law is how signal and gradient pass the layers of one [Rule]: forward gives the moments of the output from those of each
// operand, backward the gradient of each operand from that of the output; an operand that gets nil has none.
type law interface {
	forward(f *field, op *trace.Operation, in []moments) (moments, error)
	backward(f *field, op *trace.Operation, g gradient) ([]gradient, error)
}

// one is the gradient of an operation with one operand, spread evenly over its channels.
func one(op *trace.Operation, at affine) []gradient {
	return []gradient{{{width: op.Inputs[0].Shape.Width, at: at}}}
}

// eachBack applies a rule to the gradient on each part of the input.
func (f *field) eachBack(op *trace.Operation, g gradient, rule func(part, slope) slope) ([]gradient, error) {
	in := f.signal[op.Inputs[0]].apart()
	cut := g
	if len(g) == 1 && len(in) == 1 {
		cut = gradient{g[0]}
	} else {
		widths := make([]symbolic.Expr, len(in))
		for k, p := range in {
			widths[k] = p.width
		}
		var ok bool
		if cut, ok = g.on(widths); !ok {
			return nil, errOpen
		}
	}
	for k := range cut {
		cut[k] = rule(in[k], cut[k])
	}
	return []gradient{cut.joined()}, nil
}
