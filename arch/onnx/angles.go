package onnx

import "slices"

// References:
//
//	[vaswani2017] Vaswani et al., Attention Is All You Need, arXiv:1706.03762, section 3.5.
//	[su2021] Su et al., RoFormer, arXiv:2104.09864, equation 34.

// findAngles finds constants for positions, which are not learned although they stand in the file like weights: frequencies, of
// whose product with positions both the sine and the cosine are taken ([vaswani2017]), and tables of sines and cosines by which
// pairs of elements are rotated ([su2021]). A sine alone is an activation, and a factor in front of it is learned.
func (s strands) findAngles(nodes []*node) {
	sines, cosines := map[string]bool{}, map[string]bool{}
	for _, n := range nodes {
		if len(n.Inputs) == 0 || n.Domain != "" {
			continue
		}
		switch n.Op {
		case "Sin":
			sines[n.Inputs[0]] = true
		case "Cos":
			cosines[n.Inputs[0]] = true
		case "Add", "Sub":
			s.findTurned(n)
		}
	}
	for name := range sines {
		if cosines[name] {
			s.findFrequencies(name)
		}
	}
}

// findFrequencies marks the tensors that positions are multiplied or divided by.
func (s strands) findFrequencies(name string) {
	n := s.of(name).maker
	for n != nil && n.moves() {
		n = s.of(n.Inputs[0]).maker
	}
	if n == nil || !slices.Contains([]string{"Mul", "Div", "MatMul", "Einsum"}, n.Op) {
		return
	}
	for _, factor := range n.Inputs {
		s.write(angles, s.tables(factor)...)
	}
}

// findTurned marks the two tables of a·cos + b·sin, where a and b are pieces of one tensor and one of them counts negative.
func (s strands) findTurned(n *node) {
	if len(n.Inputs) != 2 {
		return
	}
	one, two := s.factors(n.Inputs[0]), s.factors(n.Inputs[1])
	if one == nil || two == nil || slices.Equal(one.tables, two.tables) {
		return
	}
	a, less := s.cutFrom(one.turned)
	b, more := s.cutFrom(two.turned)
	if a == b && (less != more) != (n.Op == "Sub") {
		s.write(angles, one.tables...)
		s.write(angles, two.tables...)
	}
}

// factors are the two sides of a product of which one is made of initializers.
type factors struct {
	turned string
	tables []string
}

func (s strands) factors(name string) *factors {
	n := s.of(name).maker
	if n == nil || n.Op != "Mul" || len(n.Inputs) != 2 {
		return nil
	}
	for k, factor := range n.Inputs {
		if tables := s.tables(factor); len(tables) > 0 {
			return &factors{turned: n.Inputs[1-k], tables: tables}
		}
	}
	return nil
}

// maxMoves bounds how far back a tensor is followed: exporters need fewer than ten steps.
const maxMoves = 32

// tables are the initializers that a tensor consists of; none if it has other parts.
func (s strands) tables(name string) []string {
	for range maxMoves {
		one := s.of(name)
		if one.constant != nil {
			if len(one.constant.Dims) == 0 || !one.learned {
				return nil
			}
			return []string{name}
		}
		if one.maker == nil || !one.maker.moves() || one.maker.Op == sideBySide {
			return nil
		}
		name = one.maker.Inputs[0]
	}
	return nil
}

// sideBySide is the operator that moves elements of several tensors.
const sideBySide = "Concat"

// cutFrom is the tensor that another one is a piece of, or two pieces of side by side, and whether one of these is negated.
func (s strands) cutFrom(name string) (whole string, negative bool) {
	whole, negative = s.pieceOf(name)
	n := s.of(whole).maker
	if n == nil || n.Op != sideBySide || len(n.Inputs) != 2 {
		return whole, negative
	}
	first, less := s.pieceOf(n.Inputs[0])
	second, more := s.pieceOf(n.Inputs[1])
	if first != second {
		return whole, negative
	}
	return first, negative || less || more
}

func (s strands) pieceOf(name string) (whole string, negative bool) {
	for range maxMoves {
		n := s.of(name).maker
		if n == nil || n.Op == sideBySide || !n.moves() && n.Op != "Neg" {
			break
		}
		negative = negative || n.Op == "Neg"
		name = n.Inputs[0]
	}
	return name, negative
}

// moves reports whether a node only moves elements, of its first input or of all.
func (n *node) moves() bool {
	return len(n.Inputs) > 0 && n.operator.work == None && n.operator.learned != keepsNothing && n.operator.learned != keepsChosen
}
