package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// signalOperators are those of signals and of windows over them. The multiplications of a Fourier transform depend on the
// algorithm. Here it is the product with its matrix of cosines and sines, which are not learned, as exporters write it as a
// convolution: an exact number, and an upper bound. A fast one takes about 5·n·log₂n operations for n complex numbers
// ([frigo2005], section 1).
//
// References:
//
//	[frigo2005] Frigo, Johnson, The Design and Implementation of FFTW3, Proceedings of the IEEE 93(2)
func signalOperators() []*operator {
	return doing(None, []*operator{
		{name: "DFT", work: Counted, rule: (*call).transform},
		{name: "STFT", work: Counted, rule: (*call).shortTransform},
		{name: "HannWindow", rule: (*call).countedBy, derive: (*call).windowRow},
		{name: "HammingWindow", rule: (*call).countedBy, derive: (*call).windowRow},
		{name: "BlackmanWindow", rule: (*call).countedBy, derive: (*call).windowRow},
		{name: "MelWeightMatrix", rule: (*call).melMatrix, derive: (*call).melMatrix},
	})
}

// windowRow is a row of as many numbers as the input says.
func (c *call) windowRow() ([]*item, error) {
	n, known := c.input(0).scalarOf()
	if !known {
		return c.countedBy()
	}
	return []*item{{dims: []symbolic.Expr{n}}}, nil
}

// melMatrix is a constant of half a spectrum by so many bands.
func (c *call) melMatrix() ([]*item, error) {
	bands, known := c.input(0).scalarOf()
	length, also := c.input(1).scalarOf()
	var err error
	if !known {
		if bands, err = c.sizeOfOutput(0, 1); err != nil {
			return nil, err
		}
	}
	spectrum := half(length)
	if !also {
		spectrum, err = c.sizeOfOutput(0, 0)
	}
	return []*item{{dims: []symbolic.Expr{spectrum, bands}}}, err
}

// half is the length of a spectrum of n real numbers without its mirror image.
func half(n symbolic.Expr) symbolic.Expr {
	return symbolic.FloorDiv(n, symbolic.Int(2)).Add(symbolic.Int(1))
}

// transform is a Fourier transform along an axis, of complex numbers along the last: signal, length, and since opset 20 the axis.
func (c *call) transform() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	at, byDefault := c.integer("axis", 1), int64(-2)
	if c.opset >= 20 {
		at = byDefault
		if c.input(2) != nil {
			e, known := c.input(2).scalarOf()
			if at, known = wholeOf(e, known); !known {
				return nil, dataError("the axis is")
			}
		}
	}
	axis, err := fromFront(at, x.rank())
	if err != nil {
		return nil, err
	}
	if axis == x.rank()-1 {
		return nil, errors.New("the last axis has the parts of complex numbers")
	}
	size := x.dims[axis]
	if c.input(1) != nil {
		var known bool
		if size, known = c.input(1).scalarOf(); !known {
			return nil, dataError("the length is")
		}
	}
	return c.transformed(x, axis, size)
}

// transformed is the transform of so many numbers along an axis: cut or filled up to them, times a matrix. A one-sided spectrum
// leaves the mirror image out, and its inverse transform is real.
func (c *call) transformed(x *item, axis int, size symbolic.Expr) ([]*item, error) {
	last := x.rank() - 1
	dims, read := slices.Clone(x.dims), slices.Clone(x.dims)
	dims[axis], dims[last], read[axis] = size, symbolic.Int(2), size
	switch oneSided, back := c.integer("onesided", 0) != 0, c.integer("inverse", 0) != 0; {
	case oneSided && !back:
		dims[axis] = half(size)
	case oneSided && c.input(1) == nil:
		dims[axis], dims[last] = symbolic.Int(2).Mul(size.Sub(symbolic.Int(1))), symbolic.Int(1)
	case oneSided:
		read[axis], dims[last] = half(size), symbolic.Int(1)
	}
	if !same(read, x.dims) {
		fitted, err := c.moved("pad", x, read)
		if err != nil {
			return nil, err
		}
		x = fitted[0]
	}
	rest := symbolic.Product(without(dims, map[int]bool{axis: true, last: true}, false)...)
	out, err := c.byMatrix(x, rest, read[axis].Mul(read[last]), dims[axis].Mul(dims[last]))
	if err != nil {
		return nil, err
	}
	return c.view(out, dims)
}

// byMatrix multiplies so many pieces of a tensor by the matrix of a Fourier transform, a constant of that many rows and columns.
func (c *call) byMatrix(x *item, pieces, rows, columns symbolic.Expr) (*item, error) {
	signal, err := c.seenAs(x.value, []symbolic.Expr{pieces, rows})
	if err != nil {
		return nil, err
	}
	c.note(fmt.Sprintf("%s counts as the product with the matrix of the transform; a fast transform takes fewer operations", c.operatorName()))
	out, err := c.product(signal, &item{dims: []symbolic.Expr{rows, columns}})
	return first(out), err
}

// wholeOf is an expression as a number.
func wholeOf(e symbolic.Expr, known bool) (int64, bool) {
	n, ok := e.Int64()
	return n, known && ok
}

// shortTransform transforms frames of a signal [B, T, 1 or 2]: signal, step, window, length of a frame.
func (c *call) shortTransform() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	if x.rank() != 2 && x.rank() != 3 {
		return nil, errors.New("needs signals")
	}
	window := c.input(2)
	length, known := c.input(3).scalarOf()
	if !known && window != nil && window.rank() == 1 {
		length, known = window.dims[0], true
	}
	step, also := c.input(1).scalarOf()
	frames, bins := symbolic.Expr{}, half(length)
	if known && also && !step.IsZero() {
		frames = symbolic.FloorDiv(x.dims[1].Sub(length), step).Add(symbolic.Int(1))
	} else if frames, err = c.sizeOfOutput(0, 1); err != nil {
		return nil, err
	}
	switch {
	case !known:
		bins, err = c.sizeOfOutput(0, 2)
	case c.integer("onesided", 1) == 0:
		bins = length
	}
	if err != nil {
		return nil, err
	}
	dims := []symbolic.Expr{x.dims[0], frames, bins, symbolic.Int(2)}
	if !known {
		return c.uncounted(dims)
	}
	parts := symbolic.Product(x.dims[2:]...)
	cut, err := c.frames(x, []symbolic.Expr{x.dims[0], frames, parts, length}, window)
	if err != nil {
		return nil, err
	}
	out, err := c.byMatrix(cut, x.dims[0].Mul(frames), parts.Mul(length), symbolic.Int(2).Mul(bins))
	if err != nil {
		return nil, err
	}
	return c.view(out, dims)
}

// frames are pieces of a signal, which may overlap, times a window if there is one. The window is not learned.
func (c *call) frames(x *item, dims []symbolic.Expr, window *item) (*item, error) {
	out, err := c.moved("gather", x, dims)
	switch {
	case err != nil || window == nil:
	case window.isActivation():
		out, err = c.together(arch.Multiply, []*item{out[0], window})
	default:
		out, err = c.scaled(out[0], &item{dims: window.dims}, square)
	}
	return first(out), err
}
