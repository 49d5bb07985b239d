package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// channelsLastOperators read maps [B, H, W, C].
func channelsLastOperators() []*operator {
	return contributes(doing(Counted, []*operator{
		{name: "NhwcConv", rule: channelsLast((*call).turnedConv, 0), weights: []int{1, 2}, width: widthLast},
		{name: "NhwcFusedConv", rule: channelsLast(func(c *call) ([]*item, error) { return c.activated(c.addedTo(c.turnedConv())) }, 0, 3), weights: []int{1, 2}, width: widthLast},
		{name: "NhwcMaxPool", rule: channelsLast(pools("maxpool"), 0), width: widthLast},
		{name: "GroupNorm", rule: unlessFirst((*call).activatedGroups), weights: []int{1, 2}, width: widthLast},
		{name: "SkipGroupNorm", rule: (*call).skipGroups, weights: []int{1, 2, 4}, width: widthLast},
	}))
}

// channelsLast makes a rule for maps with the channels second one for maps with the channels last. It is given the inputs that
// are maps.
func channelsLast(inner rule, maps ...int) rule {
	return func(c *call) ([]*item, error) {
		in := c.with(slices.Clone(c.in)...)
		for _, k := range maps {
			if c.input(k) == nil {
				continue
			}
			x, err := c.activation(k)
			if err != nil {
				return nil, err
			}
			if in.in[k], err = c.channelsSecond(x); err != nil {
				return nil, err
			}
		}
		out, err := inner(in)
		if err != nil {
			return nil, err
		}
		for k, it := range out {
			if it.rank() > 2 {
				out[k] = &item{dims: lastOf(it.dims), value: it.value, layout: features(it.rank())}
			}
		}
		return out, nil
	}
}

// channelsMayBeLast is a rule for maps whose channels come second unless an attribute says that they come last.
func channelsMayBeLast(inner rule) rule {
	last := channelsLast(inner, 0)
	return func(c *call) ([]*item, error) {
		if c.integer("channels_last", 0) != 0 {
			return last(c)
		}
		return inner(c)
	}
}

// unlessFirst is a rule for maps whose channels come last unless an attribute says otherwise.
func unlessFirst(inner rule) rule {
	last := channelsLast(inner, 0)
	return func(c *call) ([]*item, error) {
		if c.integer("channels_last", 1) != 0 {
			return last(c)
		}
		return inner(c)
	}
}

// channelsSecond is a map with its last axis moved to the second: the same value.
func (c *call) channelsSecond(x *item) (*item, error) {
	if x.rank() < 3 {
		return x, nil
	}
	v, err := c.as(x, features(x.rank()))
	return &item{dims: secondOf(x.dims), value: v, layout: channels(x.rank())}, err
}

// secondOf moves the last axis to the second.
func secondOf(dims []symbolic.Expr) []symbolic.Expr {
	last := len(dims) - 1
	return append([]symbolic.Expr{dims[0], dims[last]}, dims[1:last]...)
}

// lastOf moves the second axis to the last.
func lastOf(dims []symbolic.Expr) []symbolic.Expr {
	return append(append([]symbolic.Expr{dims[0]}, dims[2:]...), dims[1])
}

// turnedConv is a convolution whose kernel may have its incoming channels last, as its maps have.
func (c *call) turnedConv() ([]*item, error) {
	x, w, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if w.rank() < 3 || w.rank() != x.rank() {
		return nil, fmt.Errorf("a convolution of %d dimensions by a kernel of %d", x.rank(), w.rank())
	}
	in := c.with(slices.Clone(c.in)...)
	if c.takesLast(w, x.dims[1]) {
		in.in[1] = &item{dims: secondOf(w.dims), weight: w.weight, value: w.value, layout: w.layout}
	}
	return in.conv(0, 1, 2)
}

// takesLast reports whether a kernel has its incoming channels last: by the extents in the attribute, or else if they fit
// there.
func (c *call) takesLast(w *item, channels symbolic.Expr) bool {
	if c.list("kernel_shape") != nil {
		return c.kernelIsBefore(w, 1) && !c.kernelIsBefore(w, 2)
	}
	return w.dims[w.rank()-1].Mul(symbolic.Int(c.integer("group", 1))).Equal(channels)
}

// kernelIsBefore reports whether the extents of a kernel, which an attribute says, stand from an axis on.
func (c *call) kernelIsBefore(w *item, axis int) bool {
	kernel := c.list("kernel_shape")
	if kernel == nil || w.rank() < axis+len(kernel) {
		return false
	}
	return same(w.dims[axis:axis+len(kernel)], ints(kernel...))
}

// addedTo adds the fourth input, if there is one.
func (c *call) addedTo(out []*item, err error) ([]*item, error) {
	if z := c.input(3); err == nil && z != nil {
		return c.addTo(out[0], z)
	}
	return out, err
}

// activatedGroups is a group norm, and an activation if the attribute says so.
func (c *call) activatedGroups() ([]*item, error) {
	out, err := c.channelNorm("groupnorm", map[string]arch.Argument{"groups": whole(c.integer("groups", 1))}, c.input(1), c.input(2))
	if err != nil || c.integer("activation", 0) == 0 {
		return out, err
	}
	return c.with(out...).each("silu")
}

// skipGroups adds the fourth input, and a bias of each channel if there is one, before a group norm: map, scale, shift, skip, bias.
func (c *call) skipGroups() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	sum, err := c.addedTo([]*item{x}, nil)
	if err != nil {
		return nil, err
	}
	if bias := c.input(4); bias != nil {
		if sum, err = c.addTo(sum[0], bias); err != nil {
			return nil, err
		}
	}
	out, err := unlessFirst((*call).activatedGroups)(c.with(sum[0], c.input(1), c.input(2)))
	return append(out, sum[0]), err
}
