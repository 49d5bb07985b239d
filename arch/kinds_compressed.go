package arch

import (
	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[deepseek2026] DeepSeek-V4, section 2.3, as transformers models/deepseek_v4 @02356fe

// compressedAttention is attention over a window of near positions and over entries, each a learned summary of several
// positions further away.
func compressedAttention() *Kind {
	return &Kind{
		Name: "compressed_attention", Short: "heads",
		Doc: "self-attention whose heads share one key that is the value too, over the positions of a window and over entries that each sum up some positions; an index may pick the entries",
		Parameters: []Parameter{
			count("heads", "number of heads"),
			count("head_width", "width of a head, and of the key and value that they share"),
			count("query_rank", "width of the latent that queries are made from"),
			{Name: "out_groups", Type: Count, Doc: "groups of heads that are narrowed each by itself on the way out", Default: symbolic.Int(1)},
			count("out_rank", "width to which each of these groups is narrowed"),
			attentionWindow(),
			{Name: "ratio", Type: Size, Doc: "positions that one entry stands for; 0 for no entries"},
			{Name: "index_heads", Type: Size, Doc: "heads of the index that picks entries, whose positions overlap by half then; 0 where all are read"},
			{Name: "index_width", Type: Count, Doc: "width of a head of the index", Default: symbolic.Int(128)},
			{Name: "top", Type: Count, Doc: "entries that the index picks for each position", Default: symbolic.Int(512)},
			{Name: "out", Type: Count, Doc: "outgoing width; the incoming one unless said", Word: AsWide, Words: []string{AsWide}},
			attentionPast(),
		},
		Axes: someAxes, Depth: 4, demands: outGroupsDivide, shape: compressedShape, weights: compressedWeights,
		ways: func(a Args) symbolic.Expr { // as query, key and value; with entries, also through their contents and their weights, as key and as value
			return symbolic.Int(3).Add(symbolic.Int(4).Mul(symbolic.Min(a.Value("ratio"), symbolic.Int(1))))
		},
		layers: compressedLayers,
	}
}

func outGroupsDivide(_ []Shape, a Args) []Demand {
	return []Demand{divides(a.Value("out_groups"), "out_groups", a.Value("heads"), "%s heads")}
}

// compressedShape keeps every position; an index needs entries to choose from.
func compressedShape(in []Shape, a Args) (Shape, *Fault) {
	if n, known := a.Value("index_heads").Sign(); known && n > 0 && a.Value("ratio").IsZero() {
		return Shape{}, &Fault{Message: "an index without entries to pick from", Hint: "say how many positions an entry stands for, as in ratio: 4"}
	}
	return mixedShape(in, a)
}

// Entries is the number of compressed entries that a layer holds, how many of them are made from the positions of the input,
// and how many each of these positions reads.
func Entries(positions symbolic.Expr, a Args) (held, made, read symbolic.Expr) {
	one, ratio, before := symbolic.Int(1), a.Value("ratio"), a.Value("past")
	of := func(all symbolic.Expr) symbolic.Expr {
		return symbolic.FloorDiv(all, symbolic.Max(ratio, one)).Mul(symbolic.Min(ratio, one))
	}
	held = of(positions.Add(before))
	picks := symbolic.Min(a.Value("index_heads"), one)
	read = picks.Mul(symbolic.Min(a.Value("top"), held)).Add(one.Sub(picks).Mul(held))
	return held, held.Sub(of(before)), read
}

// compressedLayers: two for the queries, one for key and value, two for the output; two for entries, their contents and their
// weights; and for an index these again, its queries, and the weights of its heads.
func compressedLayers(a Args) symbolic.Expr {
	one, two := symbolic.Int(1), symbolic.Int(2)
	sums, picks := symbolic.Min(a.Value("ratio"), one), symbolic.Min(a.Value("index_heads"), one)
	return symbolic.Int(5).Add(two.Mul(sums)).Add(symbolic.Int(4).Mul(picks))
}

// compressedWeights are those of [deepseek2026]: queries through a latent and its norm; key and value in one, and their norm; a
// sink for the softmax of each head; the output projection by groups of heads. Entries add the projections to their contents
// and weights (equations 20 and 21, twice as wide where entries overlap), a bias for each place and channel, and a norm. An
// index that chooses among entries adds the same in its own width, its queries, and weights of its heads (equations 13 to 16).
func compressedWeights(in, out Shape, a Args) [][]symbolic.Expr {
	one, two := symbolic.Int(1), symbolic.Int(2)
	width, rank, ratio := a.Value("head_width"), a.Value("query_rank"), a.Value("ratio")
	all, groups := a.Value("heads").Mul(width), a.Value("out_groups")
	narrow := groups.Mul(a.Value("out_rank"))
	sums, picks := symbolic.Min(ratio, one), symbolic.Min(a.Value("index_heads"), one)
	wide, index := width.Mul(one.Add(picks)), a.Value("index_width")
	return [][]symbolic.Expr{
		{rank, in.Width}, {rank}, {all, rank}, {width, in.Width}, {width}, {a.Value("heads")},
		{narrow, all.Div(groups)}, {out.Width, narrow},
		{sums, wide, in.Width}, {sums, wide, in.Width}, {ratio, wide}, {sums, width},
		{picks, two.Mul(index), in.Width}, {picks, two.Mul(index), in.Width}, {picks.Mul(ratio), two.Mul(index)}, {picks, index},
		{a.Value("index_heads").Mul(index), rank}, {a.Value("index_heads"), in.Width},
	}
}
