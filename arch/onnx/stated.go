package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// A dataError names the part of a shape that is computed from the data: "k is".
type dataError string

// Error says it in full.
func (e dataError) Error() string { return string(e) + " computed from the data" }

// isData reports whether an error is that something is computed from the data.
func isData(err error) bool { return errors.As(err, new(dataError)) }

// stated makes the outputs of a node with the shapes that the file states, where these depend on the data: the node then moves
// elements of its input. Its other work is not known, and a note says so. The error remains where the shape of an output that
// something reads is missing.
func (c *call) stated(err error) ([]*item, error) {
	from := c.anyActivation()
	if !isData(err) || from == nil {
		return nil, err
	}
	kind := "gather"
	if c.node.operator.work != None {
		kind = "unknown"
		if err := c.countWorkless(); err != nil {
			return nil, err
		}
	}
	out := make([]*item, len(c.node.Outputs))
	for k, name := range c.node.Outputs {
		said := c.strands.of(name).said
		switch {
		case said == nil && c.strands.read(name):
			return nil, err
		case said == nil:
			out[k] = &item{}
			continue
		}
		dims, err := c.sizesStated(said)
		if err != nil {
			return nil, err
		}
		l := c.preferred(name, len(dims))
		v, err := c.layer(kind, shapeArgs(l.shape(dims)), from.value)
		if err != nil {
			return nil, err
		}
		out[k] = &item{dims: dims, value: v, layout: l}
	}
	return out, nil
}

// openAs is an open dimension with a name of the file, or with this name if the file has none.
func (t *translator) openAs(text string) (symbolic.Expr, error) {
	before := len(t.symbols.list)
	e := t.symbols.of(text)
	for _, s := range t.symbols.list[before:] {
		t.build.Symbol(s)
		t.symbols.data[text] = true
	}
	if len(t.symbols.list) > maxSymbols {
		return e, fmt.Errorf("more than %d open dimensions", maxSymbols)
	}
	return e, nil
}

// agrees is an error where the file states a number for a dimension that was left open because it depends on the data: it can
// only have that value.
func (t *translator) agrees(said *wire.ValueInfo, it *item) error {
	if said == nil || len(said.Dims) != it.rank() || len(t.symbols.bound) == maxBound {
		return nil // or there were too many of them: the dimensions are those that are stated
	}
	for k, d := range said.Dims {
		text, open := t.symbols.text(it.dims[k])
		if open && t.symbols.data[text] && d.Known && d.Value > 0 {
			return &boundError{text: text, value: symbolic.Int(d.Value), err: fmt.Errorf("%s has two sizes", readable(said.Name))}
		}
	}
	return nil
}

// sizeOfOutput is a size of an output that depends on the data: what the file states, or an open dimension.
func (c *call) sizeOfOutput(output, axis int) (symbolic.Expr, error) {
	if output >= len(c.node.Outputs) {
		return symbolic.Int(1), nil
	}
	name := c.node.Outputs[output]
	if said := c.strands.of(name).said; said != nil && axis < len(said.Dims) {
		return c.statedSize(said, axis)
	}
	return c.openAs(fmt.Sprintf("%s_%d", name, axis))
}

// sizesStated are the sizes that the file states of a tensor, open dimensions where it states none.
func (t *translator) sizesStated(said *wire.ValueInfo) ([]symbolic.Expr, error) {
	dims := make([]symbolic.Expr, len(said.Dims))
	for k := range dims {
		var err error
		if dims[k], err = t.statedSize(said, k); err != nil {
			return nil, err
		}
	}
	return dims, nil
}

// statedSize is a size that the file states, or an open dimension.
func (t *translator) statedSize(said *wire.ValueInfo, axis int) (symbolic.Expr, error) {
	switch d := said.Dims[axis]; {
	case d.Known && d.Value >= 0:
		return symbolic.Int(d.Value), nil
	case d.Param != "":
		return t.openAs(d.Param)
	}
	return t.openAs(fmt.Sprintf("%s_%d", said.Name, axis))
}

// dimensionsStated are those that the file states of a tensor, if it states all of them.
func (c *call) dimensionsStated(name string) ([]symbolic.Expr, bool) {
	return c.symbols.stated(c.strands.of(name).said)
}

// stated are the dimensions of a type, if all of them are known.
func (s *symbols) stated(v *wire.ValueInfo) ([]symbolic.Expr, bool) {
	if v == nil {
		return nil, false
	}
	out := make([]symbolic.Expr, len(v.Dims))
	for k, d := range v.Dims {
		known, is := s.byText[d.Param]
		switch {
		case d.Known && d.Value >= 0:
			out[k] = symbolic.Int(d.Value)
		case is && d.Param != "":
			out[k] = known
		default:
			return nil, false
		}
	}
	return out, true
}

// A guess is an operator that is not known, and whose shape the file does not state.
type guess struct{ op, node string }

// guess is the first guess that an input depends on; nil if all shapes are known.
func (c *call) guess() *guess {
	for _, it := range c.in {
		if it != nil && it.guess != nil {
			return it.guess
		}
	}
	return nil
}

// settled is an output; where its shape depends on a guess or on the data, it gets the one that the file states, if any.
func (c *call) settled(k int, out *item, g *guess) (*item, error) {
	if err := out.checkDims(); err != nil {
		return nil, c.because(err)
	}
	if k >= len(c.node.Outputs) {
		return out, nil
	}
	name := c.node.Outputs[k]
	if err := c.agrees(c.strands.of(name).said, out); err != nil {
		return nil, err
	}
	if g == nil && out.guess == nil && !c.symbols.ofData(out.dims) || out.folded {
		return out, nil
	}
	dims, stated := c.dimensionsStated(name)
	known := *out
	known.guess = nil
	switch {
	case !stated && g == nil:
		return out, nil
	case !stated:
		if out.guess == nil {
			out.guess = g
		}
		return out, nil
	case same(dims, out.dims):
		return &known, nil
	case !out.isActivation():
		return &item{dims: dims, weight: out.weight}, nil
	}
	l := c.preferred(name, len(dims))
	v, err := c.layer("unknown", shapeArgs(l.shape(dims)), out.value)
	return &item{dims: dims, value: v, layout: l}, err
}

// ofData reports whether some dimension depends on the data.
func (s *symbols) ofData(dims []symbolic.Expr) bool {
	if len(s.data) == 0 {
		return false
	}
	return slices.ContainsFunc(dims, func(d symbolic.Expr) bool {
		return slices.ContainsFunc(d.Symbols(), func(name string) bool { return s.data[s.texts[name]] })
	})
}

// because adds to an error the guess that may have caused it.
func (c *call) because(err error) error {
	var known *NodeError
	g := c.guess()
	if g == nil || errors.As(err, &known) {
		return err
	}
	return fmt.Errorf("%w; the shape of its input is a guess, as %s (node %q) is not known", err, readable(g.op), g.node)
}
