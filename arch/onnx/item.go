package onnx

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// An item is the facts known about a tensor of the graph: its shape, and one of
//
//	data    its elements, where they follow from shapes and constants alone
//	weight  it is learned, or computed from what is learned
//	value   what operations make of the input
//
// One that has none of them is a constant whose elements do not matter.
type item struct {
	dims   []symbolic.Expr
	data   []symbolic.Expr // row by row; nil if not known
	folded bool            // data is known, even if there are no elements
	whole  bool            // the elements are integers
	alike  bool            // all elements are equal
	bytes  bool            // elements are bytes without a sign, which may hold several values
	weight *weight
	from   *recall // of a weight that layers with weights compute; nil for others
	value  *trace.Value
	layout layout
	list   *sequence // it is no tensor, but a list of them
	guess  *guess    // that its shape rests on; nil if it is known
}

// A layout says how the dimensions of a tensor are read as a shape: which axis is the width, and whether the first one counts
// samples.
type layout struct {
	axis int  // the width
	flat bool // the first axis is an extent like any other
}

// rank is the number of dimensions.
func (it *item) rank() int { return len(it.dims) }

// shape are the dimensions of a tensor; none of one that is not there.
func (it *item) shape() []symbolic.Expr {
	if it == nil {
		return nil
	}
	return it.dims
}

// checkDims refuses dimensions that are too many, too long to work with, or impossible.
func (it *item) checkDims() error {
	if it.rank() > wire.MaxRank {
		return fmt.Errorf("%d dimensions come out", it.rank())
	}
	for _, d := range it.dims {
		if err := d.Err(); err != nil {
			return fmt.Errorf("a dimension of what comes out: %w", err)
		}
		if n, number := d.Sign(); number && n < 0 && it.isActivation() {
			return fmt.Errorf("a dimension of what comes out is %s", d.Text())
		}
		if d.Size() > maxDimension {
			return errors.New("a dimension of what comes out is too long an expression")
		}
	}
	return nil
}

// elements is the number of elements.
func (it *item) elements() symbolic.Expr { return symbolic.Product(it.dims...) }

// isActivation reports whether the tensor is made of the network's input.
func (it *item) isActivation() bool { return it != nil && it.value != nil }

// varies reports whether the tensor is made of the network's input, or learned and not a single number.
func (it *item) varies() bool {
	return it.computed() || it.learned() != nil && !it.alike && !it.elements().IsOne()
}

// asShape is a folded tensor as the dimensions that it asks for, none of them less than a number.
func (it *item) asShape(least int64) ([]symbolic.Expr, error) {
	if !it.folded {
		return nil, dataError("the shape is")
	}
	if len(it.data) > wire.MaxRank {
		return nil, fmt.Errorf("a shape of %d dimensions", len(it.data))
	}
	for _, d := range it.data {
		if n, ok := d.Rational(); ok && n.Cmp(big.NewRat(least, 1)) < 0 {
			return nil, fmt.Errorf("the shape has an axis of %s elements", d.Text())
		}
	}
	return slices.Clone(it.data), nil
}

// scalar is the element of a folded tensor of one.
func (it *item) scalar() (symbolic.Expr, bool) {
	if !it.folded || len(it.data) != 1 {
		return symbolic.Expr{}, false
	}
	return it.data[0], true
}

// shape reads dimensions by a layout. More extents than a shape can have are joined, the first ones first.
func (l layout) shape(dims []symbolic.Expr) arch.Shape {
	one := symbolic.Int(1)
	if len(dims) == 0 {
		return arch.Shape{Width: one, Samples: one}
	}
	s := arch.Shape{Width: dims[l.axis], Samples: one}
	for k, d := range dims {
		switch {
		case k == l.axis:
		case k == 0 && !l.flat:
			s = s.WithSamples(d)
		default:
			s.Extents = append(s.Extents, d)
		}
	}
	for len(s.Extents) > arch.MaxExtents {
		joined := s.Extents[0].Mul(s.Extents[1])
		s.Extents = append([]symbolic.Expr{joined}, s.Extents[2:]...)
	}
	return s
}

// dims is the inverse of shape for a tensor of that rank: the dimensions of an output in this layout.
func (l layout) dims(s arch.Shape, rank int) []symbolic.Expr {
	out := make([]symbolic.Expr, 0, rank)
	extents := s.Extents
	for k := 0; k < rank; k++ {
		switch {
		case k == l.axis:
			out = append(out, s.Width)
		case k == 0 && !l.flat:
			out = append(out, s.Batch())
		case len(extents) > 0:
			out = append(out, extents[0])
			extents = extents[1:]
		}
	}
	return out
}

// channels is the layout of images: samples, width, extents.
func channels(rank int) layout { return layout{axis: min(1, max(0, rank-1))} }

// features is the layout of sequences: samples, extents, width.
func features(rank int) layout { return layout{axis: max(0, rank-1)} }

// along is the layout whose width is an axis.
func along(axis int) layout { return layout{axis: axis} }

// same reports whether two lists of dimensions are equal, expression for expression.
func same(a, b []symbolic.Expr) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if !a[k].Equal(b[k]) {
			return false
		}
	}
	return true
}

// isInt reports whether an expression is that number.
func isInt(e symbolic.Expr, n int64) bool {
	v, ok := e.Int64()
	return ok && v == n
}

func ints(values ...int64) []symbolic.Expr {
	out := make([]symbolic.Expr, len(values))
	for k, v := range values {
		out[k] = symbolic.Int(v)
	}
	return out
}
