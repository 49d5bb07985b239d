package onnx

import (
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// A writing is what a tensor is that stands in the file like any weight and is not learned all the same, as a note says it.
type writing string

// The writings; empty for what is learned.
const (
	angles  writing = "sines and cosines of positions, or frequencies of these"
	masks   writing = "masks, or what is like these"
	grids   writing = "numbers that were written down, as of grids and distances"
	blurs   writing = "one filter for all channels"
	centres writing = "what the input is normalised by"
	gauges  writing = "scales of quantization"
)

// writings lists them in the order of the notes.
func writings() []writing { return []writing{angles, masks, grids, blurs, centres, gauges} }

// looksLike are the writings that the values of a tensor tell by themselves.
func looksLike(look wire.Look) writing {
	switch look {
	case wire.Mask:
		return masks
	case wire.Grid, wire.Slopes:
		return grids
	case wire.Waves:
		return angles
	case wire.Filter:
		return blurs
	}
	return ""
}

// findWritten finds tensors that stand in the file like any weight and are not learned.
func (s strands) findWritten(nodes []*node, g *wire.Graph) {
	s.findAngles(nodes)
	s.findCentres(nodes, g)
	s.findBoxes(nodes)
	s.findLeftOut(nodes)
	s.findScales(nodes)
	multiplied, softened := s.factorsAndScores(nodes)
	for _, n := range nodes {
		for _, name := range n.Inputs {
			for _, table := range s.tables(name) {
				look := s.of(table).constant.Look
				is := looksLike(look)
				switch {
				case multiplied[table] && is != blurs, is == blurs && !multiplied[table] && s.readsData(n):
					is = ""
				case look == wire.Unseen && softened[n] && name == table && s.broadcastOverHeads(table):
					is = masks
				}
				s.write(is, table)
			}
		}
	}
}

// readsData reports whether a node reads more than tables: what it makes of these is no kernel.
func (s strands) readsData(n *node) bool {
	return slices.ContainsFunc(n.Inputs, func(name string) bool { return name != "" && s.of(name).constant == nil && len(s.tables(name)) == 0 })
}

// findLeftOut finds weights whose elements were left out, so that the file has one number in place of them and the shape. Files are written
// so as a whole: where no such tensor stands in the place of a weight, they are what a network fills a tensor with, as a token is
// repeated by a sum with zeros.
func (s strands) findLeftOut(nodes []*node) {
	var filled []string
	weighs := false
	for _, n := range nodes {
		if n.Op == filling && len(n.Inputs) > 0 && len(n.Outputs) > 0 && s.of(n.Inputs[0]).constant != nil {
			filled = append(filled, n.Outputs[0])
		}
		weighs = weighs || s.weighsFilled(n)
	}
	if weighs {
		for _, name := range filled {
			s.add(name).leftOut = true
		}
	}
}

// filling is the operator that makes a tensor of one number.
const filling = "ConstantOfShape"

// isFilled reports whether a tensor is one number again and again, moved or not.
func (s strands) isFilled(name string) bool {
	maker := s.of(name).maker
	for range maxMoves {
		if maker == nil || !maker.moves() || maker.Op == sideBySide {
			break
		}
		maker = s.of(maker.Inputs[0]).maker
	}
	return maker != nil && maker.Op == filling
}

// weighsFilled reports whether the weight of a node is one number again and again. A state that is multiplied by a weight of the file is
// none, and small biases are in the file where larger tensors were left out.
func (s strands) weighsFilled(n *node) bool {
	filled := false
	for k, name := range n.Inputs {
		if n.operator.multiplies(k) {
			if s.of(name).learned {
				return false
			}
			filled = filled || s.isFilled(name)
		}
	}
	return filled
}

// factorsAndScores are the tensors that layers multiply by, which are learned whatever they look like, and the nodes that add to what a
// softmax reads.
func (s strands) factorsAndScores(nodes []*node) (multiplied map[string]bool, softened map[*node]bool) {
	multiplied, softened = map[string]bool{}, map[*node]bool{}
	for _, n := range nodes {
		for k, name := range n.Inputs {
			for _, table := range s.tables(name) {
				multiplied[table] = multiplied[table] || n.operator.weighs(k)
			}
		}
		if n.Op != "Softmax" || len(n.Inputs) == 0 {
			continue
		}
		for at := s.of(n.Inputs[0]).maker; at != nil && len(at.Inputs) > 0 && (at.Op == "Add" || at.moves()); at = s.of(at.Inputs[0]).maker {
			softened[at] = true
		}
	}
	return multiplied, softened
}

// broadcastOverHeads reports whether a tensor has rows and columns and nothing else, as a mask that is added to all scores has. What is
// learned of distances differs from head to head.
func (s strands) broadcastOverHeads(table string) bool {
	dims := s.of(table).constant.Dims
	if len(dims) < 2 || slices.Contains(dims[len(dims)-2:], 1) {
		return false
	}
	return !slices.ContainsFunc(dims[:len(dims)-2], func(n int64) bool { return n != 1 })
}

// findBoxes finds tables of which one column is subtracted from another, as corners of boxes that are laid out beforehand are.
func (s strands) findBoxes(nodes []*node) {
	for _, n := range nodes {
		if n.Op != "Sub" || len(n.Inputs) != 2 || n.Inputs[0] == n.Inputs[1] {
			continue
		}
		if from := s.tables(n.Inputs[0]); slices.Equal(from, s.tables(n.Inputs[1])) {
			s.write(grids, from...)
		}
	}
}

// findCentres finds the means that are subtracted from the inputs of the graph themselves, and the deviations that these are then
// divided by: one for each channel.
func (s strands) findCentres(nodes []*node, g *wire.Graph) {
	raw, centred := map[string]bool{}, map[string]bool{}
	for _, in := range g.Inputs {
		raw[in.Name] = s.of(in.Name).constant == nil
	}
	for _, n := range nodes {
		if len(n.Inputs) == 0 || len(n.Outputs) == 0 || !raw[n.Inputs[0]] {
			continue
		}
		from, out := n.Inputs[0], n.Outputs[0]
		switch {
		case n.moves() && n.Op != sideBySide:
			raw[out], centred[out] = true, centred[from]
		case len(n.Inputs) == 2 && (n.Op == "Sub" || n.Op == "Div" || n.Op == "Mul"):
			by := n.Inputs[1]
			vector := s.vector(by)
			if !vector && !s.single(by) {
				continue
			}
			raw[out], centred[out] = true, centred[from] || n.Op == "Sub"
			if vector && (n.Op != "Mul" || centred[from]) {
				s.write(centres, s.tables(by)...)
			}
		}
	}
}

// findScales finds the numbers by which a product of whole numbers becomes one of fractions: one for each column, times that of the data.
func (s strands) findScales(nodes []*node) {
	for _, n := range nodes {
		if n.Op != "Mul" || len(n.Inputs) != 2 {
			continue
		}
		for k, name := range n.Inputs {
			if !s.isOfIntegers(name) {
				continue
			}
			by := n.Inputs[1-k]
			s.write(gauges, s.tables(by)...)
			if both := s.of(by).maker; both != nil && both.Op == "Mul" {
				for _, factor := range both.Inputs {
					s.write(gauges, s.tables(factor)...)
				}
			}
		}
	}
}

// isOfIntegers reports whether a tensor is a product of whole numbers, cast.
func (s strands) isOfIntegers(name string) bool {
	cast := s.of(name).maker
	if cast == nil || cast.Op != "Cast" || len(cast.Inputs) == 0 {
		return false
	}
	product := s.of(cast.Inputs[0]).maker
	return product != nil && (product.Op == "MatMulInteger" || product.Op == "ConvInteger")
}

// vector reports whether a tensor is an initializer of which one axis at most is longer than 1.
func (s strands) vector(name string) bool {
	tables := s.tables(name)
	if len(tables) == 0 {
		return false
	}
	long := 0
	for _, n := range s.of(tables[0]).constant.Dims {
		if n > 1 {
			long++
		}
	}
	return long <= 1
}

// single reports whether a tensor is one constant number.
func (s strands) single(name string) bool {
	w := s.of(name).constant
	return w != nil && len(w.Dims) == 0
}

// write says what tensors are that are not learned.
func (s strands) write(is writing, names ...string) {
	for _, name := range names {
		if one := s.add(name); is != "" && one.written == "" {
			one.written, one.learned = is, false
		}
	}
}

// orWritten is an initializer, which is not learned if its strand says so.
func (it *item) orWritten(of *strand) *item {
	if of.written != "" && it.weight != nil {
		it.weight.constant = true
	}
	return it
}

// noteWritten says which initializers and constants of nodes are taken for something else than weights.
func (t *translator) noteWritten(nodes []*node) {
	names := map[writing][]string{}
	add := func(name string) {
		is := t.strands.of(name).written
		names[is] = append(names[is], name)
	}
	for _, w := range t.graph.Initializers {
		add(w.Name)
	}
	for _, n := range nodes {
		if n.operator.literal && len(n.Outputs) > 0 {
			add(n.Outputs[0])
		}
	}
	for _, is := range writings() {
		t.noteNames("not learned, but "+string(is), names[is])
	}
}

// noteGiven says which inputs are taken for weights.
func (t *translator) noteGiven() {
	var names []string
	for _, in := range t.graph.Inputs {
		if t.strands.of(in.Name).given {
			names = append(names, in.Name)
		}
	}
	t.noteNames("the file has no weights; these inputs are taken for such", names)
}

// noteNames says something of tensors, if there are any.
func (t *translator) noteNames(text string, names []string) {
	if len(names) > 0 {
		t.note(text + ": " + some(names))
	}
}
