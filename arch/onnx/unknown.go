package onnx

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// notKnown translates an unknown operator: only its weights count, and its shapes are those that the file states.
func (c *call) notKnown() ([]*item, error) {
	if err := c.countUnknown(); err != nil {
		return nil, err
	}
	from := c.anyActivation()
	if from == nil {
		from = c.start
	}
	for _, it := range slices.Concat(c.in, c.held()) {
		if it.counts() {
			c.weighing[c.operatorName()] = true
			if _, err := c.materialized(it); err != nil {
				return nil, err
			}
		}
	}
	out := make([]*item, len(c.node.Outputs))
	for k, name := range c.node.Outputs {
		said := c.strands.of(name).said
		if says := c.node.operator.says; said == nil && says != nil {
			said = says(c, k)
		}
		dims := from.dims
		if said != nil {
			var err error
			if dims, err = c.sizesStated(said); err != nil {
				return nil, err
			}
		}
		l := c.preferred(name, len(dims))
		v, err := c.layer("unknown", shapeArgs(l.shape(dims)), from.value)
		if err != nil {
			return nil, err
		}
		out[k] = &item{dims: dims, value: v, layout: l}
		if said == nil {
			out[k].guess = &guess{op: c.operatorName(), node: c.node.Label()}
		}
	}
	return out, nil
}

// held are the tensors that the graphs in the node hold, or read from around it.
func (c *call) held() []*item {
	if !c.node.HoldsGraph {
		return nil
	}
	var out []*item
	for _, name := range c.node.Captured() {
		if it, ok := c.item(name); ok && !it.isActivation() {
			out = append(out, it)
		}
	}
	for _, g := range c.node.Graphs() {
		for _, w := range g.Initializers {
			if looksLike(w.Look) == "" {
				out = append(out, c.fromTensor(w, false))
			}
		}
	}
	return out
}

// operatorName is the operator with its domain, unless that is the standard.
func (c *call) operatorName() string {
	if c.node.Domain == "" {
		return c.node.Op
	}
	return c.node.Domain + "." + c.node.Op
}

// countUnknown records an unknown operator; with [Options.Strict] that is an error.
func (c *call) countUnknown() error {
	if c.options.Strict {
		return errors.New("the operator is not known")
	}
	c.unknown[c.operatorName()]++
	return nil
}

// countWorkless records an operator whose work is not known; with [Options.Strict] that is an error.
func (c *call) countWorkless() error {
	if c.options.Strict {
		return errors.New("the work of the operator is not known")
	}
	c.workless[c.operatorName()]++
	return nil
}

// uncounted is an operator whose output is known and whose work is not: it counts nothing and is named.
func (c *call) uncounted(dims []symbolic.Expr) ([]*item, error) {
	if err := c.countWorkless(); err != nil {
		return nil, err
	}
	x := c.anyActivation()
	if x == nil {
		return []*item{{dims: dims}}, nil
	}
	return c.moved("unknown", x, dims)
}

// maxNotedOperators bounds how many unknown operators a note names.
const maxNotedOperators = 12

// noteOperators names operators with the number of their nodes, and a remark.
func (t *translator) noteOperators(nodes map[string]int, what func(op string) string) {
	for k, op := range slices.Sorted(maps.Keys(nodes)) {
		if k == maxNotedOperators {
			t.notes = append(t.notes, fmt.Sprintf("%d more operators are not known and count nothing", len(nodes)-k))
			return
		}
		word := "nodes"
		if nodes[op] == 1 {
			word = "node"
		}
		t.notes = append(t.notes, fmt.Sprintf("%s (%d %s) %s", readable(op), nodes[op], word, what(op)))
	}
}
