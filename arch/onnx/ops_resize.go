package onnx

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// pad adds elements at the ends of axes, channels of zeros where only the width grows, and copies what is left where it only cuts off.
func (c *call) pad() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.padded(x)
	if isData(err) {
		return c.openOn("pad", x, 3)
	}
	if err != nil {
		return nil, err
	}
	if same(dims, x.dims) {
		return []*item{x}, nil
	}
	width, shrinks := true, true
	for k := range dims {
		width = width && (k == x.layout.axis || dims[k].Equal(x.dims[k]))
		sign, known := dims[k].Sub(x.dims[k]).Sign()
		shrinks = shrinks && known && sign <= 0
	}
	if shrinks {
		return c.moved("gather", x, dims)
	}
	var out *trace.Value
	if width {
		out, err = c.layer("zero_pad", map[string]arch.Argument{"out": numbers(dims[x.layout.axis])}, x.value)
	} else {
		out, err = c.layer("pad", shapeArgs(x.layout.shape(dims)), x.value)
	}
	return one(out, x.layout, dims, err)
}

// padded are the dimensions that Pad makes of those of x.
func (c *call) padded(x *item) ([]symbolic.Expr, error) {
	places, err := c.range1("pads", 1)
	if err != nil {
		return nil, err
	}
	axes, given, err := c.parameterInts("axes", 3)
	if err != nil {
		return nil, err
	}
	if !given {
		for k := range x.dims {
			axes = append(axes, int64(k))
		}
	}
	if len(places) != 2*len(axes) {
		return nil, fmt.Errorf("%d pads for %d axes", len(places), len(axes))
	}
	dims := append([]symbolic.Expr{}, x.dims...)
	for k, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, err
		}
		dims[at] = dims[at].Add(places[k]).Add(places[k+len(axes)])
	}
	return dims, nil
}

// resize scales extents, by factors or to sizes. Cubic interpolation counts as linear.
func (c *call) resize() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	dims, err := c.resizedDims(x)
	if isData(err) {
		dims, err = c.openExtents(x)
	}
	if err != nil {
		return nil, err
	}
	if last := x.rank() - 1; last >= 3 && dims[last].Equal(x.dims[last]) && !dims[1].Equal(x.dims[1]) {
		return channelsLast(func(in *call) ([]*item, error) { return in.resizedTo(in.in[0], secondOf(dims)) }, 0)(c)
	}
	return c.resizedTo(x, dims)
}

// resizedTo interpolates the extents of a map.
func (c *call) resizedTo(x *item, dims []symbolic.Expr) ([]*item, error) {
	mode := "bilinear"
	if c.text("mode", "nearest") == "nearest" {
		mode = "nearest"
	}
	l := channels(x.rank())
	onlyExtents := errors.New("only extents can be resized")
	if x.rank() < 3 || x.rank() > 2+arch.MaxExtents {
		return nil, onlyExtents
	}
	for k := range 2 {
		if err := c.meet(dims[k], x.dims[k], func() error { return onlyExtents }); err != nil {
			return nil, err
		}
	}
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	factors := make([]symbolic.Expr, 0, len(dims)-2)
	for k := 2; k < len(dims); k++ {
		factor := dims[k].Div(x.dims[k])
		if !factor.IsWhole() {
			out, err := c.layer("resize", map[string]arch.Argument{"to": numbers(dims[2:]...), "mode": word(mode)}, v)
			return one(out, l, dims, err)
		}
		factors = append(factors, factor)
	}
	out, err := c.layer("upsample", map[string]arch.Argument{"scale": numbers(factors...), "mode": word(mode)}, v)
	return one(out, l, dims, err)
}

// openExtents are the dimensions with extents that the data say.
func (c *call) openExtents(x *item) ([]symbolic.Expr, error) {
	dims := slices.Clone(x.dims)
	var err error
	for k := 2; k < len(dims) && err == nil; k++ {
		dims[k], err = c.sizeOfOutput(0, k)
	}
	return dims, err
}

// resizedDims are the dimensions that sizes, or else scales, ask for. Upsample has its scales as the second input or attribute.
func (c *call) resizedDims(x *item) ([]symbolic.Expr, error) {
	if sizes := c.input(3); sizes != nil && len(sizes.dims) > 0 && !isInt(sizes.elements(), 0) {
		if !sizes.folded {
			return nil, dataError("the sizes are")
		}
		return c.sized(x, sizes.data)
	}
	var scales []symbolic.Expr
	if a := c.node.Attributes.Named("scales"); a != nil {
		floats := make([]float64, len(a.Floats))
		for k, f := range a.Floats {
			floats[k] = float64(f)
		}
		scales, _ = exact(floats)
	}
	for k := 1; k <= 2 && k < len(c.in) && scales == nil; k++ {
		if it := c.in[k]; it != nil && it.folded && len(it.data) > 0 && (k == 2 || len(c.in) == 2) {
			scales = it.data
		}
	}
	if scales == nil {
		if slices.ContainsFunc(c.in[1:], func(it *item) bool { return it != nil && !it.folded }) {
			return nil, dataError("scales are")
		}
		return nil, errors.New("neither scales nor sizes are known")
	}
	return c.onAxes(x, scales, scaledSize)
}

// scaledSize is a size times a scale, rounded down. Both are numbers of single precision, and so is their product in a runtime; of a size
// that is open it is that of the fraction which is meant.
func scaledSize(d, scale symbolic.Expr) symbolic.Expr {
	const most = 1 << 24 // up to which whole numbers have single precision
	n, number := d.Int64()
	r, known := scale.Rational()
	if !number || !known || n > most {
		return d.Mul(meant(scale)).Floor()
	}
	by, _ := r.Float32()
	product := new(big.Rat).SetFloat64(float64(float32(n) * by))
	if product == nil {
		return d.Mul(scale).Floor()
	}
	return symbolic.BigRat(product).Floor()
}

// meant is the simplest fraction that rounds to the same number of single precision, as 7/5 and not the float a little below it. The
// convergents of its continued fraction are tried in turn.
func meant(scale symbolic.Expr) symbolic.Expr {
	r, number := scale.Rational()
	if !number {
		return scale
	}
	want, _ := r.Float32()
	p, q := [2]*big.Int{big.NewInt(0), big.NewInt(1)}, [2]*big.Int{big.NewInt(1), big.NewInt(0)} // of the last two convergents
	for rest := new(big.Rat).Set(r); ; rest.Inv(rest) {
		whole := new(big.Int).Div(rest.Num(), rest.Denom())
		p[0], p[1] = p[1], new(big.Int).Add(new(big.Int).Mul(whole, p[1]), p[0])
		q[0], q[1] = q[1], new(big.Int).Add(new(big.Int).Mul(whole, q[1]), q[0])
		near := new(big.Rat).SetFrac(p[1], q[1])
		if got, _ := near.Float32(); got == want {
			return symbolic.BigRat(near)
		}
		rest.Sub(rest, new(big.Rat).SetInt(whole))
	}
}

// sized are the dimensions that sizes ask for: those, or the nearest of the same proportions that no size is less or no size is more than.
func (c *call) sized(x *item, sizes []symbolic.Expr) ([]symbolic.Expr, error) {
	var scales []symbolic.Expr
	dims, err := c.onAxes(x, sizes, func(d, size symbolic.Expr) symbolic.Expr {
		scales = append(scales, size.Div(d))
		return size
	})
	if err != nil {
		return nil, err
	}
	var scale symbolic.Expr
	switch c.text("keep_aspect_ratio_policy", "stretch") {
	case "not_larger":
		scale = symbolic.Min(scales...)
	case "not_smaller":
		scale = symbolic.Max(scales...)
	default:
		return dims, nil
	}
	return c.onAxes(x, sizes, func(d, _ symbolic.Expr) symbolic.Expr { return d.Mul(scale).Add(symbolic.Rat(1, 2)).Floor() })
}

func (c *call) onAxes(x *item, values []symbolic.Expr, f func(d, v symbolic.Expr) symbolic.Expr) ([]symbolic.Expr, error) {
	axes := c.list("axes")
	if axes == nil {
		for k := range x.dims {
			axes = append(axes, int64(k))
		}
	}
	if len(values) != len(axes) {
		return nil, fmt.Errorf("%d values for %d axes", len(values), len(axes))
	}
	dims := append([]symbolic.Expr{}, x.dims...)
	for k, a := range axes {
		at, err := fromFront(a, x.rank())
		if err != nil {
			return nil, err
		}
		dims[at] = f(x.dims[at], values[k])
	}
	return dims, nil
}

// depth moves blocks between channels and extents.
func (c *call) depth(toSpace bool) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	size := symbolic.Int(c.integer("blocksize", 1))
	if x.rank() != 4 || isInt(size, 0) {
		return nil, errors.New("needs maps and a block size")
	}
	square := size.Mul(size)
	dims := []symbolic.Expr{x.dims[0], x.dims[1].Mul(square), x.dims[2].Div(size), x.dims[3].Div(size)}
	if toSpace {
		dims = []symbolic.Expr{x.dims[0], x.dims[1].Div(square), x.dims[2].Mul(size), x.dims[3].Mul(size)}
	}
	l := channels(4)
	out, err := c.layer("gather", shapeArgs(l.shape(dims)), x.value)
	return one(out, l, dims, err)
}
