package arch

import "github.com/skipcost/skipcost/arch/symbolic"

// References:
//
//	[pagliardini2024] DenseFormer, arXiv:2402.02622, section 3
//	[heddes2025]      DeepCrossAttention, arXiv:2502.06785, section 3: GRN-v1 to v3
//	[xiao2025]        MUDDFormer, arXiv:2502.12170, equations 5 to 10

// Ways is the parameter of merges that take several sums of the same paths, each with numbers of its own.
const Ways = "ways"

// sumKinds take weighted sums of paths, whose weights are learned or computed from the paths by learned layers: one sum for
// each of the ways, side by side.
func sumKinds() []*Kind {
	ways := Parameter{Name: Ways, Type: Count, Doc: "sums that come out side by side, each with numbers of its own", Default: symbolic.Int(1)}
	sum := func(op MergeOp, doc string, learned func(width, paths symbolic.Expr, a Args) [][]symbolic.Expr) *Kind {
		return &Kind{
			Name: string(op), Links: true, Alone: true, Parameters: []Parameter{ways, meanSquare("mean square of the numbers at first")}, Doc: doc, byPaths: learned,
			shape: func(in []Shape, a Args) (Shape, *Fault) { return in[0].WithWidth(in[0].Width.Mul(a.Value(Ways))), nil },
		}
	}
	return []*Kind{
		sum(Weighted, "sum of the paths, each times a learned number", func(_, paths symbolic.Expr, a Args) [][]symbolic.Expr {
			return [][]symbolic.Expr{{paths, a.Value(Ways)}}
		}),
		sum(ChannelSum, "sum of the paths, each channel of each times a learned number", channelNumbers),
		sum(GatedSum, "the same, with the rectified product of each path and a learned vector added to its numbers", func(width, paths symbolic.Expr, a Args) [][]symbolic.Expr {
			return append(channelNumbers(width, paths, a), []symbolic.Expr{a.Value(Ways), width})
		}),
		sum(DynamicSum, "sum of the paths, each times a number that two learned layers make of the first path, normalised, at every position", dynamicNumbers),
	}
}

// channelNumbers are the weights of [heddes2025]: one for each channel of each path in each sum.
func channelNumbers(width, paths symbolic.Expr, a Args) [][]symbolic.Expr {
	return [][]symbolic.Expr{{a.Value(Ways), width, paths}}
}

// dynamicNumbers are the layers that compute the weights in [xiao2025]: two matrices and a shift, with as many hidden units as
// there are weights.
func dynamicNumbers(width, paths symbolic.Expr, a Args) [][]symbolic.Expr {
	numbers := paths.Mul(a.Value(Ways))
	return [][]symbolic.Expr{{numbers, width}, {numbers, numbers}, {numbers}}
}
