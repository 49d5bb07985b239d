package onnx

import (
	"errors"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// foldings are the operators that exporters compute shapes with. A result of nil means that it cannot be known.
func foldings() map[string]func(*call) (*item, error) {
	return map[string]func(*call) (*item, error){
		"Identity": func(c *call) (*item, error) { return c.in[0], nil }, "Cast": (*call).foldCast,
		"Add": arithmetic(symbolic.Expr.Add), "Sub": arithmetic(symbolic.Expr.Sub), "Mul": arithmetic(symbolic.Expr.Mul),
		"Div": (*call).foldDiv, "Mod": (*call).foldMod,
		"Max":   arithmetic(func(a, b symbolic.Expr) symbolic.Expr { return symbolic.Max(a, b) }),
		"Min":   arithmetic(func(a, b symbolic.Expr) symbolic.Expr { return symbolic.Min(a, b) }),
		"Neg":   each1(symbolic.Expr.Neg),
		"Floor": each1(symbolic.Expr.Floor), "Ceil": each1(symbolic.Expr.Ceil),
		"Abs":   each1(func(e symbolic.Expr) symbolic.Expr { return symbolic.Max(e, e.Neg()) }),
		"Equal": (*call).foldCompare, "Greater": (*call).foldCompare, "Less": (*call).foldCompare, "GreaterOrEqual": (*call).foldCompare, "LessOrEqual": (*call).foldCompare,
		"And": arithmetic(symbolic.Expr.Mul), "Not": each1(func(e symbolic.Expr) symbolic.Expr { return symbolic.Int(1).Sub(e) }),
		"Where":   (*call).foldWhere,
		"Reshape": (*call).foldMove, "Squeeze": (*call).foldMove, "Unsqueeze": (*call).foldMove, "Flatten": (*call).foldMove,
		"Transpose": (*call).foldTranspose, "Concat": (*call).foldConcat, "Gather": (*call).foldGather, "Slice": (*call).foldSlice,
		"Expand": (*call).foldExpand, "ConstantOfShape": (*call).foldFill, "Range": (*call).foldRange,
		"ReduceProd": (*call).foldReduce, "ReduceSum": (*call).foldReduce, "ReduceMax": (*call).foldReduce, "ReduceMin": (*call).foldReduce,
	}
}

// array is a folded tensor whose dimensions are numbers.
type array struct {
	dims []int
	data []symbolic.Expr
}

// asArray is a folded item as an array, if it is one of a size that is computed.
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

// sized makes an array and fills it from the places that from gives for each index; nil if it is too large.
func sized(dims []int, from func(index []int) symbolic.Expr) (array, bool) {
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
		out.data[k] = from(index)
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
	known := true
	values := make([]symbolic.Expr, len(arrays))
	out, ok := sized(dims, func(index []int) symbolic.Expr {
		for k, a := range arrays {
			at, strides := 0, a.strides()
			for j, d := range a.dims {
				if d > 1 {
					at += strides[j] * index[len(dims)-len(a.dims)+j]
				}
			}
			values[k] = a.data[at]
		}
		e, is := f(values)
		known = known && is
		return e
	})
	if !ok || !known {
		return nil, nil
	}
	return out.item(wholeNumbers), nil
}

func arithmetic(f func(a, b symbolic.Expr) symbolic.Expr) func(*call) (*item, error) {
	return func(c *call) (*item, error) {
		return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
			out := v[0]
			for _, e := range v[1:] {
				out = f(out, e)
			}
			return out, true
		})
	}
}

func each1(f func(symbolic.Expr) symbolic.Expr) func(*call) (*item, error) {
	return func(c *call) (*item, error) {
		return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) { return f(v[0]), true })
	}
}

// foldDiv divides: integers towards zero, which for sizes is down.
func (c *call) foldDiv() (*item, error) {
	if len(c.in) != 2 || c.in[1] == nil {
		return nil, errors.New("needs two inputs")
	}
	wholeNumbers := c.in[0].whole && c.in[1].whole
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if v[1].IsZero() {
			return v[0], false
		}
		if wholeNumbers {
			return symbolic.FloorDiv(v[0], v[1]), true
		}
		return v[0].Div(v[1]), true
	})
}

func (c *call) foldMod() (*item, error) {
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if len(v) != 2 || v[1].IsZero() {
			return v[0], false
		}
		return v[0].Sub(v[1].Mul(symbolic.FloorDiv(v[0], v[1]))), true
	})
}

// foldCast cuts fractions off where it casts to integers.
func (c *call) foldCast() (*item, error) {
	out := *c.in[0]
	if !isInteger(int32(c.integer("to", 1))) {
		out.whole = false
		return &out, nil
	}
	if out.whole {
		return &out, nil
	}
	out.whole, out.weight = true, nil
	out.data = make([]symbolic.Expr, len(c.in[0].data))
	for k, e := range c.in[0].data {
		out.data[k] = e.Floor()
	}
	return &out, nil
}

// foldCompare compares where the difference has a sign.
func (c *call) foldCompare() (*item, error) {
	op := c.node.op
	return c.stretched(func(v []symbolic.Expr) (symbolic.Expr, bool) {
		if len(v) != 2 {
			return v[0], false
		}
		sign, ok := v[0].Sub(v[1]).Sign()
		if v[0].Equal(v[1]) {
			sign, ok = 0, true
		}
		if !ok && op == "Equal" && isInt(v[1], -1) {
			return symbolic.Int(0), true // a dimension is never -1
		}
		holds := map[string]bool{"Equal": sign == 0, "Greater": sign > 0, "Less": sign < 0, "GreaterOrEqual": sign >= 0, "LessOrEqual": sign <= 0}[op]
		return symbolic.Int(boolInt(holds)), ok
	})
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

// foldMove gives the same elements other dimensions.
func (c *call) foldMove() (*item, error) {
	x := *c.in[0]
	dims, err := c.derivedDims()
	if err != nil {
		return nil, err
	}
	x.dims = dims
	return &x, nil
}

func (c *call) foldTranspose() (*item, error) {
	a, ok := asArray(c.in[0])
	if !ok {
		return nil, nil
	}
	order := c.list("perm")
	if order == nil {
		for k := len(a.dims) - 1; k >= 0; k-- {
			order = append(order, int64(k))
		}
	}
	if _, err := permuted(c.in[0].dims, order); err != nil {
		return nil, err
	}
	dims := make([]int, len(order))
	for k, at := range order {
		dims[k] = a.dims[at]
	}
	strides := a.strides()
	out, ok := sized(dims, func(index []int) symbolic.Expr {
		at := 0
		for k, axis := range order {
			at += index[k] * strides[axis]
		}
		return a.data[at]
	})
	if !ok {
		return nil, nil
	}
	return out.item(c.in[0].whole), nil
}

func (c *call) foldConcat() (*item, error) {
	x := c.in[0]
	axis, err := c.axis("axis", 0, x.rank())
	if err != nil || axis != 0 {
		return nil, err
	}
	out := &item{dims: append([]symbolic.Expr{}, x.dims...), folded: true, whole: x.whole}
	out.dims[0] = symbolic.Int(0)
	for _, it := range c.in {
		if it == nil || it.rank() != x.rank() || len(out.data)+len(it.data) > maxFolded {
			return nil, nil
		}
		out.dims[0] = out.dims[0].Add(it.dims[0])
		out.data = append(out.data, it.data...)
	}
	return out, nil
}

func (c *call) foldGather() (*item, error) {
	if len(c.in) != 2 || c.in[1] == nil {
		return nil, errors.New("needs two inputs")
	}
	a, ok := asArray(c.in[0])
	indices, also := asArray(c.in[1])
	axis, err := c.axis("axis", 0, len(a.dims))
	if !ok || !also || err != nil || axis != 0 {
		return nil, err
	}
	row := 1
	for _, d := range a.dims[1:] {
		row *= d
	}
	out := array{dims: append(append([]int{}, indices.dims...), a.dims[1:]...)}
	for _, e := range indices.data {
		at, number := e.Int64()
		if at < 0 {
			at += int64(a.dims[0])
		}
		if !number || at < 0 || at >= int64(a.dims[0]) {
			return nil, errors.New("an index that is not there")
		}
		if out.data = append(out.data, a.data[int(at)*row:(int(at)+1)*row]...); len(out.data) > maxFolded {
			return nil, nil
		}
	}
	return out.item(c.in[0].whole), nil
}

func (c *call) foldSlice() (*item, error) {
	a, ok := asArray(c.in[0])
	if !ok {
		return nil, nil
	}
	cuts, err := c.cuts(c.in[0])
	if err != nil {
		return nil, err
	}
	dims := append([]int{}, a.dims...)
	start, step := make([]int, len(dims)), make([]int, len(dims))
	for k, cut := range cuts {
		step[k] = 1
		if cut == nil {
			continue
		}
		from, ok := cut.start.Int64()
		count, also := cut.count.Int64()
		if !ok || !also || count < 0 || count > int64(a.dims[k]) {
			return nil, nil
		}
		last := from + (count-1)*cut.step
		if count > 0 && (from < 0 || from >= int64(a.dims[k]) || last < 0 || last >= int64(a.dims[k])) {
			return nil, nil
		}
		start[k], step[k], dims[k] = int(from), int(cut.step), int(count)
	}
	strides := a.strides()
	out, ok := sized(dims, func(index []int) symbolic.Expr {
		at := 0
		for k := range index {
			at += (start[k] + index[k]*step[k]) * strides[k]
		}
		return a.data[at]
	})
	if !ok {
		return nil, nil
	}
	return out.item(c.in[0].whole), nil
}

func (c *call) foldExpand() (*item, error) {
	dims, err := c.derivedDims()
	if err != nil {
		return nil, err
	}
	target := &item{dims: dims, data: nil}
	n, ok := target.elements().Int64()
	a, also := asArray(c.in[0])
	if !ok || !also || n > maxFolded || len(a.data) != 1 {
		return nil, nil
	}
	out := &item{dims: dims, folded: true, whole: c.in[0].whole, data: make([]symbolic.Expr, n)}
	for k := range out.data {
		out.data[k] = a.data[0]
	}
	return out, nil
}

// foldFill is a ConstantOfShape of integers, or a short one of floats whose shape is computed.
func (c *call) foldFill() (*item, error) {
	value := &item{data: ints(0), folded: true, dims: ints(1)}
	if a := c.node.attributes["value"]; a != nil && a.tensor != nil {
		value = fromTensor(a.tensor, true)
	}
	if !value.whole || !value.folded || len(value.data) != 1 {
		return nil, nil
	}
	out := &item{dims: c.in[0].data, folded: true, whole: true}
	n, ok := out.elements().Int64()
	if !ok || n > maxFolded || n < 0 {
		return nil, nil
	}
	out.data = make([]symbolic.Expr, n)
	for k := range out.data {
		out.data[k] = value.data[0]
	}
	return out, nil
}

func (c *call) foldRange() (*item, error) {
	if len(c.in) != 3 {
		return nil, errors.New("needs three inputs")
	}
	var bounds [3]*big.Rat
	for k, it := range c.in {
		if it == nil {
			return nil, errors.New("needs three inputs")
		}
		e, single := it.scalar()
		r, ok := e.Rational()
		if !single || !ok {
			return c.openRange()
		}
		bounds[k] = r
	}
	if bounds[2].Sign() == 0 {
		return nil, errors.New("a step of 0")
	}
	steps := new(big.Rat).Quo(new(big.Rat).Sub(bounds[1], bounds[0]), bounds[2])
	if steps.Cmp(big.NewRat(maxFolded, 1)) > 0 {
		return c.openRange()
	}
	out := &item{folded: true, whole: c.in[0].whole}
	for at := new(big.Rat).Set(bounds[0]); new(big.Rat).Sub(bounds[1], at).Sign()*bounds[2].Sign() > 0; at.Add(at, bounds[2]) {
		out.data = append(out.data, symbolic.BigRat(new(big.Rat).Set(at)))
	}
	out.dims = ints(int64(len(out.data)))
	return out, nil
}

// openRange is a range of which only the length is known.
func (c *call) openRange() (*item, error) {
	from, a := c.in[0].scalar()
	to, b := c.in[1].scalar()
	step, d := c.in[2].scalar()
	if !a || !b || !d || step.IsZero() {
		return nil, nil
	}
	return &item{dims: []symbolic.Expr{symbolic.CeilDiv(to.Sub(from), step)}}, nil
}

// foldReduce reduces all elements to one.
func (c *call) foldReduce() (*item, error) {
	axes, given, err := c.parameterInts("axes", 1)
	if err != nil || c.in[0].rank() > 1 || given && len(axes) > 1 {
		return nil, err
	}
	reduce := map[string]func(...symbolic.Expr) symbolic.Expr{"Prod": symbolic.Product, "Sum": symbolic.Sum, "Max": symbolic.Max, "Min": symbolic.Min}[strings.TrimPrefix(c.node.op, "Reduce")]
	if len(c.in[0].data) == 0 {
		return nil, nil
	}
	out := &item{data: []symbolic.Expr{reduce(c.in[0].data...)}, folded: true, whole: c.in[0].whole}
	if c.integer("keepdims", 1) != 0 && c.in[0].rank() == 1 {
		out.dims = ints(1)
	}
	return out, nil
}
