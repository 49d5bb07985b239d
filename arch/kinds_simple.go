package arch

import (
	"fmt"
	"math"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// normKinds normalise and keep the shape.
func normKinds() []*Kind {
	affine := flag("affine", "learned scale and shift", 1)
	norm := func(name, doc string, parameters ...Parameter) *Kind {
		parameters = append(parameters, meanSquare("mean square of the scale at first; 0 makes a branch begin as nothing"))
		return &Kind{Name: name, Doc: doc, Parameters: parameters, Axes: anyAxes, Rescales: true, shape: unchanged, weights: scaleAndShift}
	}
	group := norm("groupnorm", "group normalisation, over groups of the width and all positions", count("groups", "number of groups"), affine)
	group.Short = "groups"
	group.demands = groupsDivideWidth
	rms := norm("rmsnorm", "root-mean-square normalisation over the width, at every position", flag("affine", "learned scale", 1))
	rms.weights = func(in, out Shape, a Args) [][]symbolic.Expr { return scaleAndShift(in, out, a)[:1] }
	batch := norm("batchnorm", "batch normalisation; running statistics are buffers", affine)
	batch.Folds = true
	return []*Kind{
		batch,
		norm("layernorm", "layer normalisation over the width, at every position", affine),
		group,
		rms,
	}
}

// scaleAndShift is what a norm learns for each channel, if it does.
func scaleAndShift(in, _ Shape, a Args) [][]symbolic.Expr {
	channels := []symbolic.Expr{a.Value("affine"), in.Width}
	return [][]symbolic.Expr{channels, channels}
}

// activationKinds work element by element, or along the width for softmax. Where the function depends on more than the kind, as
// for a power, there is none here.
func activationKinds() []*Kind {
	var kinds []*Kind
	for _, k := range []struct {
		name, doc string
		function  *Function
	}{
		{"relu", "max(x, 0)", rectifier(symbolic.Expr{})},
		{"relu6", "min(max(x, 0), 6)", monotone(relu6, relu6Slope)},
		{"leaky_relu", "x, or a fixed share of it where negative", rectifier(symbolic.Rat(1, 100))},
		{"sigmoid", "1/(1 + exp(−x))", Sigmoid()},
		{"tanh", "hyperbolic tangent", Tanh()},
		{"gelu", "Gaussian error linear unit, x·Φ(x)", gated(NormalBelow, NormalDensity)},
		{"silu", "x·sigmoid(x), also called swish", gated(sigmoid, sigmoidSlope)},
		{"hard_sigmoid", "min(max(x + 3, 0), 6)/6", monotone(hardSigmoid, hardSigmoidSlope)},
		{"hard_swish", "x·hard_sigmoid(x)", gated(hardSigmoid, hardSigmoidSlope)},
		{"softmax", "exp(x) over its sum along the width", nil},
		{"log_softmax", "logarithm of softmax", nil},
		{"elu", "x, or α·(exp(x) − 1) where negative", monotone(elu, eluSlope)},
		{"softplus", "log(1 + exp(x))", monotone(softplus, sigmoid)},
		{"mish", "x·tanh(softplus(x))", gated(mishGate, mishGateSlope)},
		{"exp", "exponential", monotone(math.Exp, math.Exp)},
		{"log", "natural logarithm", nil},
		{"sqrt", "square root", nil},
		{"power", "x to a fixed power", nil},
		{"clip", "x between two bounds", nil},
		{"erf", "error function", monotone(math.Erf, erfSlope)},
		{"elementwise", "some other function of each element", nil},
	} {
		kinds = append(kinds, &Kind{Name: k.name, Doc: k.doc, Axes: anyAxes, shape: unchanged, Function: k.function})
	}
	rate := Parameter{Name: "rate", Type: Share, Doc: "share of the elements that training drops", Default: symbolic.Rat(1, 2)}
	drops := func(name, doc string, rate Parameter) *Kind {
		return &Kind{Name: name, Doc: doc, Short: "rate", Parameters: []Parameter{rate}, Axes: anyAxes, shape: unchanged}
	}
	samples := rate
	samples.Doc = "share of the samples that training drops"
	return append(kinds, drops("dropout", "drops elements while training", rate), drops("drop_path", "drops whole samples of a branch while training", samples))
}

// poolKinds reduce the extents.
func poolKinds() []*Kind {
	kernel := Parameter{Name: "kernel", Type: CountPerAxis, Doc: "extent of the window", Required: true}
	stride := Parameter{Name: "stride", Type: CountPerAxis, Doc: "step of the window", SameAs: "kernel"}
	window := []Parameter{kernel, stride, perAxis("dilation", "distance between window elements", 1), padding(), morePadding(), flag("ceil", "keep a last window that is cut off", 0)}
	pool := func(in []Shape, a Args) (Shape, *Fault) {
		return Shape{Width: in[0].Width, Extents: windowExtents(in[0].Extents, a)}, nil
	}
	keep := flag("keep", "the extents stay, as 1 each", 0)
	size := Parameter{Name: "size", Type: CountPerAxis, Doc: "extent that comes out", Required: true}
	return []*Kind{
		{Name: "maxpool", Doc: "largest value of each window", Short: "kernel", Parameters: window, Axes: someAxes, Pools: true, shape: pool},
		{Name: "avgpool", Doc: "mean of each window", Short: "kernel", Parameters: window, Axes: someAxes, Pools: true, shape: pool},
		{Name: "adaptive_avgpool", Doc: "means of as many windows as asked for", Short: "size", Parameters: []Parameter{size}, Axes: someAxes, Pools: true,
			shape: func(in []Shape, a Args) (Shape, *Fault) {
				return Shape{Width: in[0].Width, Extents: a.Axes("size")}, nil
			}},
		{Name: "global_avgpool", Doc: "mean over all positions; the extents go", Parameters: []Parameter{keep}, Axes: someAxes, shape: globalShape},
		{Name: "global_maxpool", Doc: "largest value of all positions; the extents go", Parameters: []Parameter{keep}, Axes: someAxes, shape: globalShape},
	}
}

func globalShape(in []Shape, a Args) (Shape, *Fault) {
	out := Shape{Width: in[0].Width}
	if a.Value("keep").IsOne() {
		out.Extents = slices.Repeat([]symbolic.Expr{symbolic.Int(1)}, len(in[0].Extents))
	}
	return out, nil
}

// rearrangingKinds move, cut, copy or pad values without computing new ones, up to interpolation.
func rearrangingKinds() []*Kind {
	scale := Parameter{Name: "scale", Type: CountPerAxis, Doc: "factor of each extent", Required: true}
	mode := Parameter{Name: "mode", Type: Choice, Doc: "nearest or bilinear", Word: "nearest", Words: []string{"nearest", "bilinear"}}
	start := Parameter{Name: "start", Type: Size, Doc: "first channel, from 0"}
	margin := Parameter{Name: "margin", Type: SizePerAxis, Doc: "positions cut off each side", Required: true}
	stride := Parameter{Name: "stride", Type: CountPerAxis, Doc: "keep every stride-th position", Required: true}
	return []*Kind{
		{Name: "upsample", Doc: "repeats or interpolates positions", Short: "scale", Parameters: []Parameter{scale, mode}, Axes: someAxes, shape: scaled},
		{Name: "resize", Doc: "interpolates positions to new extents", Short: "to", Parameters: []Parameter{{Name: "to", Type: CountPerAxis, Doc: "extent that comes out", Required: true}, mode}, Axes: someAxes,
			shape: func(in []Shape, a Args) (Shape, *Fault) {
				return Shape{Width: in[0].Width, Extents: a.Axes("to")}, nil
			}},
		{Name: "flatten", Doc: "all values in one vector", Axes: anyAxes, Reshapes: true, HandsOn: true,
			shape: func(in []Shape, _ Args) (Shape, *Fault) { return Shape{Width: in[0].Elements()}, nil }},
		{Name: "slice", Doc: "some consecutive channels", Short: "count", Parameters: []Parameter{count("count", "number of channels"), start}, Axes: anyAxes, Slices: true, demands: channelsFit,
			shape: func(in []Shape, a Args) (Shape, *Fault) { return in[0].WithWidth(a.Value("count")), nil }},
		{Name: "shuffle", Doc: "interleaves the channels of groups", Short: "groups", Parameters: []Parameter{count("groups", "number of groups")}, Axes: anyAxes, demands: groupsDivideWidth, shape: unchanged},
		{Name: "subsample", Doc: "every stride-th position, without computing", Short: "stride", Parameters: []Parameter{stride}, Axes: someAxes,
			shape: func(in []Shape, a Args) (Shape, *Fault) {
				out := Shape{Width: in[0].Width}
				for k, s := range in[0].Extents {
					out.Extents = append(out.Extents, symbolic.CeilDiv(s, a.Axes("stride")[k]))
				}
				return out, nil
			}},
		{Name: "zero_pad", Doc: "channels of zeros up to a width", Short: "out", Parameters: []Parameter{count("out", "outgoing width")}, Axes: anyAxes, Pads: true, demands: widensTo, shape: outWide},
		{Name: "crop", Doc: "cuts a margin off every side", Short: "margin", Parameters: []Parameter{margin}, Axes: someAxes,
			shape: func(in []Shape, a Args) (Shape, *Fault) {
				out := Shape{Width: in[0].Width}
				for k, s := range in[0].Extents {
					out.Extents = append(out.Extents, s.Sub(symbolic.Int(2).Mul(a.Axes("margin")[k])))
				}
				return out, nil
			}},
	}
}

func scaled(in []Shape, a Args) (Shape, *Fault) {
	out := Shape{Width: in[0].Width}
	for k, s := range in[0].Extents {
		out.Extents = append(out.Extents, s.Mul(a.Axes("scale")[k]))
	}
	return out, nil
}

// channelsFit demands that a slice ends within the width.
func channelsFit(in []Shape, a Args) []Demand {
	n, start, width := a.Value("count"), a.Value("start"), in[0].Width
	return []Demand{atLeast(width, start.Add(n), func() *Fault {
		return &Fault{
			Message: fmt.Sprintf("%s channels from %s do not fit in the width %s", n.Text(), start.Text(), width.Text()),
			Hint:    "it is cut from the step before; {from: x, slice: …} cuts from x",
		}
	})}
}

// widensTo demands that padding takes no channels away.
func widensTo(in []Shape, a Args) []Demand {
	out, width := a.Value("out"), in[0].Width
	return []Demand{atLeast(out, width, func() *Fault {
		return &Fault{Message: fmt.Sprintf("cannot pad the width %s to %s", width.Text(), out.Text()), Hint: "slice takes channels away"}
	})}
}
