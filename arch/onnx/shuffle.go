package onnx

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// fusedShuffle: channels seen as groups, exchanged with what is in them, and seen as channels again. The heads of an attention
// are written in the same way, and shapes may be computed, so that the dimensions decide when they are known.
func fusedShuffle(f *matcher, m *match) *node {
	last, transpose := m.nodes[0], m.nodes[1]
	order := transpose.Attributes.Named("perm")
	if order == nil || len(order.Ints) < 4 || !exchangesGroups(order.Ints) {
		return nil
	}
	split, joined := f.of(m.tensors["a"]).constant, f.of(m.tensors["b"]).constant
	if split != nil && joined != nil && !maybeShuffle(split.Ints, joined.Ints) {
		return nil // its first node may belong to another layer
	}
	return &node{
		Node:     &wire.Node{Op: "Shuffle", Inputs: []string{m.tensors["x"], m.tensors["a"], m.tensors["b"]}},
		operator: &operator{name: "ChannelShuffle", rule: (*call).shuffle},
		fused:    true, fits: (*call).isShuffle, parts: []*node{m.nodes[2], transpose, last},
	}
}

// exchangesGroups reports whether an order is 0, 2, 1, 3 and so on.
func exchangesGroups(order []int64) bool {
	for k, at := range order {
		want := int64(k)
		if k == 1 || k == 2 {
			want = 3 - want
		}
		if at != want {
			return false
		}
	}
	return true
}

// maybeShuffle reports whether constant shapes, with their 0 and −1, may split channels and join them again.
func maybeShuffle(split, joined []int64) bool {
	if len(joined) < 3 || len(split) != len(joined)+1 {
		return false
	}
	return slices.EqualFunc(split[3:], joined[2:], func(a, b int64) bool { return a == b || a < 1 || b < 1 })
}

// isShuffle reports whether the nodes that the node stands for are a channel shuffle.
func (c *call) isShuffle() bool {
	_, is := c.groups()
	return is
}

// groups is the number of groups of a channel shuffle, if the dimensions are those of one. One group, or groups of one channel,
// move nothing.
func (c *call) groups() (int64, bool) {
	x := c.in[0]
	if !x.isActivation() {
		return 0, false
	}
	dims, err := c.part(0, x, c.in[1]).reshaped(x)
	if err != nil || len(dims) != x.rank()+1 || len(dims) != len(c.node.parts[1].Attributes.Named("perm").Ints) {
		return 0, false
	}
	groups, ok := dims[1].Int64()
	joined := slices.Insert(slices.Clone(dims[3:]), 0, dims[0], dims[1].Mul(dims[2]))
	if !ok || groups < 2 || isInt(dims[2], 1) || !same(joined, x.dims) {
		return 0, false
	}
	dims[1], dims[2] = dims[2], dims[1]
	moved := &item{dims: dims}
	back, err := c.part(2, moved, c.in[2]).reshaped(moved)
	return groups, err == nil && same(back, x.dims)
}

// part is one of the nodes that the node stands for, on inputs of its own.
func (c *call) part(k int, in ...*item) *call {
	return &call{translator: c.translator, node: c.node.parts[k], in: in}
}

// shuffle is the layer that fuse makes of a reshape, a transpose and a reshape.
func (c *call) shuffle() ([]*item, error) {
	x := c.in[0]
	groups, _ := c.groups()
	l := channels(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := c.layer("shuffle", map[string]arch.Argument{"groups": whole(groups)}, v)
	return one(out, l, x.dims, err)
}
