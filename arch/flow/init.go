package flow

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// gain is the gain of a weight layer.
func (f *field) gain(op *trace.Operation) symbolic.Expr {
	in, out := fans(op)
	return f.initial(op).Gain(in, out)
}

// initial is the initialisation of a weight layer: that of the options, else of the layer, else of the network, else he.
func (f *field) initial(op *trace.Operation) arch.Init {
	init := f.init
	if init.IsZero() {
		init = op.Args.Init()
	}
	if init.IsZero() {
		init, _ = f.network.InitOf(op.Kind)
	}
	if init.IsZero() {
		init = arch.Inits()[0]
	}
	return init
}

// rowSquare is the mean square of the rows of an embedding: 1 unless the layer, or the network for this kind, says otherwise.
// That of the options is for products with weights and does not apply to a table.
func (f *field) rowSquare(op *trace.Operation) Number {
	init := op.Args.Init()
	if ofKind, only := f.network.InitOf(op.Kind); init.IsZero() && only {
		init = ofKind
	}
	if init.IsZero() {
		return whole(1)
	}
	return exactly(init.Gain(symbolic.Int(1), op.Output.Shape.Width))
}

// fans are fan-in and fan-out of a weight layer, counted as frameworks do: groups divide the fan-in alone.
func fans(op *trace.Operation) (in, out symbolic.Expr) {
	kernel := symbolic.Product(op.Args.Axes("kernel")...)
	in, out = op.Inputs[0].Shape.Width.Mul(kernel), op.Output.Shape.Width.Mul(kernel)
	if op.Args.Has("groups") {
		in = in.Div(op.Args.Value("groups"))
	}
	if op.Kind.Transposed { // reads a share of its taps at each position
		in = in.Div(symbolic.Product(op.Args.Axes("stride")...))
	}
	return in, out
}

// insideShares are the shares of output positions at which a tap of the kernel meets the map and not the zeros around it: the mean
// over the taps of the share, and of its square. Both are 1 where nothing is padded; false where an extent is a symbol.
func insideShares(op *trace.Operation) (mean, square Number, ok bool) {
	mean, square = whole(1), whole(1)
	if op.Kind.Transposed {
		return mean, square, true
	}
	for k, kernel := range op.Args.Axes("kernel") {
		taps, known := kernel.Int64()
		if known && taps == 1 {
			continue
		}
		s, ok1 := op.Inputs[0].Shape.Extents[k].Int64()
		out, ok2 := op.Output.Shape.Extents[k].Int64()
		stride, ok3 := op.Args.Axes("stride")[k].Int64()
		dilation, ok4 := op.Args.Axes("dilation")[k].Int64()
		if !known || !ok1 || !ok2 || !ok3 || !ok4 || taps > 1<<20 {
			return mean, square, op.Args.Word("padding") == arch.ValidPadding
		}
		before := int64(0)
		switch op.Args.Word("padding") {
		case arch.SamePadding:
			before = max(0, (out-1)*stride+dilation*(taps-1)+1-s) / 2
		case "":
			before, _ = op.Args.Axes("padding")[k].Int64()
		}
		var sum, squares symbolic.Expr
		for t := range taps {
			n := symbolic.Int(meets(out, stride, t*dilation-before, s)).Div(symbolic.Int(out))
			sum, squares = sum.Add(n), squares.Add(n.Mul(n))
		}
		mean = mean.mul(exactly(sum.Div(kernel)))
		square = square.mul(exactly(squares.Div(kernel)))
	}
	return mean, square, true
}

// meets counts the output positions o < out at which o·stride + shift lies in 0 … size − 1.
func meets(out, stride, shift, size int64) int64 {
	first := int64(0)
	if shift < 0 {
		first = (-shift + stride - 1) / stride
	}
	if size-1-shift < 0 {
		return 0
	}
	last := min(out-1, (size-1-shift)/stride)
	return max(0, last-first+1)
}
