package onnx

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// A call is one node being translated.
type call struct {
	*translator
	node *node
	in   []*item
}

// run gives the items that the node makes.
func (c *call) run() ([]*item, error) {
	if opens := c.node.operator.opens; opens != nil {
		if out, ok, err := opens(c); ok || err != nil {
			return out, err
		}
	}
	lists := slices.ContainsFunc(c.in, (*item).isList)
	if lists || c.node.operator.lists || slices.ContainsFunc(c.in, (*item).isActivation) {
		if rule := c.node.operator.rule; rule != nil && (!lists || c.node.operator.lists) {
			return rule(c)
		}
		return c.notKnown()
	}
	if c.node.HoldsGraph {
		return c.notKnown()
	}
	if out, ok, err := c.fold(); ok || err != nil {
		return []*item{out}, err
	}
	return c.derive()
}

// anyActivation is the first activation that the node or a graph in it reads; nil if there is none.
func (c *call) anyActivation() *item {
	for _, it := range c.in {
		if it.isActivation() {
			return it
		}
	}
	if c.node.HoldsGraph {
		for _, name := range c.node.Captured() {
			if it, _ := c.item(name); it.isActivation() {
				return it
			}
		}
	}
	return nil
}

// input is the k-th input, nil if it is left out.
func (c *call) input(k int) *item {
	if k >= len(c.in) {
		return nil
	}
	return c.in[k]
}

// need is the k-th input, which must be there.
func (c *call) need(k int) (*item, error) {
	if it := c.input(k); it != nil {
		return it, nil
	}
	return nil, fmt.Errorf("input %d is missing", k+1)
}

// activation is the k-th input, made a value if it is none yet.
func (c *call) activation(k int) (*item, error) {
	it, err := c.need(k)
	if err != nil {
		return nil, err
	}
	return c.materialized(it)
}

// activationAnd is the first input as an activation, and a further one, which must be there.
func (c *call) activationAnd(k int) (x, other *item, err error) {
	if x, err = c.activation(0); err != nil {
		return nil, nil, err
	}
	other, err = c.need(k)
	return x, other, err
}

// activationAlong is the first input as an activation, and the axis of it that the attribute "axis" names.
func (c *call) activationAlong(byDefault int64) (x *item, axis int, err error) {
	if x, err = c.activation(0); err != nil {
		return nil, 0, err
	}
	axis, err = c.axis(byDefault, x.rank())
	return x, axis, err
}

// integer is an integer attribute.
func (c *call) integer(name string, byDefault int64) int64 {
	if a := c.node.Attributes.Named(name); a != nil {
		return a.Int
	}
	return byDefault
}

// list is an attribute of integers; nil if it is not given.
func (c *call) list(name string) []int64 {
	if a := c.node.Attributes.Named(name); a != nil {
		return a.Ints
	}
	return nil
}

// text is a text attribute.
func (c *call) text(name, byDefault string) string {
	if a := c.node.Attributes.Named(name); a != nil && a.Text != "" {
		return a.Text
	}
	return byDefault
}

// axis is the attribute "axis", counted from the front of a tensor of a rank.
func (c *call) axis(byDefault int64, rank int) (int, error) {
	return fromFront(c.integer("axis", byDefault), rank)
}

func fromFront(axis int64, rank int) (int, error) {
	if axis < 0 {
		axis += int64(rank)
	}
	if axis < 0 || axis >= int64(rank) {
		return 0, fmt.Errorf("there is no axis %d among %d", axis, rank)
	}
	return int(axis), nil
}

// parameterInts is a list that older opsets give as an attribute and newer ones as an input.
func (c *call) parameterInts(name string, input int) ([]int64, bool, error) {
	if a := c.node.Attributes.Named(name); a != nil {
		return a.Ints, true, nil
	}
	it := c.input(input)
	if it == nil {
		return nil, false, nil
	}
	if !it.folded {
		return nil, false, dataError(name + " is")
	}
	out := make([]int64, len(it.data))
	for k, e := range it.data {
		v, ok := e.Int64()
		if !ok {
			return nil, false, fmt.Errorf("%s depends on open dimensions", name)
		}
		out[k] = v
	}
	return out, true, nil
}

// unique makes a name that no other operation has. A node without a name in the file gets one too, so that its output can be
// read.
func (t *translator) unique(name string) string {
	if name = readable(name); name == "" {
		name = "tensor"
	}
	for {
		t.names[name]++
		n := t.names[name]
		if n == 1 {
			return name
		}
		if numbered := fmt.Sprintf("%s#%d", name, n); t.names[numbered] == 0 {
			name = numbered
		}
	}
}

// layer adds a layer named after the node.
func (c *call) layer(kind string, args map[string]arch.Argument, in *trace.Value) (*trace.Value, error) {
	return c.build.Layer(c.unique(c.prefix+c.node.Label()), &arch.Layer{Kind: arch.KindByName(kind), Args: args}, in)
}

// merge adds a merge named after the node.
func (c *call) merge(op arch.MergeOp, in ...*trace.Value) (*trace.Value, error) {
	switch {
	case len(in) == 1 && op.Kind().Concat(): // runs as a copy
		return c.layer("copy", nil, in[0])
	case len(in) == 1:
		return in[0], nil
	}
	return c.build.Merge(c.unique(c.prefix+c.node.Label()), op, in...)
}

// one is the output of an operation as a list of items.
func one(v *trace.Value, l layout, dims []symbolic.Expr, err error) ([]*item, error) {
	if err != nil {
		return nil, err
	}
	return []*item{{dims: dims, value: v, layout: l}}, nil
}

// shaped is the output of an operation, with dimensions from its shape.
func shaped(v *trace.Value, l layout, rank int, err error) ([]*item, error) {
	if err != nil {
		return nil, err
	}
	return one(v, l, l.dims(v.Shape, rank), nil)
}

// as is a tensor in a layout; a tensor in another layout gets a view.
func (t *translator) as(it *item, l layout) (*trace.Value, error) {
	want := l.shape(it.dims)
	if want.Equal(it.value.Shape) {
		return it.value, nil
	}
	return t.seen(it.value, want)
}

// seen is a value as another shape of as many elements.
func (t *translator) seen(v *trace.Value, s arch.Shape) (*trace.Value, error) {
	if v.Shape.Equal(s) {
		return v, nil
	}
	key := view{value: v, shape: s.ASCII()}
	if known := t.views[key]; known != nil {
		return known, nil
	}
	out, err := t.build.Layer(t.unique("view"), &arch.Layer{Kind: arch.KindByName("reshape"), Args: shapeArgs(s)}, v)
	if err == nil {
		t.views[key] = out
	}
	return out, err
}

// materialized is a tensor as a value: learned and constant ones become sources.
func (t *translator) materialized(it *item) (*item, error) {
	if it.isList() {
		return nil, errors.New("reads a sequence where a tensor belongs")
	}
	if it.isActivation() {
		return it, nil
	}
	if it.from != nil {
		return t.again(it)
	}
	l := features(it.rank())
	l.flat = it.rank() > 1
	kind, name := "constant", "constant"
	w := it.learned()
	if w != nil && w.filled {
		w = nil
	}
	if err := t.countApart(w); err != nil {
		return nil, err
	}
	if w != nil {
		kind, name = "parameter", w.name
	}
	name = t.unique(name)
	layer := source(kind, l.shape(it.dims))
	if w != nil {
		layer.Args = sharing(layer.Args, w.use(user{name, layer.Kind, it.dims}))
		layer.Args["values"] = numbers(w.elements)
	}
	v, err := t.build.Layer(name, layer, nil)
	if err != nil {
		return nil, err
	}
	it.value, it.layout = v, l
	return it, nil
}

// numbers are expressions as an argument.
func numbers(list ...symbolic.Expr) arch.Argument { return arch.Argument{Values: expressions(list)} }

func whole(n int64) arch.Argument { return wholes(n) }

// wholes are whole numbers as an argument.
func wholes(list ...int64) arch.Argument {
	values := make([]arch.Expression, len(list))
	for k, n := range list {
		values[k].Expr = symbolic.Int(n)
	}
	return arch.Argument{Values: values}
}

func word(w string) arch.Argument { return arch.Argument{Word: w} }

// exact are floats as the fractions they are, if all of them are numbers.
func exact(floats []float64) ([]symbolic.Expr, bool) {
	out := make([]symbolic.Expr, len(floats))
	for k, f := range floats {
		r := new(big.Rat).SetFloat64(f)
		if r == nil {
			return nil, false
		}
		out[k] = symbolic.BigRat(r)
	}
	return out, true
}

// maxNotes bounds the notes on one file.
const maxNotes = 20

// note keeps a note once.
func (t *translator) note(text string) {
	if t.noted[text] {
		return
	}
	t.noted[text] = true
	switch n := len(t.noted); {
	case n <= maxNotes:
		t.notes = append(t.notes, text)
	case n == maxNotes+1:
		t.notes = append(t.notes, "there is more of this kind")
	}
}

// preferred is the layout that the readers of a tensor want.
func (t *translator) preferred(name string, rank int) layout {
	if rank > 3 || t.strands.of(name).channels {
		return channels(rank)
	}
	return features(rank)
}
