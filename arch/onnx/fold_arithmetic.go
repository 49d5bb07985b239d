package onnx

import (
	"errors"

	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// foldIdentity is the same.
func (c *call) foldIdentity() (*item, error) { return c.in[0], nil }

// array is a folded tensor whose dimensions are numbers.
type array struct {
	dims []int
	data []symbolic.Expr
}

// asArray is a folded item as an array; false if it is too large to compute with.
func asArray(it *item) (array, bool) {
	a := array{data: it.data}
	n := 1
	for _, d := range it.dims {
		v, ok := d.Int64()
		if !ok || v > maxFolded {
			return a, false
		}
		a.dims = append(a.dims, int(v))
		if n *= int(v); n > maxFolded {
			return a, false
		}
	}
	return a, len(a.data) == n
}

// item is the array as an item again.
func (a array) item(wholeNumbers bool) *item {
	it := &item{data: a.data, folded: true, whole: wholeNumbers}
	for _, d := range a.dims {
		it.dims = append(it.dims, symbolic.Int(int64(d)))
	}
	return it
}

// strides are the distances between neighbours along each axis.
func (a array) strides() []int {
	out := make([]int, len(a.dims))
	step := 1
	for k := len(a.dims) - 1; k >= 0; k-- {
		out[k] = step
		step *= a.dims[k]
	}
	return out
}

// sized makes an array and fills it with what from gives for each index; false if it is too large or from gives up.
func sized(dims []int, from func(index []int) (symbolic.Expr, bool)) (array, bool) {
	n := 1
	for _, d := range dims {
		if d < 0 {
			return array{}, false
		}
		if n *= d; n > maxFolded {
			return array{}, false
		}
	}
	out := array{dims: dims, data: make([]symbolic.Expr, n)}
	index := make([]int, len(dims))
	for k := range out.data {
		e, ok := from(index)
		if !ok {
			return array{}, false
		}
		out.data[k] = e
		for at := len(dims) - 1; at >= 0; at-- {
			if index[at]++; index[at] < dims[at] {
				break
			}
			index[at] = 0
		}
	}
	return out, true
}

// stretched pairs up arrays of all inputs and calls f for each element.
func (c *call) stretched(f func(values []symbolic.Expr) (symbolic.Expr, bool)) (*item, error) {
	arrays := make([]array, len(c.in))
	wholeNumbers := true
	var dims []int
	for k, it := range c.in {
		if it == nil {
			return nil, nil
		}
		a, ok := asArray(it)
		if !ok {
			return nil, nil
		}
		arrays[k] = a
		wholeNumbers = wholeNumbers && it.whole
		for len(dims) < len(a.dims) {
			dims = append([]int{1}, dims...)
		}
	}
	for _, a := range arrays {
		for k, d := range a.dims {
			at := len(dims) - len(a.dims) + k
			switch {
			case dims[at] == 1:
				dims[at] = d
			case d != 1 && d != dims[at]:
				return nil, errors.New("the sizes do not match")
			}
		}
	}
	strides := make([][]int, len(arrays))
	for k, a := range arrays {
		strides[k] = a.strides()
	}
	values := make([]symbolic.Expr, len(arrays))
	out, ok := sized(dims, func(index []int) (symbolic.Expr, bool) {
		size := int64(0)
		for k, a := range arrays {
			at := 0
			for j, d := range a.dims {
				if d > 1 {
					at += strides[k][j] * index[len(dims)-len(a.dims)+j]
				}
			}
			values[k] = a.data[at]
			size += values[k].Size()
		}
		if !c.afford(size) {
			return symbolic.Expr{}, false
		}
		return f(values)
	})
	if !ok {
		return nil, nil
	}
	return out.item(wholeNumbers), nil
}

// pair makes a function of two expressions one of a list of them.
func pair(f func(...symbolic.Expr) symbolic.Expr) func(a, b symbolic.Expr) symbolic.Expr {
	return func(a, b symbolic.Expr) symbolic.Expr { return f(a, b) }
}

func arithmetic(f func(a, b symbolic.Expr) symbolic.Expr) folding {
	return func(c *call) (*item, error) {
		return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
			out := v[0]
			for _, e := range v[1:] {
				if !c.afford(out.Size() * e.Size()) {
					return out, false
				}
				out = f(out, e)
			}
			return out, true
		})
	}
}

func each1(f func(symbolic.Expr) symbolic.Expr) folding {
	return func(c *call) (*item, error) {
		return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) { return f(v[0]), true })
	}
}

// foldDiv divides; integers are rounded towards zero, which for sizes is down.
func (c *call) foldDiv() (*item, error) {
	if len(c.in) != 2 || c.in[1] == nil {
		return nil, errors.New("needs two inputs")
	}
	wholeNumbers := c.in[0].whole && c.in[1].whole
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if v[1].IsZero() || !c.afford(v[0].Size()*v[1].Size()) {
			return v[0], false
		}
		if wholeNumbers {
			return towardsZero(v[0].Div(v[1])), true
		}
		return v[0].Div(v[1]), true
	})
}

func (c *call) foldMod() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if len(v) != 2 || v[1].IsZero() || !c.afford(v[0].Size()*v[1].Size()) {
			return v[0], false
		}
		quotient := v[0].Div(v[1])
		whole := quotient.Floor()
		if c.integer("fmod", 0) != 0 {
			whole = towardsZero(quotient)
		}
		return v[0].Sub(v[1].Mul(whole)), true
	})
}

// towardsZero cuts off the fraction of a number. An expression of unknown sign is taken for a size, which is not negative.
func towardsZero(e symbolic.Expr) symbolic.Expr {
	if e.Neg().NeverNegative() {
		return e.Neg().Floor().Neg()
	}
	return e.Floor()
}

// foldCast cuts fractions off when it casts to integers. Casts to truth values are only known for numbers.
func (c *call) foldCast() (*item, error) {
	x, to := c.in[0], int32(c.integer("to", 1))
	out := *x
	out.whole = wire.IsInteger(to)
	if !out.whole || x.whole && to != wire.Bool {
		return &out, nil
	}
	out.weight, out.data = nil, make([]symbolic.Expr, len(x.data))
	for k, e := range x.data {
		if out.data[k] = towardsZero(e); to != wire.Bool {
			continue
		}
		if _, number := e.Sign(); !number {
			return nil, nil
		}
		out.data[k] = symbolic.Int(boolInt(!e.IsZero()))
	}
	return &out, nil
}

// comparesBy compares where the sign of the difference is known; holds says for which signs the comparison is true.
func comparesBy(holds func(sign int) bool) folding {
	return func(c *call) (*item, error) {
		return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
			if len(v) != 2 {
				return v[0], false
			}
			sign, ok := v[0].Sub(v[1]).Sign()
			if v[0].Equal(v[1]) {
				sign, ok = 0, true
			}
			if !ok && isInt(v[1], -1) {
				sign, ok = 1, true // a dimension is never negative
			}
			return symbolic.Int(boolInt(holds(sign))), ok
		})
	}
}

func (c *call) foldWhere() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		yes, ok := v[0].Int64()
		if len(v) != 3 || !ok {
			return v[0], false
		}
		if yes != 0 {
			return v[1], true
		}
		return v[2], true
	})
}
