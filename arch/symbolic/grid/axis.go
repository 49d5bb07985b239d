package grid

import "math/big"

// Axis is a symbol and the whole numbers that it takes: those listed, or Count of them from First on in steps of Step.
type Axis struct {
	Name        string
	Values      []int64
	First, Step int64
	Count       int64
}

// List is an axis of the values given.
func List(name string, values ...int64) Axis {
	return Axis{Name: name, Values: values, Count: int64(len(values))}
}

// Range is an axis from the first number to the last, both included, in steps of at least 1.
func Range(name string, first, last, step int64) Axis {
	return Axis{Name: name, First: first, Step: step, Count: (last-first)/step + 1}
}

// At is the value at a place, counted from 0.
func (a Axis) At(k int64) int64 {
	if a.Values != nil {
		return a.Values[k]
	}
	return a.First + k*a.Step
}

// bound is the greatest magnitude on the axis, and at least 1.
func (a Axis) bound() *big.Int {
	ends := []int64{a.First, a.At(max(0, a.Count-1))}
	if a.Values != nil {
		ends = a.Values
	}
	most := big.NewInt(1)
	for _, v := range ends {
		if m := new(big.Int).Abs(big.NewInt(v)); m.Cmp(most) > 0 {
			most = m
		}
	}
	return most
}

// Points is how many points the axes span.
func Points(axes []Axis) *big.Int {
	n := big.NewInt(1)
	for _, a := range axes {
		n.Mul(n, big.NewInt(a.Count))
	}
	return n
}
