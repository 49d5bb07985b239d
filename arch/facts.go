package arch

import "github.com/skipcost/skipcost/arch/symbolic"

// WeightLayer reports whether a kind is a weight layer: its work is a matrix product with learned weights.
func (k *Kind) WeightLayer() bool {
	_, out := k.Parameter("out")
	_, heads := k.Parameter("heads")
	return heads || out && k.Name != "zero_pad"
}

// Shared is the parameter of all kinds that learn.
const Shared = "shared"

func sharedParameter() Parameter {
	return Parameter{
		Name: Shared, Type: Sharing, Default: symbolic.Int(0),
		Doc: "uses the weights of that layer, where they count; true: of one that has no name",
	}
}

// Learns reports whether layers of a kind can have parameters.
func (k *Kind) Learns() bool {
	for _, name := range []string{"affine", "values", "heads"} {
		if _, has := k.Parameter(name); has {
			return true
		}
	}
	return k.WeightLayer() || k.Name == "class_token" || k.Name == "position_embedding"
}

// Joins reports whether an operation makes a list of what it reads: a concat, or a copy, which is a concat of one tensor.
func (k *Kind) Joins() bool { return k.Name == string(Concat) || k.Name == Copy }

// Copy is the name of the kind of a concat of one tensor.
const Copy = "copy"
