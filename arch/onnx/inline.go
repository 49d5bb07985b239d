package onnx

import (
	"errors"
	"fmt"
	"maps"
)

// inline puts the nodes of the functions of a model in the place of the nodes that call them, in all graphs.
func (m *model) inline() error {
	if len(m.functions) == 0 {
		return nil
	}
	i := &inliner{functions: m.functions}
	return i.graph(m.graph, 0)
}

// inliner is the state of one inline.
type inliner struct {
	functions map[functionKey]*function
	made      int // nodes so far
	calls     int
}

// graph opens the calls in a graph.
func (i *inliner) graph(g *graph, depth int) error {
	nodes, err := i.nodes(g.nodes, depth)
	g.nodes = nodes
	return err
}

// nodes are nodes with all calls among them opened.
func (i *inliner) nodes(nodes []*node, depth int) ([]*node, error) {
	out := make([]*node, 0, len(nodes))
	for _, n := range nodes {
		for _, a := range n.attributes {
			if a.graph != nil {
				if err := i.graph(a.graph, depth); err != nil {
					return nil, err
				}
			}
		}
		fn := i.functions[functionKey{n.domain, n.op, n.overload}]
		if fn == nil {
			out = append(out, n)
			continue
		}
		opened, err := i.call(n, fn, depth+1)
		if err != nil {
			return nil, n.named(err)
		}
		out = append(out, opened...)
	}
	return out, nil
}

// call is the body of a function for one call of it, with all calls in it opened.
func (i *inliner) call(n *node, fn *function, depth int) ([]*node, error) {
	if depth > maxCalls {
		return nil, fmt.Errorf("more than %d functions call one another", maxCalls)
	}
	if i.made += len(fn.nodes); i.made > maxOpened {
		return nil, fmt.Errorf("the functions come to more than %d nodes", maxOpened)
	}
	if len(n.inputs) > len(fn.inputs) || len(n.outputs) > len(fn.outputs) {
		return nil, errors.New("its function takes or makes fewer tensors")
	}
	i.calls++
	names := renaming{prefix: fmt.Sprintf("%s/%d/", n.label(), i.calls), known: map[string]string{"": ""}}
	for k, name := range fn.inputs {
		names.known[name] = ""
		if k < len(n.inputs) {
			names.known[name] = n.inputs[k]
		}
	}
	for k, name := range fn.outputs {
		if k < len(n.outputs) && n.outputs[k] != "" {
			names.known[name] = n.outputs[k]
		}
	}
	given := map[string]*attribute{}
	maps.Copy(given, fn.defaults)
	maps.Copy(given, n.attributes)
	body := make([]*node, 0, len(fn.nodes))
	for _, inner := range fn.nodes {
		made := names.node(inner, given)
		made.name = n.label() + "." + inner.label()
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

// node is a node of a function with its tensors renamed, and the attributes of a call in the place of those that refer to them.
func (r renaming) node(n *node, given map[string]*attribute) *node {
	out := *n
	out.inputs, out.outputs = r.all(n.inputs), r.all(n.outputs)
	out.attributes = make(map[string]*attribute, len(n.attributes))
	for name, a := range n.attributes {
		if a.ref != "" {
			if a = given[a.ref]; a == nil {
				continue // left out by the call
			}
		}
		if a.graph != nil {
			inner := *a
			inner.graph = r.graph(a.graph, given)
			a = &inner
		}
		out.attributes[name] = a
	}
	return &out
}

// graph is a graph in a node of a function.
func (r renaming) graph(g *graph, given map[string]*attribute) *graph {
	out := *g
	out.nodes = make([]*node, len(g.nodes))
	for k, n := range g.nodes {
		out.nodes[k] = r.node(n, given)
	}
	out.initializers = make([]*tensor, len(g.initializers))
	for k, w := range g.initializers {
		renamed := *w
		renamed.name = r.of(w.name)
		out.initializers[k] = &renamed
	}
	for _, list := range []*[]*valueInfo{&out.inputs, &out.outputs, &out.values} {
		renamed := make([]*valueInfo, len(*list))
		for k, v := range *list {
			one := *v
			one.name = r.of(v.name)
			renamed[k] = &one
		}
		*list = renamed
	}
	return &out
}
