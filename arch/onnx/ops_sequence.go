package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// A sequence is a list of tensors.
type sequence struct {
	parts []*item
	open  bool // how many there are is not known; each is like the one part, if there is one
}

// sequenceOperators make and read lists of tensors, and optional values.
func sequenceOperators() []*operator {
	return doing(None, []*operator{
		{name: "SequenceEmpty", rule: (*call).sequenceOf, lists: true},
		{name: "SequenceConstruct", rule: (*call).sequenceOf, lists: true},
		{name: "SequenceInsert", rule: (*call).sequenceInsert, lists: true},
		{name: "SequenceErase", rule: (*call).sequenceErase, lists: true},
		{name: "SequenceAt", rule: (*call).sequenceAt, lists: true},
		{name: "SequenceLength", rule: (*call).sequenceLength, lists: true},
		{name: "SplitToSequence", rule: (*call).splitToSequence, lists: true},
		{name: "ConcatFromSequence", rule: (*call).concatFromSequence, lists: true},
		{name: "SequenceMap", work: OfGraphs, opens: (*call).sequenceMap, lists: true},
		{name: "Optional", rule: (*call).optional, lists: true},
		{name: "OptionalGetElement", rule: (*call).pass, lists: true},
		{name: "OptionalHasElement", rule: (*call).hasElement, lists: true},
	})
}

// isList reports whether it is a list of tensors.
func (it *item) isList() bool { return it != nil && it.list != nil }

// typed is an input, or a list of such if it is one.
func (it *item) typed(v *wire.ValueInfo) *item {
	if !v.Sequence {
		return it
	}
	return &item{list: &sequence{parts: []*item{it}, open: true}}
}

// tensors are the tensors of a list, or the single one.
func (it *item) tensors() []*item {
	if it.isList() {
		return it.list.parts
	}
	return []*item{it}
}

// listInput is the first input, which must be a list.
func (c *call) listInput() (*sequence, error) {
	it, err := c.need(0)
	if err != nil {
		return nil, err
	}
	if !it.isList() {
		return nil, errors.New("input 1 is no sequence")
	}
	return it.list, nil
}

// lists is a list as the output.
func (c *call) lists(s *sequence) ([]*item, error) {
	if !c.budget.Spend(symbolic.Nodes, len(s.parts)) {
		return nil, fmt.Errorf("with its sequences the graph comes to %s", c.budget.Beyond(symbolic.Nodes))
	}
	return []*item{{list: s}}, nil
}

// sequenceOf is a list of the inputs.
func (c *call) sequenceOf() ([]*item, error) {
	if slices.Contains(c.in, nil) || slices.ContainsFunc(c.in, (*item).isList) {
		return nil, errors.New("needs tensors")
	}
	return c.lists(&sequence{parts: c.in})
}

// at is the place in a list that an input says, counted from the front; false if it is not known.
func (c *call) at(s *sequence, input, most int) (int, bool, error) {
	e, known := c.input(input).scalarOf()
	n, whole := e.Int64()
	if s.open || !known || !whole {
		return 0, false, nil
	}
	at, err := fromFront(n, most)
	return at, err == nil, err
}

// scalarOf is the element of a tensor of one, if it is there and known.
func (it *item) scalarOf() (symbolic.Expr, bool) {
	if it == nil {
		return symbolic.Expr{}, false
	}
	return it.scalar()
}

func (c *call) sequenceInsert() ([]*item, error) {
	s, err := c.listInput()
	if err != nil {
		return nil, err
	}
	x, err := c.need(1)
	if err != nil {
		return nil, err
	}
	if x.isList() {
		return nil, errors.New("puts a sequence into a sequence")
	}
	if s.open {
		return c.lists(s)
	}
	at := len(s.parts)
	if c.input(2) != nil {
		place, known, err := c.at(s, 2, len(s.parts)+1)
		if err != nil {
			return nil, err
		}
		if known {
			at = place
		}
	}
	return c.lists(&sequence{parts: slices.Insert(slices.Clone(s.parts), at, x)})
}

func (c *call) sequenceErase() ([]*item, error) {
	s, err := c.listInput()
	if err != nil {
		return nil, err
	}
	if s.open {
		return c.lists(s)
	}
	at := len(s.parts) - 1
	if c.input(1) != nil {
		place, known, err := c.at(s, 1, len(s.parts))
		if err != nil {
			return nil, err
		}
		if known {
			at = place
		}
	}
	if at < 0 {
		return nil, errors.New("takes from an empty sequence")
	}
	return c.lists(&sequence{parts: slices.Delete(slices.Clone(s.parts), at, at+1)})
}

// sequenceAt is a tensor of a list; if its place is not known, any one if all have the same shape.
func (c *call) sequenceAt() ([]*item, error) {
	s, err := c.listInput()
	if err != nil {
		return nil, err
	}
	at, known, err := c.at(s, 1, len(s.parts))
	switch {
	case err != nil:
		return nil, err
	case len(s.parts) == 0:
		return nil, errors.New("takes from an empty sequence")
	case !known && slices.ContainsFunc(s.parts, func(it *item) bool { return !same(it.dims, s.parts[0].dims) }):
		return nil, dataError("which of a sequence it takes is")
	}
	return []*item{s.parts[at]}, nil
}

func (c *call) sequenceLength() ([]*item, error) {
	s, err := c.listInput()
	if err != nil || s.open {
		return []*item{{}}, err
	}
	return []*item{{data: ints(int64(len(s.parts))), folded: true, whole: true}}, nil
}

// splitToSequence cuts an axis in parts: of given sizes, of one size, or of 1, whose axis is removed unless it is to stay.
func (c *call) splitToSequence() ([]*item, error) {
	x, axis, err := c.activationAlong(0)
	if err != nil {
		return nil, err
	}
	sizes, err := c.sequenceSizes(x.dims[axis])
	if err != nil {
		return nil, err
	}
	goes := c.input(1) == nil && c.integer("keepdims", 1) == 0
	out := &sequence{}
	if sizes == nil {
		sizes, out.open = ints(1), true
	}
	start := symbolic.Int(0)
	for _, size := range sizes {
		cuts := make([]*cut, x.rank())
		cuts[axis] = &cut{start: start, count: size, step: 1}
		start = start.Add(size)
		part, err := c.cutTo(x, cuts)
		if err != nil {
			return nil, err
		}
		if goes {
			if part, err = c.view(part[0], without(part[0].dims, map[int]bool{axis: true}, false)); err != nil {
				return nil, err
			}
		}
		out.parts = append(out.parts, part[0])
	}
	return c.lists(out)
}

// sequenceSizes are those that a split asks for of an axis of n; nil where it is not known how many there are.
func (c *call) sequenceSizes(n symbolic.Expr) ([]symbolic.Expr, error) {
	each := symbolic.Int(1)
	if split := c.input(1); split != nil {
		switch {
		case !split.folded:
			return nil, nil
		case split.rank() > 0:
			return split.data, nil
		}
		each = split.data[0]
	}
	all, counted := n.Int64()
	size, known := each.Int64()
	if !counted || !known {
		return nil, nil
	}
	if size < 1 || all/size > int64(symbolic.Nodes.Limit().Most) {
		return nil, fmt.Errorf("parts of %d of %d", size, all)
	}
	var sizes []symbolic.Expr
	for ; all > 0; all -= size {
		sizes = append(sizes, symbolic.Int(min(size, all)))
	}
	return sizes, nil
}

// concatFromSequence joins a list along an axis, or stacks it up along a new one.
func (c *call) concatFromSequence() ([]*item, error) {
	s, err := c.listInput()
	if err != nil {
		return nil, err
	}
	if len(s.parts) == 0 {
		return nil, errors.New("joins an empty sequence")
	}
	parts := slices.Clone(s.parts)
	rank := parts[0].rank()
	stacks := c.integer("new_axis", 0) != 0
	if stacks {
		rank++
	}
	axis, err := c.axis(0, rank)
	if err != nil {
		return nil, err
	}
	for k, it := range parts {
		if it, err = c.materialized(it); err != nil {
			return nil, err
		}
		if stacks && it.rank() >= axis {
			lifted := *it
			lifted.dims = slices.Insert(slices.Clone(it.dims), axis, symbolic.Int(1))
			it = &lifted
		}
		parts[k] = it
	}
	if !s.open {
		return c.with(parts...).joined(axis)
	}
	dims := slices.Clone(parts[0].dims)
	if dims[axis], err = c.sizeOfOutput(0, axis); err != nil {
		return nil, err
	}
	return c.moved("gather", parts[0], dims)
}

// sequenceMap runs a graph for each of a list, with what else it reads, which may be a list too.
func (c *call) sequenceMap() ([]*item, bool, error) {
	g := c.body("body")
	s, err := c.listInput()
	if err != nil {
		return nil, true, err
	}
	if g == nil {
		return nil, true, errors.New("body is missing")
	}
	out := make([]*item, len(g.Outputs))
	for k := range out {
		out[k] = &item{list: &sequence{open: s.open}}
	}
	for at := range s.parts {
		in := make([]*item, len(c.in))
		for k, it := range c.in {
			in[k] = it
			if it.isList() {
				if at >= len(it.list.parts) {
					return nil, true, errors.New("sequences of different lengths")
				}
				in[k] = it.list.parts[at]
			}
		}
		made, err := c.inside(g, fmt.Sprintf("%s%s[%d].", c.frame.prefix, c.node.Label(), at), in)
		if err != nil {
			return nil, true, err
		}
		for k, it := range made {
			out[k].list.parts = append(out[k].list.parts, it)
		}
	}
	for k := range out {
		if _, err := c.lists(out[k].list); err != nil {
			return nil, true, err
		}
	}
	return out, true, nil
}

// optional is an optional value, which may be absent.
func (c *call) optional() ([]*item, error) {
	if c.input(0) == nil {
		return []*item{{}}, nil
	}
	return c.pass()
}

// hasElement says whether an optional value is present, which is not known of an input of the network.
func (c *call) hasElement() ([]*item, error) {
	if c.input(0) != nil {
		return []*item{{}}, nil
	}
	return []*item{{data: ints(0), folded: true, whole: true}}, nil
}
