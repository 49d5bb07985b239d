package onnx

import (
	"errors"
	"fmt"
	"maps"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// inline replaces calls of functions of a model by the nodes of the functions, in all graphs.
func inline(m *wire.Model, budget *symbolic.Budget) error {
	if len(m.Functions) == 0 {
		return nil
	}
	i := &inliner{functions: m.Functions, budget: budget}
	return i.graph(m.Graph, 0)
}

// inliner is the state of one inline.
type inliner struct {
	functions map[wire.FunctionKey]*wire.Function
	budget    *symbolic.Budget
	calls     int
}

// graph opens the calls in a graph.
func (i *inliner) graph(g *wire.Graph, depth int) error {
	nodes, err := i.nodes(g.Nodes, depth)
	g.Nodes = nodes
	return err
}

// nodes are nodes with all calls among them opened.
func (i *inliner) nodes(nodes []*wire.Node, depth int) ([]*wire.Node, error) {
	out := make([]*wire.Node, 0, len(nodes))
	for _, n := range nodes {
		for _, a := range n.Attributes {
			if a.Graph != nil {
				if err := i.graph(a.Graph, depth); err != nil {
					return nil, err
				}
			}
		}
		fn := i.functions[wire.FunctionKey{Domain: n.Domain, Name: n.Op, Overload: n.Overload}]
		if fn == nil {
			out = append(out, n)
			continue
		}
		opened, err := i.call(n, fn, depth+1)
		if err != nil {
			return nil, named(n, err)
		}
		out = append(out, opened...)
	}
	return out, nil
}

// call is the body of a function for one call of it, with all calls in it opened.
func (i *inliner) call(n *wire.Node, fn *wire.Function, depth int) ([]*wire.Node, error) {
	if depth > maxCalls {
		return nil, fmt.Errorf("more than %d functions call one another", maxCalls)
	}
	if !i.budget.Spend(symbolic.Nodes, len(fn.Nodes)) {
		return nil, fmt.Errorf("the functions come to %s", i.budget.Beyond(symbolic.Nodes))
	}
	if len(n.Inputs) > len(fn.Inputs) || len(n.Outputs) > len(fn.Outputs) {
		return nil, errors.New("its function takes or makes fewer tensors")
	}
	i.calls++
	names := renaming{prefix: fmt.Sprintf("%s/%d/", n.Label(), i.calls), known: map[string]string{"": ""}}
	for k, name := range fn.Inputs {
		names.known[name] = ""
		if k < len(n.Inputs) {
			names.known[name] = n.Inputs[k]
		}
	}
	for k, name := range fn.Outputs {
		if k < len(n.Outputs) && n.Outputs[k] != "" {
			names.known[name] = n.Outputs[k]
		}
	}
	given := map[string]*wire.Attribute{}
	maps.Copy(given, fn.Defaults)
	for _, a := range n.Attributes {
		given[a.Name] = a
	}
	body := make([]*wire.Node, 0, len(fn.Nodes))
	for _, inner := range fn.Nodes {
		made := names.node(inner, given)
		made.Name = n.Label() + "." + inner.Label()
		body = append(body, made)
	}
	return i.nodes(body, depth)
}

// renaming gives the tensors of a function names that no other call of it has.
type renaming struct {
	prefix string
	known  map[string]string
}

func (r renaming) of(name string) string {
	if out, ok := r.known[name]; ok {
		return out
	}
	return r.prefix + name
}

func (r renaming) all(names []string) []string {
	out := make([]string, len(names))
	for k, name := range names {
		out[k] = r.of(name)
	}
	return out
}

// node is a node of a function with its tensors renamed, and references to attributes replaced by the attributes of the call.
func (r renaming) node(n *wire.Node, given map[string]*wire.Attribute) *wire.Node {
	out := *n
	out.Inputs, out.Outputs = r.all(n.Inputs), r.all(n.Outputs)
	out.Attributes = make(wire.Attributes, 0, len(n.Attributes))
	for _, a := range n.Attributes {
		name := a.Name
		if a.Ref != "" {
			if a = given[a.Ref]; a == nil {
				continue // left out by the call
			}
		}
		if a.Graph != nil || a.Name != name {
			inner := *a
			inner.Name = name
			if a.Graph != nil {
				inner.Graph = r.graph(a.Graph, given)
			}
			a = &inner
		}
		out.Attributes = append(out.Attributes, a)
	}
	return &out
}

// graph is a graph in a node of a function.
func (r renaming) graph(g *wire.Graph, given map[string]*wire.Attribute) *wire.Graph {
	out := *g
	out.Nodes = make([]*wire.Node, len(g.Nodes))
	for k, n := range g.Nodes {
		out.Nodes[k] = r.node(n, given)
	}
	out.Initializers = make([]*wire.Tensor, len(g.Initializers))
	for k, w := range g.Initializers {
		renamed := *w
		renamed.Name = r.of(w.Name)
		out.Initializers[k] = &renamed
	}
	for _, list := range []*[]*wire.ValueInfo{&out.Inputs, &out.Outputs, &out.Values} {
		renamed := make([]*wire.ValueInfo, len(*list))
		for k, v := range *list {
			one := *v
			one.Name = r.of(v.Name)
			renamed[k] = &one
		}
		*list = renamed
	}
	return &out
}
