package arch

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Shape is the shape of a tensor per sample: the width (channels, units) and 0 to 3 spatial extents.
type Shape struct {
	Width   symbolic.Expr
	Extents []symbolic.Expr
	// Samples is how many samples a network that fixes its batch carries along its first axis, as ONNX files do; zero stands
	// for 1, and the batch that a network is priced for comes on top.
	Samples symbolic.Expr
	// Empty says that there are no samples at all, as behind a slice that leaves none.
	Empty bool
}

// MaxExtents is the largest number of spatial extents a shape may have.
const MaxExtents = 3

// Positions is the product of the spatial extents: 1 for a plain vector.
func (s Shape) Positions() symbolic.Expr { return symbolic.Product(s.Extents...) }

// Elements is the number of values of one sample.
func (s Shape) Elements() symbolic.Expr { return s.Width.Mul(s.Positions()) }

// Batch is the number of samples that the shape itself carries: 1 unless the network says otherwise.
func (s Shape) Batch() symbolic.Expr {
	if s.Samples.IsZero() && !s.Empty {
		return symbolic.Int(1)
	}
	return s.Samples
}

// WithSamples is the shape with another number of samples.
func (s Shape) WithSamples(n symbolic.Expr) Shape {
	s.Samples, s.Empty = n, n.IsZero()
	return s
}

// AllElements is the number of values of all samples that the shape carries.
func (s Shape) AllElements() symbolic.Expr {
	if s.Samples.IsZero() && !s.Empty {
		return s.Elements()
	}
	return s.Samples.Mul(s.Elements())
}

// HasNone reports whether the shape is known to carry no elements: one of its dimensions is 0.
func (s Shape) HasNone() bool {
	return s.Samples.IsZero() && s.Empty || s.Width.IsZero() || slices.ContainsFunc(s.Extents, symbolic.Expr.IsZero)
}

// Equal reports whether both shapes are the same expression for expression.
func (s Shape) Equal(t Shape) bool {
	return s.Width.Equal(t.Width) && s.SameExtents(t) && s.Batch().Equal(t.Batch())
}

// Err is the error that a dimension carries, as a number too long to be written out.
func (s Shape) Err() error {
	for _, d := range append(s.Dims(), s.Samples) {
		if err := d.Err(); err != nil {
			return err
		}
	}
	return nil
}

// Text prints the shape as papers do: 64×56×56, with the samples it carries in front where they are not one: 8·(64×56×56).
func (s Shape) Text() string {
	parts := []string{s.Width.Text()}
	for _, e := range s.Extents {
		parts = append(parts, e.Text())
	}
	text := strings.Join(parts, "×")
	if !s.Batch().IsOne() {
		text = s.Samples.Text() + "·(" + text + ")"
	}
	return text
}

// ASCII prints the shape for machine formats: 64x56x56, in the notation that parses back.
func (s Shape) ASCII() string {
	parts := []string{s.Width.ASCII()}
	for _, e := range s.Extents {
		parts = append(parts, e.ASCII())
	}
	text := strings.Join(parts, "x")
	if !s.Batch().IsOne() {
		text = s.Samples.ASCII() + "*(" + text + ")"
	}
	return text
}

// WithWidth is the shape at another width.
func (s Shape) WithWidth(w symbolic.Expr) Shape {
	s.Width = w
	return s
}

// Possible reports whether every dimension can be a whole number of at least 1, or of at least 0 where the tensor may be empty:
// only what is known otherwise is refused.
func (s Shape) Possible(mayBeEmpty bool) bool {
	least := int64(1)
	if mayBeEmpty {
		least = 0
	}
	for _, e := range s.Extents {
		if !possible(e, least) {
			return false
		}
	}
	return possible(s.Width, least) && possible(s.Batch(), least)
}

func possible(d symbolic.Expr, least int64) bool {
	if n, ok := d.Int64(); ok {
		return n >= least
	}
	q, ok := d.Rational()
	return !ok || q.Sign() > 0 && q.IsInt()
}

// Dims lists width and extents, the order in which networks write them.
func (s Shape) Dims() []symbolic.Expr {
	return append([]symbolic.Expr{s.Width}, s.Extents...)
}

// Has reports whether the name occurs anywhere in the shape.
func (s Shape) Has(name string) bool {
	if s.Samples.Has(name) {
		return true
	}
	for _, d := range s.Dims() {
		if d.Has(name) {
			return true
		}
	}
	return false
}

// Substitute binds names in every dimension.
func (s Shape) Substitute(b symbolic.Bindings) Shape {
	out := Shape{Width: s.Width.Substitute(b), Extents: make([]symbolic.Expr, len(s.Extents)), Empty: s.Empty}
	if !s.Samples.IsZero() {
		out = out.WithSamples(s.Samples.Substitute(b))
	}
	for k, e := range s.Extents {
		out.Extents[k] = e.Substitute(b)
	}
	return out
}

// SameExtents reports whether both shapes have the same extents, whatever their widths.
func (s Shape) SameExtents(t Shape) bool {
	return slices.EqualFunc(s.Extents, t.Extents, symbolic.Expr.Equal)
}
