package onnx

import (
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// maxPower is the largest power that is worked out: sizes are squared, and seldom cubed.
const maxPower = 8

// foldSqrt takes the square root of the squares of rational numbers, as of the positions of a square map; others are not known.
func (c *call) foldSqrt() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) { return squareRoot(v[0]) })
}

func squareRoot(e symbolic.Expr) (symbolic.Expr, bool) {
	r, number := e.Rational()
	if !number || r.Sign() < 0 {
		return e, false
	}
	top, bottom := new(big.Int).Sqrt(r.Num()), new(big.Int).Sqrt(r.Denom())
	root := new(big.Rat).SetFrac(top, bottom)
	return symbolic.BigRat(root), new(big.Rat).Mul(root, root).Cmp(r) == 0
}

// foldReciprocal is 1/x of an x other than 0.
func (c *call) foldReciprocal() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if v[0].IsZero() {
			return v[0], false
		}
		return symbolic.Int(1).Div(v[0]), true
	})
}

// foldPow raises to small whole powers, and takes square roots.
func (c *call) foldPow() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if len(v) != 2 {
			return v[0], false
		}
		if two := symbolic.Int(2).Mul(v[1]); two.IsOne() {
			return squareRoot(v[0])
		}
		n, whole := v[1].Int64()
		if !whole || n < 0 || n > maxPower {
			return v[0], false
		}
		out := symbolic.Int(1)
		for range n {
			if !c.afford(out.Size() * v[0].Size()) {
				return out, false
			}
			out = out.Mul(v[0])
		}
		return out, true
	})
}

// foldRound takes the nearest whole number, of two the even one; it is only known for numbers.
func (c *call) foldRound() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		half := symbolic.Rat(1, 2)
		up, down := v[0].Add(half).Floor(), v[0].Sub(half).Ceil()
		if _, number := v[0].Rational(); !number {
			return v[0], v[0].IsWhole()
		}
		if up.Equal(down) {
			return up, true
		}
		return symbolic.Int(2).Mul(up.Mul(half).Floor()), true
	})
}
