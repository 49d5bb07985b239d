package onnx

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/onnx/wire"
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

// A match is what a pattern was found to be.
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
	known   *repertoire
	makers  map[string]*node
	readers map[string]int
	tensors map[string]*wire.Tensor // initializers, and what Constant nodes make
	weights map[string]bool         // learned tensors, moved or not
	given   map[string]bool         // those that are inputs of the graph
	outputs map[string]bool
}

func newMatcher(known *repertoire, nodes []*node, g *wire.Graph) *matcher {
	m := &matcher{
		known:  known,
		makers: make(map[string]*node, len(nodes)), readers: make(map[string]int, len(nodes)), tensors: make(map[string]*wire.Tensor, len(g.Initializers)),
		given: weightInputs(nodes, g), outputs: map[string]bool{},
	}
	m.weights = maps.Clone(m.given)
	for _, w := range g.Initializers {
		m.tensors[w.Name] = w
		if isLearnable(w.DType) {
			m.weights[w.Name] = true
		}
	}
	for _, out := range g.Outputs {
		m.outputs[out.Name] = true
	}
	for _, n := range nodes {
		for _, name := range n.Reads() {
			m.readers[name]++
		}
		for _, name := range n.Outputs {
			m.makers[name] = n
		}
		switch {
		case len(n.Outputs) == 0:
		case n.operator.literal && n.Attributes["value"] != nil && n.Attributes["value"].Tensor != nil:
			m.tensors[n.Outputs[0]] = n.Attributes["value"].Tensor
			m.weights[n.Outputs[0]] = isLearnable(n.Attributes["value"].Tensor.DType)
		case n.operator.passes != passesNothing && len(n.Inputs) > 0:
			m.weights[n.Outputs[0]] = m.weights[n.Inputs[0]]
		}
	}
	return m
}

// see adds what is known of tensors around the graph.
func (m *matcher) see(outer *matcher, names []string) {
	for _, name := range names {
		if w := outer.tensors[name]; w != nil && m.tensors[name] == nil {
			m.tensors[name] = w
		}
		m.weights[name] = m.weights[name] || outer.weights[name]
	}
}

// read reports whether some node reads a tensor, or it comes out.
func (m *matcher) read(name string) bool { return m.readers[name] > 0 || m.outputs[name] }

// number is the value of a constant of one element.
func (m *matcher) number(name string) (float64, bool) {
	maker := m.makers[name]
	for maker != nil && maker.operator.passes == passesElements && len(maker.Inputs) > 0 { // one element stays what it is
		name = maker.Inputs[0]
		maker = m.makers[name]
	}
	t := m.tensors[name]
	switch {
	case t == nil || !t.Known:
		if n := maker; n != nil && n.operator.literal && n.Attributes["value_float"] != nil {
			return float64(n.Attributes["value_float"].Float), true
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
		if a := n.Attributes[name]; a != nil {
			values = a.Ints
		} else if input < len(n.Inputs) && m.tensors[n.Inputs[input]] != nil {
			values = m.tensors[n.Inputs[input]].Ints
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
		if known, ok := found.tensors[p.name]; ok && known != name || (p.name == "W" || p.name == "B") && !m.weights[name] {
			return nil
		}
		found = found.clone()
		found.tensors[p.name] = name
		return found
	}
	n := m.makers[name]
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
	n := m.makers[name]
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
			if m.outputs[out] || inner[out] != m.readers[out] {
				return false
			}
		}
	}
	return true
}
