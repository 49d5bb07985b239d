package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// overlapping is the variable of positions in windows that may overlap.
const overlapping = "W"

// Variables lists the names that the formulas of rules use, with their meaning.
func Variables() []Variable {
	return slices.Concat(shapeVariables(), attentionVariables(), otherVariables())
}

// shapeVariables are the variables of tensors, kernels and channels.
func shapeVariables() []Variable {
	return []Variable{
		{"B", "batch", "", func(s layerSizes) symbolic.Expr { return s.batch.Mul(s.out.Batch()) }},
		{"C", "incoming width (channels, units)", "", func(s layerSizes) symbolic.Expr { return s.in.Width }},
		{"N", "outgoing width", "", func(s layerSizes) symbolic.Expr { return s.out.Width }},
		{"P", "positions that come out: product of the outgoing extents, 1 for a vector", "", func(s layerSizes) symbolic.Expr { return s.out.Positions() }},
		{"Q", "positions that come in", "", func(s layerSizes) symbolic.Expr { return s.in.Positions() }},
		{"K", "elements of the kernel or pooling window: product of its extents", "kernel", func(s layerSizes) symbolic.Expr { return symbolic.Product(s.op.Args.Axes("kernel")...) }},
		{"E", "elements that come in, of all samples", "", func(s layerSizes) symbolic.Expr { return s.batch.Mul(s.in.AllElements()) }},
		{"choices", "values of the first path, which chooses among the others; what is stretched is there once", "", func(s layerSizes) symbolic.Expr { return s.batch.Mul(s.unstretched().AllElements()) }},
		{overlapping, "positions in all windows together, over P windows that may overlap", "size", func(s layerSizes) symbolic.Expr { return WindowPositions(s.in.Extents, s.op.Args.Axes("size")) }},
		argument("groups", "groups of channels"),
		argument("bias", "1 with a bias, 0 without; recurrent layers may have 2"),
		argument("affine", "1 with learned scale and shift, 0 without"),
	}
}

// attentionVariables are the variables of heads, latents and compressed entries.
func attentionVariables() []Variable {
	return []Variable{
		argument("heads", "attention heads"),
		argument("inner", "width of all attention heads together"),
		argument("kv_heads", "key and value heads"),
		{"keys", "positions that each query is held against: all, or those of its window", "window", func(s layerSizes) symbolic.Expr { keys, _ := s.attended(); return keys }},
		{"cached", "positions before those that come in whose keys and values are read", "window", func(s layerSizes) symbolic.Expr {
			_, before := s.attended()
			return before
		}},
		argument("rank", "width of the latent of keys and values"),
		argument("query_rank", "width of the latent of queries; 0 without one"),
		{"direct", "1 where queries are made from what comes in, 0 where from a latent", "query_rank", func(s layerSizes) symbolic.Expr { return arch.Direct(s.op.Args) }},
		argument("head_width", "width of a head's queries and keys without position"),
		argument("rope", "width of a head's queries, and of the shared key, with position"),
		argument("value", "width of a head's values"),
		{"absorbed", "1 where positions came before, so that products run in the latent, 0 otherwise", "rank", func(s layerSizes) symbolic.Expr { return symbolic.Min(s.op.Args.Value("past"), symbolic.Int(1)) }},
		argument("out_groups", "groups of heads that are narrowed on the way out"),
		argument("out_rank", "width of such a group"),
		argument("ratio", "positions that one entry stands for; 0 without entries"),
		argument("index_heads", "heads of the index that picks entries; 0 without one"),
		argument("index_width", "width of a head of the index"),
		{"sums", "1 where entries sum positions up, 0 otherwise", "ratio", func(s layerSizes) symbolic.Expr { return symbolic.Min(s.op.Args.Value("ratio"), symbolic.Int(1)) }},
		{"picks", "1 where an index picks entries, 0 otherwise", "index_heads", func(s layerSizes) symbolic.Expr { return symbolic.Min(s.op.Args.Value("index_heads"), symbolic.Int(1)) }},
		{"entries", "entries that are held", "ratio", func(s layerSizes) symbolic.Expr {
			held, _, _ := arch.Entries(s.out.Positions(), s.op.Args)
			return held
		}},
		{"made", "entries that are made of the positions that come in", "ratio", func(s layerSizes) symbolic.Expr {
			_, made, _ := arch.Entries(s.out.Positions(), s.op.Args)
			return made
		}},
		{"reads", "entries that each position reads", "ratio", func(s layerSizes) symbolic.Expr {
			_, _, read := arch.Entries(s.out.Positions(), s.op.Args)
			return read
		}},
	}
}

// otherVariables are the variables of tables, experts, streams and merges, and of training.
func otherVariables() []Variable {
	return []Variable{
		argument("state", "numbers of the state for each channel"),
		argument("beyond", "positions besides those that come in"),
		argument("vocab", "rows of the table"),
		argument("values", "learned values"),
		argument("out", "units of a recurrent layer"),
		argument("directions", "directions in which a sequence is read"),
		argument("size", "channels in a window"),
		argument("count", "experts of a mixture"),
		argument("active", "experts that each position goes through"),
		argument("hidden", "width between the two layers of an expert"),
		argument("ways", "sums of the same paths that come out side by side"),
		argument("streams", "parallel streams that come in"),
		argument("into", "parallel streams that come out"),
		argument("iterations", "how often rows and columns are divided by their sums"),
		argument("gated", "1 where the first layer of an expert makes a gate too, 0 otherwise"),
		argument("router", "1 where the scores of the experts are made inside, 0 otherwise"),
		argument("router_bias", "1 with a learned bias for each expert's score, 0 without"),
		{"bilinear", "1 for interpolation, 0 for nearest", "mode", func(s layerSizes) symbolic.Expr { return symbolic.Int(boolInt(s.op.Args.Word("mode") == "bilinear")) }},
		{"axes", "number of spatial extents", "", func(s layerSizes) symbolic.Expr { return symbolic.Int(int64(len(s.in.Extents))) }},
		{"operands", "number of paths that are merged", "", func(s layerSizes) symbolic.Expr { return s.op.Operands() }},
		{"macs", "the macs of the same rule", "", nil},
		argument("rate", "share of the elements that training drops"),
		{"bytes", "bytes per element", "", nil},
		{"autocast", "1 under autocast, 0 otherwise", "", nil},
		{"queries", "1 where the first path, the queries, needs a gradient, 0 otherwise", "", nil},
		{"trained", "1 where training changes the layer's own weights, 0 where they are frozen", "", nil},
	}
}

// argument is the variable of a parameter of the same name. The word width stands for the incoming width, and all for the whole
// output.
func argument(name, doc string) Variable {
	return Variable{name, doc, name, func(s layerSizes) symbolic.Expr {
		switch s.op.Args.Word(name) {
		case arch.AsWide:
			return s.in.Width
		case arch.AllElements:
			return s.out.AllElements()
		}
		return s.op.Args.Value(name)
	}}
}
