package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[zhu2024] Hyper-Connections, arXiv:2409.19606, equations 1, 2, 21 and 22, and Algorithm 2
//	[xie2025] mHC: Manifold-Constrained Hyper-Connections, arXiv:2512.24880, equations 8 and 9

// The names of the kinds that work on streams, which are parts of equal width side by side in one tensor.
const (
	Spread  = "spread"
	Mix     = "mix"
	Collect = "collect"
)

// The parameters of a mix: how many streams come in, which a collect has too, and how many come out.
const (
	StreamsIn  = "streams"
	StreamsOut = "into"
)

// streamKinds begin streams, mix them, and end them, [zhu2024].
func streamKinds() []*Kind {
	in := count(StreamsIn, "streams that come in")
	return []*Kind{
		{
			Name: Spread, Doc: "parallel streams, each a copy of what comes in, side by side in the width", Short: StreamsOut,
			Parameters: []Parameter{count(StreamsOut, "streams that come out")}, Axes: anyAxes,
			shape: func(in []Shape, a Args) (Shape, *Fault) {
				return in[0].WithWidth(in[0].Width.Mul(a.Value(StreamsOut))), nil
			},
		},
		{
			Name: Mix, Doc: "learned sums of parallel streams", Short: StreamsIn, Axes: anyAxes,
			Parameters: []Parameter{in, {Name: StreamsOut, Type: Count, Doc: "streams that come out", SameAs: StreamsIn}},
			demands:    equalStreams,
			shape:      func(in []Shape, a Args) (Shape, *Fault) { return streamsShape(in[0], a, a.Value(StreamsOut)) },
			weights: func(_, _ Shape, a Args) [][]symbolic.Expr {
				return [][]symbolic.Expr{{a.Value(StreamsIn), a.Value(StreamsOut)}}
			},
		},
		{
			Name: "sinkhorn", Doc: "exp(x), then rows and columns of each matrix divided by their sums in turn", Short: "iterations", Axes: AxisRange{1, 1},
			Parameters: []Parameter{{Name: "iterations", Type: Count, Doc: "how often both are divided", Default: symbolic.Int(20)}}, shape: unchanged,
		},
		{
			Name: Collect, Doc: "the sum of parallel streams", Short: StreamsIn, Parameters: []Parameter{in}, Axes: anyAxes,
			demands: equalStreams,
			shape:   func(in []Shape, a Args) (Shape, *Fault) { return streamsShape(in[0], a, symbolic.Int(1)) },
		},
	}
}

// equalStreams demands that streams divide the width.
func equalStreams(in []Shape, a Args) []Demand {
	demand := divides(a.Value(StreamsIn), "streams", in[0].Width, "the width %s")
	demand.refusal = func() *Fault {
		return &Fault{Message: fmt.Sprintf("the width %s is not one of %s equal streams", in[0].Width.Text(), a.Value(StreamsIn).Text())}
	}
	return []Demand{demand}
}

// streamsShape has the given number of streams, each as wide as those of the input.
func streamsShape(in Shape, a Args, out symbolic.Expr) (Shape, *Fault) {
	return in.WithWidth(in.Width.Div(a.Value(StreamsIn)).Mul(out)), nil
}
