package arch

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// WeightLayer reports whether a kind is a weight layer: its work is a matrix product with learned weights.
func (k *Kind) WeightLayer() bool { return k.Depth > 0 }

// WeightLayers is how many products with learned weights an operation is written out in: of attention those that make queries,
// keys, values and output, of a recurrent layer that of the input and that of the state in each direction, for all gates at once.
func (k *Kind) WeightLayers(a Args) symbolic.Expr {
	if k.layers == nil {
		return symbolic.Int(int64(k.Depth))
	}
	return k.layers(a)
}

// Concat reports whether a kind is the merge that puts its paths side by side.
func (k *Kind) Concat() bool { return k.Merge && k.Joins }

// ElementWise reports whether a kind is a merge that works element by element.
func (k *Kind) ElementWise() bool { return k.Merge && !k.Joins && !k.Products }

// Sums reports whether a kind is the merge that adds its paths up: the gradient of each is that of the sum.
func (k *Kind) Sums() bool { return k.ElementWise() && k.HandsOn }

// Ways is how many paths lead through an operation, each past as many weight layers as the kind counts: an attention layer has
// one through its queries, one through its keys and one through its values, a gated cell one through each gate in each
// direction. It is 1 for all other kinds.
func (k *Kind) Ways(a Args) symbolic.Expr {
	if k.ways == nil {
		return symbolic.Int(1)
	}
	return k.ways(a)
}

// standsFor reports whether a kind is the other one or its general name: conv stands for conv2d.
func (k *Kind) standsFor(other *Kind) bool { return k == other || slices.Contains(k.byAxes, other) }

// Learns reports whether layers of a kind can have parameters.
func (k *Kind) Learns() bool { return k.weights != nil || k.byPaths != nil }

// Weights are the extents of each tensor that an operation learns, biases apart; in is empty for a source. A flag that turns a
// tensor on or off is one of its extents, 1 or 0.
func (k *Kind) Weights(in []Shape, operands symbolic.Expr, out Shape, a Args) [][]symbolic.Expr {
	switch {
	case k.byPaths != nil:
		return k.byPaths(in[0].Width, operands, a)
	case k.weights == nil:
		return nil
	case len(in) == 0:
		return k.weights(Shape{}, out, a)
	}
	return k.weights(in[0], out, a)
}

// Stores reports whether what a source puts out is stored with the model, value for value: a parameter or buffer that repeats none of
// its values is no activation, and no memory of its own.
func (k *Kind) Stores(out Shape, a Args) bool {
	switch {
	case !k.Source || !a.Has("values"):
		return false
	case a.Word("values") != "":
		return true
	}
	return a.Value("values").Equal(out.AllElements())
}

// SharesWith reports whether layers of a kind may use the weights of an owner's kind: the same kind, or another one that learns
// a matrix, as an embedding and the linear layer tied to it; and a learned vector may be any bias, scale or shift.
func (k *Kind) SharesWith(owner *Kind) bool {
	return k == owner || !k.WeightLayer() || k.Depth == 1 && owner.Depth == 1
}

// SameExtents reports whether tensors have the same extents in any order, as a matrix may be used transposed, and without
// extents of 1, as a 1×1 kernel is a matrix.
func SameExtents(a, b []symbolic.Expr) bool {
	more, missing := Unmatched(a, b)
	return len(more)+len(missing) == 0
}

// Unmatched are the extents of each of two tensors that the other one has not, as [SameExtents] compares them.
func Unmatched(a, b []symbolic.Expr) (more, missing []symbolic.Expr) {
	isOne := func(e symbolic.Expr) bool { return e.IsOne() }
	more, missing = slices.DeleteFunc(slices.Clone(a), isOne), slices.DeleteFunc(slices.Clone(b), isOne)
	for k := len(more) - 1; k >= 0; k-- {
		if at := slices.IndexFunc(missing, more[k].Equal); at >= 0 {
			more, missing = slices.Delete(more, k, k+1), slices.Delete(missing, at, at+1)
		}
	}
	return more, missing
}

// Opens reports whether a layer with these arguments is written out in the products that it consists of, because it reads more
// tensors than the one input that a single operation has.
func (k *Kind) Opens(a Args) bool {
	return slices.ContainsFunc(k.Parameters, func(p Parameter) bool {
		return p.Opens && (a.Word(p.Name) != "" || a.Value(p.Name).IsOne())
	})
}

// Copy is the name of the kind of a concat of one tensor.
const Copy = "copy"

// Shared is the parameter of all kinds that learn.
const Shared = "shared"

// Bias is the parameter of kinds that may learn a bias: how many, which is 0 for none.
const Bias = "bias"

func sharedParameter() Parameter {
	return Parameter{
		Name: Shared, Type: Sharing, Default: symbolic.Int(0), True: 1,
		Doc: "uses the weights of that layer, where they count; true: of one that has no name",
	}
}
