package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// productKinds are the layers whose work is multiply-accumulates.
func productKinds() []*Kind {
	out := count("out", "outgoing width")
	bias := flag("bias", "adds a learned bias; off unless asked, other tools differ", 0)
	groups := Parameter{Name: "groups", Type: Count, Doc: "splits input and output widths into independent groups", Default: symbolic.Int(1)}
	kernel := Parameter{Name: "kernel", Type: CountPerAxis, Doc: "extent of the kernel", Required: true}
	window := []Parameter{out, kernel, perAxis("stride", "step of the kernel", 1), perAxis("dilation", "distance between kernel elements", 1), padding(), groups, bias}
	cut := padding()
	cut.Doc = "same: S·stride positions come out; valid: (S − 1)·stride + K for a kernel of K; or how many of these are cut off each side"
	slid := append(window[:5:5], append([]Parameter{morePadding()}, window[5:]...)...)
	outputPadding := Parameter{Name: "output_padding", Type: SizePerAxis, Doc: "positions added at the end"}
	spread := append(append(window[:4:4], cut), append(window[5:len(window):len(window)], outputPadding)...)

	kinds := []*Kind{{
		Name: "linear", Doc: "matrix product over the width, at every position", Short: "out",
		Parameters: []Parameter{out, bias}, Axes: anyAxes, Depth: 1, TakesFolds: true,
		shape:   outWide,
		weights: func(in, _ Shape, a Args) [][]symbolic.Expr { return [][]symbolic.Expr{{a.Value("out"), in.Width}} },
	}}
	for _, f := range []struct {
		name, doc string
		window    []Parameter
		shape     func([]Shape, Args) (Shape, *Fault)
		weights   func(in, out Shape, a Args) [][]symbolic.Expr
		transpose bool
	}{
		{"conv", "convolution", slid, convShape, convWeights, false},
		{"conv_transpose", "transposed convolution", spread, convTransposeShape, convTransposeWeights, true},
	} {
		over := func(name, doc string, axes AxisRange) *Kind {
			return &Kind{
				Name: name, Doc: f.doc + doc, Parameters: f.window, Axes: axes, Depth: 1, TakesFolds: true, Transposed: f.transpose,
				demands: groupsDivide, shape: f.shape, weights: f.weights,
			}
		}
		general := over(f.name, " over 1 to 3 axes, as many as its input has", someAxes)
		for axes := 1; axes <= MaxExtents; axes++ {
			general.byAxes = append(general.byAxes, over(fmt.Sprintf("%s%dd", f.name, axes), fmt.Sprintf(" over %d axes", axes), AxisRange{axes, axes}))
		}
		kinds = append(append(kinds, general), general.byAxes...)
	}
	kinds = append(kinds, mixerKinds()...)
	return append(kinds,
		attentionKind(bias),
		&Kind{
			Name: "embedding", Doc: "table look-up: a token number (width 1) becomes a vector",
			Parameters: []Parameter{count("vocab", "number of rows"), out}, Axes: anyAxes,
			Depth: 1, Chooses: 1, demands: tokenNumbers, shape: outWide,
			weights: func(_, _ Shape, a Args) [][]symbolic.Expr {
				return [][]symbolic.Expr{{a.Value("vocab"), a.Value("out")}}
			},
		},
		expertsKind(),
	)
}

// outWide sets the width and keeps every position.
func outWide(in []Shape, a Args) (Shape, *Fault) { return in[0].WithWidth(a.Value("out")), nil }

// convShape takes the extents from windowExtents and the width from the parameter out.
func convShape(in []Shape, a Args) (Shape, *Fault) {
	return Shape{Width: a.Value("out"), Extents: windowExtents(in[0].Extents, a)}, nil
}

// convWeights: a kernel over the channels of one group, for each outgoing channel.
func convWeights(in, _ Shape, a Args) [][]symbolic.Expr {
	return [][]symbolic.Expr{append([]symbolic.Expr{a.Value("out"), in.Width.Div(a.Value("groups"))}, a.Axes("kernel")...)}
}

// convTransposeWeights: the same, transposed.
func convTransposeWeights(in, _ Shape, a Args) [][]symbolic.Expr {
	return [][]symbolic.Expr{append([]symbolic.Expr{in.Width, a.Value("out").Div(a.Value("groups"))}, a.Axes("kernel")...)}
}

// convTransposeShape: (S − 1)·stride + dilation·(K − 1) + 1 + output_padding without padding; padding p takes 2p away; same
// gives S·stride.
func convTransposeShape(in []Shape, a Args) (Shape, *Fault) {
	one := symbolic.Int(1)
	extents := make([]symbolic.Expr, len(in[0].Extents))
	for k, s := range in[0].Extents {
		stride, reach := a.Axes("stride")[k], reach(a, k)
		if a.Word("padding") == SamePadding {
			extents[k] = s.Mul(stride).Add(a.Axes("output_padding")[k])
			continue
		}
		full := s.Sub(one).Mul(stride).Add(reach).Add(a.Axes("output_padding")[k])
		extents[k] = full.Sub(symbolic.Int(2).Mul(pads(a, k)))
	}
	return Shape{Width: a.Value("out"), Extents: extents}, nil
}

// groupsDivide demands that groups divide the widths on both sides of a convolution.
func groupsDivide(in []Shape, a Args) []Demand {
	groups := a.Value("groups")
	if groups.IsOne() {
		return nil
	}
	return append(groupsDivideWidth(in, a), divides(groups, "groups", a.Value("out"), "the outgoing width %s"))
}

func groupsDivideWidth(in []Shape, a Args) []Demand {
	return []Demand{divides(a.Value("groups"), "groups", in[0].Width, "the incoming width %s")}
}

// tokenNumbers demands the width of numbers that choose rows of a table.
func tokenNumbers(in []Shape, _ Args) []Demand {
	return []Demand{equals(in[0].Width, symbolic.Int(1), func() *Fault {
		return &Fault{
			Message: fmt.Sprintf("needs token numbers, width 1, but gets %s", in[0].Text()),
			Hint:    "declare the input as [1, T] for a sequence of T tokens",
		}
	})}
}
