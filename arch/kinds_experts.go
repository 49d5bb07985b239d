package arch

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[shazeer2017] Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer, arXiv:1701.06538, section 2
//	[shazeer2020] GLU Variants Improve Transformer, arXiv:2002.05202, equation 6

// expertsKind is a mixture of experts: a router sends each position to some of several feed-forward networks of two layers and
// weighs what they output.
func expertsKind() *Kind {
	return &Kind{
		Name: "experts", Doc: "mixture of experts: each position goes through the active ones of several two-layer networks",
		Parameters: []Parameter{
			count("count", "number of experts"),
			count("active", "experts that each position goes through"),
			count("hidden", "width between the two layers of an expert"),
			{Name: "out", Type: Count, Doc: "outgoing width; the incoming one unless said", Word: AsWide, Words: []string{AsWide}},
			flag("gated", "the first layer makes values and a gate for them, as SwiGLU does", 0),
			flag("router", "learned scores of the experts, from the incoming width; without it the choice comes from elsewhere", 1),
			flag("router_bias", "a learned bias for each expert, added to its score where experts are chosen", 0),
			flag("bias", "adds learned biases to both layers of each expert", 0),
		},
		Axes: anyAxes, Depth: 2, demands: enoughExperts, shape: mixedShape, weights: expertsWeights,
		layers: func(a Args) symbolic.Expr { return symbolic.Int(2).Add(a.Value("gated")).Add(a.Value("router")) }, // each for all experts at once
	}
}

// enoughExperts: no more experts can be active than there are.
func enoughExperts(_ []Shape, a Args) []Demand {
	all, active := a.Value("count"), a.Value("active")
	return []Demand{atLeast(all, active, func() *Fault {
		return &Fault{
			Message: fmt.Sprintf("%s experts are active of %s", active.Text(), all.Text()),
			Hint:    "active is how many of the experts each position goes through",
		}
	})}
}

// expertsWeights: the first layer of each expert, for values and gate, the second layer, the router, and its biases.
func expertsWeights(in, out Shape, a Args) [][]symbolic.Expr {
	experts, hidden := a.Value("count"), a.Value("hidden")
	return [][]symbolic.Expr{
		{experts, hidden, in.Width},
		{a.Value("gated"), experts, hidden, in.Width},
		{experts, out.Width, hidden},
		{a.Value("router"), experts, in.Width},
		{a.Value("router_bias"), experts},
	}
}
