package onnx

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A pattern is a tree of operators, written as "Mul(x, Sigmoid(x))": a name with parentheses is a node of that operator, a
// number is a constant about as large, a capital W or B is a weight, and any other name a tensor, the same wherever it stands.
// Inputs that the pattern does not mention may be anything.
type pattern struct {
	op     string // of a node
	args   []*pattern
	name   string // of a tensor
	number *float64
}

// parsePattern reads a pattern from a text of this package.
func parsePattern(text string) *pattern {
	p, _ := readPattern(strings.ReplaceAll(text, " ", ""))
	return p
}

func readPattern(text string) (*pattern, string) {
	end := strings.IndexAny(text, "(),")
	if end < 0 {
		end = len(text)
	}
	head, rest := text[:end], text[end:]
	if !strings.HasPrefix(rest, "(") {
		if n, err := strconv.ParseFloat(head, 64); err == nil {
			return &pattern{number: &n}, rest
		}
		return &pattern{name: head}, rest
	}
	p := &pattern{op: head}
	for rest != "" && rest[0] != ')' {
		var arg *pattern
		arg, rest = readPattern(rest[1:])
		p.args = append(p.args, arg)
	}
	return p, strings.TrimPrefix(rest, ")")
}

// A match is the nodes and tensors that a pattern matched.
type match struct {
	tensors map[string]string // by the names in the pattern
	nodes   []*node           // root first
}

func (m *match) clone() *match {
	out := &match{tensors: map[string]string{}, nodes: slices.Clone(m.nodes)}
	for k, v := range m.tensors {
		out.tensors[k] = v
	}
	return out
}

// node is the first matched node of an operator.
func (m *match) node(op string) *node {
	for _, n := range m.nodes {
		if n.Op == op {
			return n
		}
	}
	return nil
}

// matcher looks for patterns in a list of nodes.
type matcher struct {
	strands
	known *repertoire
}

// number is the value of a constant of one element.
func (m *matcher) number(name string) (float64, bool) {
	maker := m.of(name).maker
	for maker != nil && maker.operator.passes == passesElements && len(maker.Inputs) > 0 { // one element stays what it is
		name = maker.Inputs[0]
		maker = m.of(name).maker
	}
	t := m.of(name).constant
	switch {
	case t == nil || !t.Known:
		if n := maker; n != nil && n.operator.literal && n.Attributes.Named("value_float") != nil {
			return float64(n.Attributes.Named("value_float").Float), true
		}
	case len(t.Floats) == 1:
		return t.Floats[0], true
	case len(t.Ints) == 1:
		return float64(t.Ints[0]), true
	}
	return 0, false
}

// axisRange is what a Slice of one axis takes.
type axisRange struct{ axis, start, end int64 }

// oneCut is the range of a Slice of one axis by constants, every element taken; nil for others.
func (m *matcher) oneCut(n *node) *axisRange {
	one := func(name string, input int) (int64, bool) {
		var values []int64
		if a := n.Attributes.Named(name); a != nil {
			values = a.Ints
		} else if input < len(n.Inputs) && m.of(n.Inputs[input]).constant != nil {
			values = m.of(n.Inputs[input]).constant.Ints
		}
		if len(values) != 1 {
			return 0, false
		}
		return values[0], true
	}
	axis, ok := one("axes", 3)
	start, also := one("starts", 1)
	end, too := one("ends", 2)
	if step, given := one("steps", 4); !ok || !also || !too || given && step != 1 || !given && len(n.Inputs) > 4 {
		return nil
	}
	return &axisRange{axis: axis, start: start, end: end}
}

// find matches the pattern at a tensor.
func (m *matcher) find(name string, p *pattern, found *match) *match {
	switch {
	case p.number != nil:
		if v, ok := m.number(name); ok && math.Abs(v-*p.number) <= 1e-3*math.Abs(*p.number) {
			return found
		}
		return nil
	case p.op == "":
		if known, ok := found.tensors[p.name]; ok && known != name || (p.name == "W" || p.name == "B") && !m.of(name).learned {
			return nil
		}
		found = found.clone()
		found.tensors[p.name] = name
		return found
	}
	n := m.of(name).maker
	if n == nil || !m.plausible(n, p) {
		return nil
	}
	found = found.clone()
	if !slices.Contains(found.nodes, n) {
		found.nodes = append(found.nodes, n)
	}
	if out := m.inputs(n.Inputs, p.args, found); out != nil {
		return out
	}
	if commutes(n) {
		return m.inputs([]string{n.Inputs[1], n.Inputs[0]}, p.args, found)
	}
	return nil
}

// plausible reports whether a node and what makes its inputs are of the operators of a pattern, in some order.
func (m *matcher) plausible(n *node, p *pattern) bool {
	if n.Op != p.op || len(n.Inputs) < len(p.args) || n.Domain != "" {
		return false
	}
	for k, arg := range p.args {
		if arg.op != "" && !m.makes(n.Inputs[k], arg.op) && !(commutes(n) && m.makes(n.Inputs[1-k], arg.op)) {
			return false
		}
	}
	return true
}

func (m *matcher) makes(name, op string) bool {
	n := m.of(name).maker
	return n != nil && n.Op == op
}

// commutes reports whether the inputs of a node may change places.
func commutes(n *node) bool { return n.operator.commutes && len(n.Inputs) == 2 }

func (m *matcher) inputs(names []string, args []*pattern, found *match) *match {
	for k, arg := range args {
		if found = m.find(names[k], arg, found); found == nil {
			return nil
		}
	}
	return found
}

// closed reports whether nothing but the match reads what its inner nodes make.
func (m *matcher) closed(found *match) bool {
	inner := map[string]int{}
	for _, n := range found.nodes {
		for _, name := range n.Inputs {
			inner[name]++
		}
	}
	for _, n := range found.nodes[1:] {
		for _, out := range n.Outputs {
			if m.of(out).comesOut || inner[out] != m.of(out).readers {
				return false
			}
		}
	}
	return true
}
