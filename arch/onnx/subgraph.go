package onnx

import (
	"maps"
	"slices"
)

// reads lists the tensors that a node needs: its inputs, and what the graphs in it read from around them.
func (n *node) reads() []string {
	if !n.holdsGraph {
		return n.inputs
	}
	return append(n.captured(), n.inputs...)
}

// captured lists what the graphs in a node read and do not make themselves, in the order of their names.
func (n *node) captured() []string {
	var names []string
	for _, attribute := range slices.Sorted(maps.Keys(n.attributes)) {
		if g := n.attributes[attribute].graph; g != nil {
			names = append(names, g.open()...)
		}
	}
	return names
}

// open lists the tensors that a graph reads from around it.
func (g *graph) open() []string {
	own := map[string]bool{"": true}
	for _, in := range g.inputs {
		own[in.name] = true
	}
	for _, w := range g.initializers {
		own[w.name] = true
	}
	for _, n := range g.nodes {
		for _, name := range n.outputs {
			own[name] = true
		}
	}
	var names []string
	add := func(name string) {
		if !own[name] {
			own[name] = true
			names = append(names, name)
		}
	}
	for _, n := range g.nodes {
		for _, name := range n.reads() {
			add(name)
		}
	}
	for _, out := range g.outputs {
		add(out.name)
	}
	return names
}
