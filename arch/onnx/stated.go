package onnx

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// A dataError says what of a shape is computed from the data: "k is".
type dataError string

// Error says it in full.
func (e dataError) Error() string { return string(e) + " computed from the data" }

// stated makes the outputs of a node as the file states their shapes, where they depend on the data: it moves elements of what it
// reads. The error stays where a shape is missing that somebody reads.
func (c *call) stated(err error) ([]*item, error) {
	from := c.anyActivation()
	if !errors.As(err, new(dataError)) || from == nil {
		return nil, err
	}
	out := make([]*item, len(c.node.Outputs))
	for k, name := range c.node.Outputs {
		dims, said := c.dimensionsStated(name)
		switch {
		case !said && c.matcher.read(name):
			return nil, err
		case !said:
			out[k] = &item{}
			continue
		}
		l := c.preferred(name, len(dims))
		v, err := c.layer("gather", shapeArgs(l.shape(dims)), from.value)
		if err != nil {
			return nil, err
		}
		out[k] = &item{dims: dims, value: v, layout: l}
	}
	return out, nil
}

// dimensionsStated are those that the file states of a tensor, if it states all of them.
func (c *call) dimensionsStated(name string) ([]symbolic.Expr, bool) {
	v := c.said[name]
	if v == nil {
		return nil, false
	}
	out := make([]symbolic.Expr, len(v.Dims))
	for k, d := range v.Dims {
		known, is := c.symbols.byText[d.Param]
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

// guess is the first that an input rests on; nil if all shapes are known.
func (c *call) guess() *guess {
	for _, it := range c.in {
		if it != nil && it.guess != nil {
			return it.guess
		}
	}
	return nil
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
