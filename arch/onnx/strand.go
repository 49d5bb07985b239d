package onnx

import "github.com/skipcost/skipcost/arch/onnx/wire"

// A strand is the facts about a tensor that follow from the graph alone, before any node is translated.
type strand struct {
	said     *wire.ValueInfo // what the file says of it, if that has a shape
	constant *wire.Tensor    // an initializer, or what a Constant node makes
	maker    *node           // nil for what no node of the graph makes
	readers  int             // how often nodes read it
	comesOut bool            // it is an output of the graph
	given    bool            // it is an input that is taken for a weight
	learned  bool            // it is a weight, moved or not
	leftOut  bool            // it is a weight of which the file has one number in place of the elements
	written  writing         // what it is, where it is not learned though it stands there like a weight
	channels bool            // those who read it want the width first
}

// strands are those of a graph, by name.
type strands map[string]*strand

// of is the strand of a name; an empty one for an unknown tensor.
func (s strands) of(name string) *strand {
	if one := s[name]; one != nil {
		return one
	}
	return &strand{}
}

// add is the strand of a name, which is added if it is new.
func (s strands) add(name string) *strand {
	one := s[name]
	if one == nil {
		one = &strand{}
		s[name] = one
	}
	return one
}

// read reports whether some node reads a tensor, or it comes out.
func (s strands) read(name string) bool {
	one := s.of(name)
	return one.readers > 0 || one.comesOut
}

// newStrands are the strands of the inputs, outputs and initializers of a graph; follow adds those of nodes.
func newStrands(g *wire.Graph) strands {
	s := make(strands, len(g.Nodes)+len(g.Initializers))
	for _, list := range [][]*wire.ValueInfo{g.Outputs, g.Values} {
		for _, v := range list {
			if v.HasShape {
				s.add(v.Name).said = v
			}
		}
	}
	for _, out := range g.Outputs {
		s.add(out.Name).comesOut = true
	}
	for _, w := range g.Initializers {
		one := s.add(w.Name)
		one.constant, one.learned = w, isLearnable(w.DType)
	}
	return s
}

// follow adds the facts that follow from the nodes of a graph, in their order.
func (s strands) follow(nodes []*node, g *wire.Graph) {
	for name := range weightInputs(nodes, g) {
		one := s.add(name)
		one.given, one.learned = true, true
	}
	for _, n := range nodes {
		for _, name := range n.Reads() {
			s.add(name).readers++
		}
		for _, name := range n.Outputs {
			s.add(name).maker = n
		}
		if len(n.Outputs) == 0 {
			continue
		}
		made := s.add(n.Outputs[0])
		switch {
		case n.operator.literal && n.literal() != nil:
			made.constant, made.learned = n.literal(), isLearnable(n.literal().DType)
		case n.operator.passes != passesNothing && len(n.Inputs) > 0:
			made.learned = s.of(n.Inputs[0]).learned
		}
	}
}

// see adds the facts about tensors that a graph reads from around it.
func (s strands) see(outer strands, names []string) {
	for _, name := range names {
		there, here := outer.of(name), s.add(name)
		if here.constant == nil {
			here.constant = there.constant
		}
		here.learned = here.learned || there.learned
	}
}

// wantChannels goes back from the readers of every tensor and finds the tensors whose readers want the width as the second
// axis. An element-wise operator wants what its own readers want.
func (s strands) wantChannels(nodes []*node) {
	for k := len(nodes) - 1; k >= 0; k-- {
		n := nodes[k]
		wants := n.operator.width
		first := wants == widthSecond
		if wants == widthOfReaders && n.fits == nil {
			for _, out := range n.Outputs {
				first = first || s.of(out).channels
			}
		}
		if !first {
			continue
		}
		for _, name := range n.Inputs {
			s.add(name).channels = true
		}
	}
}
