package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// signalOperators are those of signals and of windows over them. What a Fourier transform costs depends on the way it is computed.
func signalOperators() []*operator {
	return []*operator{
		{name: "DFT", rule: (*call).transform},
		{name: "STFT", rule: (*call).shortTransform},
		{name: "HannWindow", rule: (*call).countedBy, derive: (*call).windowRow},
		{name: "HammingWindow", rule: (*call).countedBy, derive: (*call).windowRow},
		{name: "BlackmanWindow", rule: (*call).countedBy, derive: (*call).windowRow},
		{name: "MelWeightMatrix", rule: (*call).melMatrix, derive: (*call).melMatrix},
	}
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

// half is the length of a spectrum of n real numbers without what is its mirror image.
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
	dims := slices.Clone(x.dims)
	if c.input(1) != nil {
		n, known := c.input(1).scalarOf()
		if !known {
			return nil, dataError("the length is")
		}
		dims[axis] = n
	}
	dims[x.rank()-1] = symbolic.Int(2)
	switch oneSided, back := c.integer("onesided", 0) != 0, c.integer("inverse", 0) != 0; {
	case oneSided && !back:
		dims[axis] = half(dims[axis])
	case oneSided: // to real numbers, from half of what their spectrum has
		dims[x.rank()-1] = symbolic.Int(1)
		if c.input(1) == nil {
			dims[axis] = symbolic.Int(2).Mul(dims[axis].Sub(symbolic.Int(1)))
		}
	}
	return c.uncounted(dims)
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
	if x.rank() < 2 {
		return nil, errors.New("needs signals")
	}
	length, known := c.input(3).scalarOf()
	if window := c.input(2); !known && window != nil && window.rank() == 1 {
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
	return c.uncounted([]symbolic.Expr{x.dims[0], frames, bins, symbolic.Int(2)})
}
