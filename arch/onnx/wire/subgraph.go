package wire

// Reads lists the tensors that a node needs: its inputs, and what the graphs in it read from around them.
func (n *Node) Reads() []string {
	if !n.HoldsGraph {
		return n.Inputs
	}
	return append(n.Captured(), n.Inputs...)
}

// Graphs lists the graphs in a node, and those in their nodes.
func (n *Node) Graphs() []*Graph {
	var out []*Graph
	for _, a := range n.Attributes {
		if a.Graph == nil {
			continue
		}
		out = append(out, a.Graph)
		for _, inner := range a.Graph.Nodes {
			out = append(out, inner.Graphs()...)
		}
	}
	return out
}

// Captured lists the tensors that the graphs in a node read and do not make themselves, in the order of the graphs' names.
func (n *Node) Captured() []string {
	var names []string
	for _, a := range n.Attributes {
		if a.Graph != nil {
			names = append(names, a.Graph.Open()...)
		}
	}
	return names
}

// Open lists the tensors that a graph reads from around it.
func (g *Graph) Open() []string {
	own := map[string]bool{"": true}
	for _, in := range g.Inputs {
		own[in.Name] = true
	}
	for _, w := range g.Initializers {
		own[w.Name] = true
	}
	for _, n := range g.Nodes {
		for _, name := range n.Outputs {
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
	for _, n := range g.Nodes {
		for _, name := range n.Reads() {
			add(name)
		}
	}
	for _, out := range g.Outputs {
		add(out.Name)
	}
	return names
}
