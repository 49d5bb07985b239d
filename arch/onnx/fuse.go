package onnx

import (
	"math"
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// A fusion is a way in which exporters write one layer as several nodes.
type fusion struct {
	patterns []*pattern
	// make is the node for the layer; nil if the match is not that layer.
	make func(*matcher, *match) *node
}

// allFusions are tried in this order at every node, larger ones before those they contain.
func allFusions() []fusion {
	activation := func(op string, texts ...string) fusion {
		return fusion{patterns: parsePatterns(texts...), make: func(f *matcher, m *match) *node {
			return f.known.node(&wire.Node{Op: op, Inputs: []string{m.tensors["x"]}})
		}}
	}
	return []fusion{
		{patterns: groupNormPatterns(), make: fusedGroupNorm},
		{patterns: layerNormPatterns(), make: fusedNorm(false)},
		{patterns: rmsNormPatterns(), make: fusedNorm(true)},
		activation("Gelu",
			"Mul(Mul(x, Add(Erf(Div(x, 1.41421356)), 1)), 0.5)", "Mul(Mul(x, 0.5), Add(Erf(Div(x, 1.41421356)), 1))", "Mul(x, Mul(Add(Erf(Div(x, 1.41421356)), 1), 0.5))",
			"Mul(Mul(x, Add(Erf(Mul(x, 0.70710678)), 1)), 0.5)", "Mul(Mul(x, 0.5), Add(Erf(Mul(x, 0.70710678)), 1))", "Mul(x, Mul(Add(Erf(Mul(x, 0.70710678)), 1), 0.5))",
			"Mul(x, Sigmoid(Mul(x, 1.702)))"),
		activation("Gelu", tanhGELUs()...),
		activation("HardSwish", "Div(Mul(x, Clip(Add(x, 3))), 6)", "Mul(x, Div(Clip(Add(x, 3)), 6))", "Mul(x, HardSigmoid(x))"),
		activation("HardSigmoid", "Div(Clip(Add(x, 3)), 6)"),
		activation("Mish", "Mul(x, Tanh(Softplus(x)))"),
		activation("Swish", "Mul(x, Sigmoid(x))"),
		{patterns: parsePatterns("Reshape(Transpose(Reshape(x, a)), b)"), make: fusedShuffle},
		{patterns: parsePatterns("Concat(Slice(x), Slice(x))"), make: fusedRoll},
		{patterns: parsePatterns("Add(MatMul(x, W), B)"), make: fusedBias},
	}
}

// tanhGELUs are the ways to write the approximation by a tanh.
func tanhGELUs() []string {
	var texts []string
	for _, cube := range []string{"Pow(x, 3)", "Mul(x, Mul(x, x))"} {
		inner := "Add(Tanh(Mul(Add(x, Mul(" + cube + ", 0.044715)), 0.79788456)), 1)"
		texts = append(texts, "Mul(Mul(x, 0.5), "+inner+")", "Mul(Mul(x, "+inner+"), 0.5)", "Mul(x, Mul("+inner+", 0.5))")
	}
	return texts
}

func parsePatterns(texts ...string) []*pattern {
	out := make([]*pattern, len(texts))
	for k, text := range texts {
		out[k] = parsePattern(text)
	}
	return out
}

// withScale lists a pattern with scale and shift, with a scale, and bare.
func withScale(texts ...string) []*pattern {
	var out []*pattern
	for _, form := range []func(string) string{
		func(s string) string { return "Add(Mul(" + s + ", W), B)" },
		func(s string) string { return "Mul(" + s + ", W)" },
		func(s string) string { return s },
	} {
		for _, text := range texts {
			out = append(out, parsePattern(form(text)))
		}
	}
	return out
}

func layerNormPatterns() []*pattern {
	const centred = "Sub(x, ReduceMean(x))"
	var texts []string
	for _, variance := range []string{"ReduceMean(Pow(" + centred + ", 2))", "ReduceMean(Mul(" + centred + ", " + centred + "))"} {
		deviation := "Sqrt(Add(" + variance + ", e))"
		texts = append(texts, "Div("+centred+", "+deviation+")", "Mul("+centred+", Reciprocal("+deviation+"))")
	}
	return append(foldedNormPatterns(), withScale(texts...)...)
}

// foldedNormPatterns: Keras exporters write a layer norm as one scale and one shift, r·x + (B − r·mean) with r the scale over the
// deviation.
func foldedNormPatterns() []*pattern {
	var out []*pattern
	for _, centred := range []string{"Sub(x, ReduceMean(x))", "Sub(ReduceMean(x), x)"} {
		for _, square := range []string{"Mul(" + centred + ", " + centred + ")", "Pow(" + centred + ", 2)"} {
			scale := "Mul(Reciprocal(Sqrt(Add(ReduceMean(" + square + "), e))), W)"
			out = append(out, parsePattern("Add(Mul("+scale+", x), Sub(B, Mul("+scale+", ReduceMean(x))))"))
		}
	}
	return out
}

func rmsNormPatterns() []*pattern {
	var texts []string
	for _, square := range []string{"ReduceMean(Pow(x, 2))", "ReduceMean(Mul(x, x))"} {
		root := "Sqrt(Add(" + square + ", e))"
		texts = append(texts, "Div(x, "+root+")", "Mul(x, Reciprocal("+root+"))", "Mul(x, Div(1, "+root+"))")
	}
	return withScale(texts...)
}

// groupNormPatterns: a group norm is exported as an instance norm with groups for channels.
func groupNormPatterns() []*pattern {
	return withScale("Reshape(InstanceNormalization(Reshape(x, a), s, t), b)")
}

// fusedNorm is a normalisation over the axes of its mean.
func fusedNorm(rms bool) func(*matcher, *match) *node {
	return func(f *matcher, m *match) *node {
		reduce := m.node("ReduceMean")
		axes := []int64(nil)
		if a := reduce.Attributes.Named("axes"); a != nil {
			axes = a.Ints
		} else if len(reduce.Inputs) > 1 && f.of(reduce.Inputs[1]).constant != nil {
			axes = f.of(reduce.Inputs[1]).constant.Ints
		}
		if len(axes) == 0 {
			return nil
		}
		return &node{
			Node:     &wire.Node{Op: "Normalization", Inputs: []string{m.tensors["x"], m.tensors["W"], m.tensors["B"]}},
			operator: &operator{name: "Normalization", rule: func(c *call) ([]*item, error) { return c.axesNorm(axes, rms) }, weights: []int{1, 2}, learned: keepsAll},
			fused:    true,
		}
	}
}

func fusedGroupNorm(f *matcher, m *match) *node {
	ones := f.of(m.tensors["s"]).constant
	if ones == nil || len(ones.Dims) != 1 || ones.Dims[0] < 1 {
		return nil
	}
	return f.known.node(&wire.Node{
		Op: "GroupNormalization", Inputs: []string{m.tensors["x"], m.tensors["W"], m.tensors["B"]},
		Attributes: wire.NewAttributes(&wire.Attribute{Name: "num_groups", Int: ones.Dims[0]}),
	})
}

// fusedRoll: the end of an axis put before its beginning.
func fusedRoll(f *matcher, m *match) *node {
	concat := m.nodes[0]
	if len(concat.Inputs) != 2 || len(m.nodes) != 3 || concat.Attributes.Named("axis") == nil {
		return nil
	}
	end, begin := f.oneCut(m.nodes[1]), f.oneCut(m.nodes[2])
	if end == nil || begin == nil || end.axis != begin.axis || end.axis != concat.Attributes.Named("axis").Int {
		return nil
	}
	if end.start != begin.end || begin.start != 0 || end.end < math.MaxInt32 {
		return nil
	}
	return &node{Node: &wire.Node{Op: "Roll", Inputs: []string{m.tensors["x"]}}, operator: &operator{name: "Roll", rule: (*call).roll}, fused: true}
}

// fusedBias is a linear layer: the bias has an element for each column.
func fusedBias(f *matcher, m *match) *node {
	bias := f.of(m.tensors["B"]).constant
	if f.of(m.tensors["x"]).learned || bias != nil && len(bias.Dims) != 1 {
		return nil
	}
	product := m.node("MatMul")
	layer, operator := *product.Node, *product.operator
	layer.Inputs = []string{m.tensors["x"], m.tensors["W"], m.tensors["B"]}
	operator.rule = (*call).productWithBias
	return &node{Node: &layer, operator: &operator, fused: true}
}

// fuse replaces groups of nodes that together are one layer by a single node, at the place of the last of them.
func (m *matcher) fuse(nodes []*node) []*node {
	gone := map[*node]bool{}
	out := make([]*node, 0, len(nodes))
	for _, n := range slices.Backward(nodes) {
		if gone[n] {
			continue
		}
		if made, found := m.fused(n); made != nil {
			for _, inner := range found.nodes {
				gone[inner] = true
			}
			if made.Name == "" {
				made.Name = n.Name
			}
			made.Outputs, made.Offset = n.Outputs, n.Offset
			n = made
		}
		out = append(out, n)
	}
	slices.Reverse(out)
	return out
}

func (f *matcher) fused(n *node) (*node, *match) {
	if len(n.Outputs) != 1 {
		return nil, nil
	}
	for _, end := range f.known.endings[n.Op] {
		if !f.plausible(n, end.pattern) {
			continue
		}
		found := f.find(n.Outputs[0], end.pattern, &match{tensors: map[string]string{}})
		if found == nil || !f.closed(found) {
			continue
		}
		if made := end.fusion.make(f, found); made != nil {
			return made, found
		}
	}
	return nil, nil
}
