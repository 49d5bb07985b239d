package arch

import (
	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[deepseek2024] DeepSeek-V2, arXiv:2405.04434, section 2.1
//	[dao2024]      Transformers are SSMs, arXiv:2405.21060, section 7

// mixerKinds mix positions by other means than attention over keys and values of the incoming width.
func mixerKinds() []*Kind {
	optional := func(name, doc, word string) Parameter {
		return Parameter{Name: name, Type: Count, Doc: doc, Word: word, Words: []string{word}}
	}
	return []*Kind{
		{
			Name: "latent_attention", Doc: "multi-head self-attention whose keys and values are made from a narrow latent, which is what is cached", Short: "heads",
			Parameters: []Parameter{
				count("heads", "number of heads"),
				count("rank", "width of the latent that keys and values are made from"),
				{Name: "query_rank", Type: Size, Doc: "width of the latent that queries are made from; 0 makes them from the input"},
				count("head_width", "width of a head's queries and keys without position"),
				{Name: "rope", Type: Size, Doc: "width of a head's queries and of the one shared key that carry the position"},
				{Name: "value", Type: Count, Doc: "width of a head's values", SameAs: "head_width"},
				optional("out", "outgoing width; the incoming one unless said", AsWide),
				attentionWindow(), attentionPast(),
			},
			Axes: someAxes, Depth: 3, shape: mixedShape, weights: latentWeights,
			ways:   func(Args) symbolic.Expr { return symbolic.Int(3) },
			layers: func(a Args) symbolic.Expr { return symbolic.Int(5).Sub(Direct(a)) }, // two for queries through a latent, two for keys and values
		},
		compressedAttention(),
		{
			Name: "mamba2", Doc: "state-space mixer: projection, causal convolution, a state for each head that positions update and read, gated norm, projection", Short: "state",
			Parameters: []Parameter{
				count("state", "numbers of the state for each channel"),
				count("heads", "number of heads, each with its decay"),
				count("inner", "width of all heads together"),
				{Name: "groups", Type: Count, Doc: "groups of heads that share what the state takes in and gives out", Default: symbolic.Int(1)},
				{Name: "kernel", Type: Count, Doc: "extent of the causal convolution", Default: symbolic.Int(4)},
				optional("out", "outgoing width; the incoming one unless said", AsWide),
			},
			Axes: AxisRange{1, 1}, Depth: 3, demands: mambaDemands, shape: mixedShape, weights: mambaWeights,
		},
	}
}

// mixedShape keeps every position and sets the width.
func mixedShape(in []Shape, a Args) (Shape, *Fault) {
	return in[0].WithWidth(a.WidthOr("out", in[0].Width)), nil
}

// latentWeights are those of [deepseek2024], equations 1 to 11: down to the latents, their norms, up to the heads, and out.
func latentWeights(in, out Shape, a Args) [][]symbolic.Expr {
	heads, rank := a.Value("heads"), a.Value("rank")
	query, up := heads.Mul(a.Value("head_width").Add(a.Value("rope"))), heads.Mul(a.Value("head_width").Add(a.Value("value")))
	latent := a.Value("query_rank")
	return [][]symbolic.Expr{
		{Direct(a), query, in.Width}, {latent, in.Width}, {latent}, {query, latent},
		{rank.Add(a.Value("rope")), in.Width}, {rank}, {up, rank}, {out.Width, heads.Mul(a.Value("value"))},
	}
}

// Direct is 1 where latent attention makes its queries of the input, 0 where it makes them of a latent.
func Direct(a Args) symbolic.Expr {
	return symbolic.Max(symbolic.Int(0), symbolic.Int(1).Sub(a.Value("query_rank")))
}

// mambaDemands: heads divide the inner width, and groups the heads.
func mambaDemands(_ []Shape, a Args) []Demand {
	heads := a.Value("heads")
	return []Demand{divides(heads, "heads", a.Value("inner"), "the width %s"), divides(a.Value("groups"), "groups", heads, "%s heads")}
}

// mambaWeights are those of [dao2024], figure 6: the projection to the gate z, the values x, B, C and the step Δ; the
// convolution of x, B and C with its bias; A, D and the bias of Δ for each head; the norm; the output projection.
func mambaWeights(in, out Shape, a Args) [][]symbolic.Expr {
	inner, heads := a.Value("inner"), a.Value("heads")
	convolved := inner.Add(symbolic.Int(2).Mul(a.Value("groups")).Mul(a.Value("state")))
	return [][]symbolic.Expr{
		{inner.Add(convolved).Add(heads), in.Width},
		{convolved, a.Value("kernel")}, {convolved},
		{symbolic.Int(3), heads},
		{inner},
		{out.Width, inner},
	}
}
