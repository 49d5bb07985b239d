package convention

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Measure is a number that each call has, such as its output elements; the formulas of charges are sums of multiples of
// measures.
type Measure struct {
	Name string // in formulas
	Doc  string
	of   func(*call) symbolic.Expr
}

// Measures lists them all.
func Measures() []Measure { return slices.Concat(costMeasures(), tensorMeasures(), windowMeasures()) }

// costMeasures are the measures from the rules of layers, and those of learned weights.
func costMeasures() []Measure {
	return []Measure{
		{"macs", "multiply-accumulates", func(c *call) symbolic.Expr { return c.price(cost.MACs) }},
		{"products", "those of them that multiply two activations", func(c *call) symbolic.Expr { c.price(cost.MACs); return c.products }},
		{"activations", "elements that products put out", func(c *call) symbolic.Expr { return c.price(cost.Activations) }},
		{"params", "learned elements", func(c *call) symbolic.Expr { return c.price(cost.Params) }},
		{"buffers", "running statistics", func(c *call) symbolic.Expr { return c.price(cost.Buffers) }},
		{"sampled", "learned elements, for each sample", func(c *call) symbolic.Expr { return c.price(cost.Params).Mul(c.samples()) }},
		{"placed", "learned elements, for each sample and position that comes out", func(c *call) symbolic.Expr {
			return c.price(cost.Params).Mul(c.rows())
		}},
	}
}

// tensorMeasures are the elements and channels of inputs and outputs.
func tensorMeasures() []Measure {
	return []Measure{
		{"calls", "1", func(*call) symbolic.Expr { return symbolic.Int(1) }},
		{"in", "elements that come in first", func(c *call) symbolic.Expr { return c.batch.Mul(c.first().AllElements()) }},
		{"out", "elements that come out", func(c *call) symbolic.Expr { return c.out() }},
		{"more", "elements that come out, for each input after the first", func(c *call) symbolic.Expr {
			return c.out().Mul(c.op.Operands().Sub(symbolic.Int(1)))
		}},
		{"biased", "elements that come out, where there is a bias", func(c *call) symbolic.Expr { return c.op.Args.Value("bias").Mul(c.out()) }},
		{"affine", "elements that come in, where scale and shift are learned", func(c *call) symbolic.Expr {
			return c.op.Args.Value("affine").Mul(c.batch).Mul(c.first().AllElements())
		}},
		{"channels", "channels that come out", func(c *call) symbolic.Expr { return c.op.Output.Shape.Width }},
		{"rows", "samples times positions that come out", func(c *call) symbolic.Expr { return c.rows() }},
		{"bias", "biases", func(c *call) symbolic.Expr { return c.op.Args.Value("bias").Mul(c.op.Output.Shape.Width) }},
		{"lined", "elements that come out, where there is a bias and at most one extent", func(c *call) symbolic.Expr {
			if len(c.first().Extents) > 1 {
				return symbolic.Expr{}
			}
			return c.op.Args.Value("bias").Mul(c.out())
		}},
		{"flat", "macs of a vector; of all else the first extent, squared", func(c *call) symbolic.Expr {
			if extents := c.first().Extents; len(extents) > 0 {
				return c.samples().Mul(extents[0]).Mul(extents[0])
			}
			return c.price(cost.MACs)
		}},
		{"scores", "scores of attention", func(c *call) symbolic.Expr {
			return c.op.Args.Value("heads").Mul(c.rows()).Mul(c.op.Output.Shape.Positions())
		}},
		{"lines", "rows of the scores of attention", func(c *call) symbolic.Expr { return c.op.Args.Value("heads").Mul(c.rows()) }},
	}
}

// windowMeasures are the measures of kernels, windows and grids.
func windowMeasures() []Measure {
	return []Measure{
		{"filters", "pairs of an incoming and an outgoing channel of a group, where there is no bias", func(c *call) symbolic.Expr {
			return c.unbiased().Mul(c.pairs())
		}},
		{"spread", "macs of a transposed convolution, were each element that comes out a whole window", func(c *call) symbolic.Expr {
			return c.pairs().Mul(c.kernel()).Mul(c.rows())
		}},
		{"mirrored", "the same, were the channels that come in those that come out", func(c *call) symbolic.Expr {
			return c.op.Output.Shape.Width.Div(c.groups()).Mul(c.kernel()).Mul(c.out())
		}},
		{"entered", "channels that come out, for each sample and position that comes in, where there is no bias", func(c *call) symbolic.Expr {
			return c.unbiased().Mul(c.samples()).Mul(c.first().Positions()).Mul(c.op.Output.Shape.Width)
		}},
		{"long", "1 where there are several positions", func(c *call) symbolic.Expr { return symbolic.Int(int64(min(1, len(c.first().Extents)))) }},
		{"window", "elements in the windows of a pool, padding included", func(c *call) symbolic.Expr { return c.out().Mul(c.kernel()) }},
		{"side", "elements in one row of the windows", func(c *call) symbolic.Expr { return c.out().Mul(c.op.Args.Value("kernel")) }},
		{"ratio", "elements that come out, times the extents that came in over theirs, rounded down", func(c *call) symbolic.Expr {
			return c.ratio(func(in, out symbolic.Expr) symbolic.Expr { return in.Div(out) })
		}},
		{"floors", "the same, each quotient of extents rounded down first", func(c *call) symbolic.Expr {
			return c.ratio(func(in, out symbolic.Expr) symbolic.Expr { return in.Div(out).Floor() })
		}},
		{"guessed", "the same, for a quotient that is not whole its remainder and 1", func(c *call) symbolic.Expr { return c.ratio(guessed) }},
		{"covered", "elements in windows that may overlap", func(c *call) symbolic.Expr { return c.covered() }},
		{"nearest", "elements that come out by repeating values", func(c *call) symbolic.Expr { return c.interpolated(false) }},
		{"bilinear", "elements that come out by interpolation", func(c *call) symbolic.Expr { return c.interpolated(true) }},
	}
}

// call is one operation as a tool sees it.
type call struct {
	op       *trace.Operation
	batch    symbolic.Expr
	ledger   *cost.Ledger
	priced   bool
	costs    cost.Costs
	products symbolic.Expr
}

// price is what the operation costs by its rule; the first time it is asked for all costs are computed.
func (c *call) price(q cost.Quantity) symbolic.Expr {
	if !c.priced {
		c.priced = true
		var err error
		if c.costs, c.products, err = c.ledger.Price(c.op); err != nil {
			return symbolic.Failed(err)
		}
	}
	return c.costs.Of(q)
}

func (c *call) first() arch.Shape {
	if len(c.op.Inputs) == 0 {
		return c.op.Output.Shape
	}
	return c.op.Inputs[0].Shape
}

func (c *call) out() symbolic.Expr { return c.batch.Mul(c.op.Output.Shape.AllElements()) }

func (c *call) samples() symbolic.Expr { return c.batch.Mul(c.op.Output.Shape.Batch()) }

func (c *call) rows() symbolic.Expr { return c.samples().Mul(c.op.Output.Shape.Positions()) }

// pairs are the incoming channels of a group for each outgoing channel.
func (c *call) pairs() symbolic.Expr {
	return c.first().Width.Mul(c.op.Output.Shape.Width).Div(c.groups())
}

// unbiased is 1 without a bias, and 0 with one.
func (c *call) unbiased() symbolic.Expr { return symbolic.Int(1).Sub(c.op.Args.Value("bias")) }

func (c *call) groups() symbolic.Expr {
	if !c.op.Args.Has("groups") {
		return symbolic.Int(1)
	}
	return c.op.Args.Value("groups")
}

// kernel is the number of elements of a window, which for a pool over all positions is the whole map.
func (c *call) kernel() symbolic.Expr {
	if c.op.Args.Has("kernel") {
		return symbolic.Product(c.op.Args.Axes("kernel")...)
	}
	return symbolic.Product(c.first().Extents...)
}

// ratio is the number of output elements times the quotients of input and output extents; an output extent is 1 where a pool
// over all positions leaves none.
func (c *call) ratio(quotient func(in, out symbolic.Expr) symbolic.Expr) symbolic.Expr {
	product := c.out()
	for k, in := range c.first().Extents {
		out := symbolic.Int(1)
		if k < len(c.op.Output.Shape.Extents) {
			out = c.op.Output.Shape.Extents[k]
		}
		product = product.Mul(quotient(in, out))
	}
	return product
}

// guessed is the quotient of two extents, or where it is not whole the remainder and 1.
func guessed(in, out symbolic.Expr) symbolic.Expr {
	q := in.Div(out)
	if q.IsWhole() {
		return q
	}
	return in.Sub(out.Mul(q.Floor())).Add(symbolic.Int(1))
}

// covered is the positions of all windows of an adaptive pool together, of each channel and sample.
func (c *call) covered() symbolic.Expr {
	in, out := c.first().Extents, c.op.Output.Shape.Extents
	positions := symbolic.Product(in...)
	if len(out) == len(in) {
		positions = cost.WindowPositions(in, out)
	}
	return c.samples().Mul(c.op.Output.Shape.Width).Mul(positions)
}

// interpolated is the number of output elements if they are interpolated, or if they are not.
func (c *call) interpolated(yes bool) symbolic.Expr {
	if (c.op.Args.Word("mode") == "bilinear") != yes {
		return symbolic.Expr{}
	}
	return c.out()
}
