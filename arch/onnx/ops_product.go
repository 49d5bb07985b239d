package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// productOperators are those whose work is matrix products.
func productOperators() []*operator {
	return doing(Counted, []*operator{
		{name: "Conv", rule: convolves(0, 1, 2), weights: []int{1, 2}, width: widthSecond},
		{name: "ConvTranspose", rule: (*call).convTranspose, weights: []int{1, 2}, width: widthSecond},
		{name: "DeformConv", rule: (*call).deformed, weights: []int{1, 3}, width: widthSecond},
		{name: "Gemm", rule: (*call).gemm, weights: []int{2}, factors: []int{1}, width: widthLast},
		{name: "MatMul", rule: multiplies(0, 1), factors: []int{1}, width: widthLast, learned: keepsAll},
		{name: "Einsum", rule: (*call).einsum},
	})
}

func convolves(x, w, b int) rule { return func(c *call) ([]*item, error) { return c.conv(x, w, b) } }

func multiplies(a, b int) rule { return func(c *call) ([]*item, error) { return c.matmul(a, b) } }

// conv is a convolution of the input at x by the weight at w, with the bias at b if there is one.
func (c *call) conv(x, w, b int) ([]*item, error) {
	in, err := c.activation(x)
	if err != nil {
		return nil, err
	}
	weights, err := c.need(w)
	if err != nil {
		return nil, err
	}
	axes := in.rank() - 2
	if axes < 1 || axes > arch.MaxExtents || weights.rank() != in.rank() {
		return nil, fmt.Errorf("a convolution of %d dimensions by a kernel of %d", in.rank(), weights.rank())
	}
	groups := c.integer("group", 1)
	channelsIn := weights.dims[1].Mul(symbolic.Int(max(0, groups)))
	if err := c.meet(channelsIn, in.dims[1], func() error {
		return fmt.Errorf("the kernel takes %s channels in each of %d groups, but %s come in", weights.dims[1].Text(), groups, in.dims[1].Text())
	}); err != nil {
		return nil, err
	}
	args, err := c.window(weights.dims[2:], in.dims[2:])
	if err != nil {
		return nil, err
	}
	args["out"], args["groups"] = numbers(weights.dims[0]), whole(groups)
	bias := c.input(b)
	if err := fitsChannels(bias, weights.dims[0]); err != nil {
		return nil, err
	}
	l := channels(in.rank())
	v, err := c.as(in, l)
	if err != nil {
		return nil, err
	}
	out, err := c.biased("conv", args, v, weights, bias)
	return shaped(out, l, in.rank(), err)
}

// deformed is a convolution that reads each value between the places of a map, which an input says.
func (c *call) deformed() ([]*item, error) {
	c.note(c.operatorName() + " counts as the convolution; finding the values between places is not counted")
	return c.conv(0, 1, 3)
}

func (c *call) convTranspose() ([]*item, error) {
	in, weights, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	axes := in.rank() - 2
	if axes < 1 || axes > arch.MaxExtents || weights.rank() != in.rank() {
		return nil, fmt.Errorf("a transposed convolution of %d dimensions by a kernel of %d", in.rank(), weights.rank())
	}
	if err := c.meet(weights.dims[0], in.dims[1], func() error {
		return fmt.Errorf("the kernel takes %s channels, but %s come in", weights.dims[0].Text(), in.dims[1].Text())
	}); err != nil {
		return nil, err
	}
	groups := c.integer("group", 1)
	args, err := c.transposedWindow(weights.dims[2:], in.dims[2:])
	if err != nil {
		return nil, err
	}
	width := weights.dims[1].Mul(symbolic.Int(groups))
	bias := c.input(2)
	if err := fitsChannels(bias, width); err != nil {
		return nil, err
	}
	args["out"], args["groups"] = numbers(width), whole(groups)
	l := channels(in.rank())
	v, err := c.as(in, l)
	if err != nil {
		return nil, err
	}
	out, err := c.biased("conv_transpose", args, v, weights, bias)
	return shaped(out, l, in.rank(), err)
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// gemm is a linear layer where its matrix is a weight, and a product of two activations otherwise.
func (c *call) gemm() ([]*item, error) {
	a, b := c.input(0), c.input(1)
	if a == nil || b == nil || a.rank() != 2 || b.rank() != 2 {
		return nil, errors.New("needs two matrices")
	}
	for _, matrix := range []*item{a, b} {
		if !matrix.computed() {
			continue
		}
		if _, err := c.materialized(matrix); err != nil {
			return nil, err
		}
	}
	a, b = transposed(a, c.integer("transA", 0) != 0), transposed(b, c.integer("transB", 0) != 0)
	bias := c.input(2)
	var out []*item
	var err error
	switch linear := a.isActivation() && !b.isActivation(); {
	case linear && (bias == nil || bias.isBias(b.dims[1])):
		return c.linear(a, b, bias)
	case linear:
		out, err = c.linear(a, b, nil)
	default:
		out, err = c.product(a, b)
	}
	if err != nil || bias == nil {
		return out, err
	}
	return c.addTo(out[0], bias)
}

// isBias reports whether a tensor that nothing computes has one element for each of so many columns.
func (it *item) isBias(columns symbolic.Expr) bool {
	return !it.computed() && it.rank() > 0 && it.dims[it.rank()-1].Equal(columns) && it.elements().Equal(columns)
}

// transposed is a matrix with its axes exchanged: the same value, read by another layout.
func transposed(it *item, yes bool) *item {
	if !yes {
		return it
	}
	out := *it
	out.dims = []symbolic.Expr{it.dims[1], it.dims[0]}
	if it.value != nil {
		out.layout = layout{axis: 1 - it.layout.axis, flat: true}
		if it.layout == (layout{axis: 1}) {
			out.layout = layout{axis: 0}
		}
	}
	return &out
}

// linear multiplies the last axis of an activation by a matrix of weights.
func (c *call) linear(x, w, bias *item) ([]*item, error) {
	last := x.rank() - 1
	x, err := c.meeting(x, w.dims[0])
	if err != nil {
		return nil, err
	}
	l := features(x.rank())
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := c.biased("linear", map[string]arch.Argument{"out": numbers(w.dims[1])}, v, w, bias)
	dims := append(slices.Clone(x.dims[:last]), w.dims[1])
	return one(out, l, dims, err)
}

// matmul is the product of the inputs at a and b: a linear layer where one of them is a matrix of weights.
func (c *call) matmul(a, b int) ([]*item, error) {
	x, err := c.need(a)
	if err != nil {
		return nil, err
	}
	w, err := c.need(b)
	if err != nil {
		return nil, err
	}
	if w.rank() <= x.rank() {
		w = w.sheet()
	} else {
		x = x.sheet()
	}
	switch {
	case x.rank() == 0 || w.rank() == 0:
		return nil, errors.New("a product with a scalar")
	case x.isActivation() && !w.computed() && w.rank() == 2:
		return c.linear(x, w, nil)
	case !x.computed() && w.isActivation() && x.rank() == 2:
		return c.rows(x, w)
	}
	return c.product(x, w)
}

// productWithBias is what fuse makes of a matrix product and the addition of its bias.
func (c *call) productWithBias() ([]*item, error) {
	for k := range 3 {
		if _, err := c.need(k); err != nil {
			return nil, err
		}
	}
	x, w, bias := c.in[0], c.in[1], c.in[2]
	if x.isActivation() && x.rank() > 0 && !w.computed() && w.rank() == 2 && bias.isBias(w.dims[1]) {
		return c.linear(x, w, bias)
	}
	out, err := c.matmul(0, 1)
	if err != nil {
		return nil, err
	}
	return c.addTo(out[0], bias)
}

// rows multiplies a matrix of weights by an activation: a linear layer over the axis before the last, or the only one.
func (c *call) rows(w, x *item) ([]*item, error) {
	at := max(0, x.rank()-2)
	if err := c.columns(w.dims[1], x.dims[at]); err != nil {
		return nil, err
	}
	l := layout{axis: at, flat: at == 0 && x.rank() > 1}
	v, err := c.as(x, l)
	if err != nil {
		return nil, err
	}
	out, err := c.weighted("linear", map[string]arch.Argument{"out": numbers(w.dims[0])}, v, w)
	if err != nil {
		return nil, err
	}
	dims := append([]symbolic.Expr{}, x.dims...)
	dims[at] = w.dims[0]
	return one(out, l, dims, nil)
}

// product multiplies the matrices in the last two axes of two activations; the axes before are matched. An axis that was added
// to make a vector a matrix is removed again.
func (c *call) product(x, y *item) ([]*item, error) {
	a, b := asMatrix(x, true), asMatrix(y, false)
	rank := max(a.rank(), b.rank())
	m, k, n := a.dims[a.rank()-2], a.dims[a.rank()-1], b.dims[b.rank()-1]
	if err := c.columns(k, b.dims[b.rank()-2]); err != nil {
		return nil, err
	}
	stack, err := broadcast(a.dims[:a.rank()-2], b.dims[:b.rank()-2])
	if err != nil {
		return nil, err
	}
	l := layout{axis: rank - 1, flat: rank == 2}
	left, err := c.spread(a, append(append([]symbolic.Expr{}, stack...), m, k), l)
	if err != nil {
		return nil, err
	}
	right, err := c.spread(b, append(append([]symbolic.Expr{}, stack...), k, n), l)
	if err != nil {
		return nil, err
	}
	out, err := c.merge(arch.MatMul, left, right)
	dims := append(append([]symbolic.Expr{}, stack...), m, n)
	if err != nil || x.rank() > 1 && y.rank() > 1 {
		return one(out, l, dims, err)
	}
	if y.rank() == 1 {
		dims = slices.Delete(dims, len(dims)-1, len(dims))
	}
	if x.rank() == 1 {
		dims = slices.Delete(dims, len(stack), len(stack)+1)
	}
	l = features(len(dims))
	out, err = c.seen(out, l.shape(dims))
	return one(out, l, dims, err)
}

// sheet is a stack of one learned or constant matrix as that matrix.
func (it *item) sheet() *item {
	stack := max(0, it.rank()-2)
	if it.computed() || stack == 0 || !symbolic.Product(it.dims[:stack]...).IsOne() {
		return it
	}
	out := *it
	out.dims = it.dims[stack:]
	return &out
}

// columns is an error unless the columns of one matrix are as many as the rows of the next.
func (c *call) columns(columns, rows symbolic.Expr) error {
	return c.meet(columns, rows, func() error { return fmt.Errorf("%s columns meet %s rows", columns.Text(), rows.Text()) })
}

// meeting is an activation whose last axis meets a number of rows. An axis whose length follows from open sizes, as of a
// flattened map, can only have this length: it is viewed so, which fails where the sizes are bound otherwise.
func (c *call) meeting(x *item, rows symbolic.Expr) (*item, error) {
	last := x.rank() - 1
	err := c.columns(x.dims[last], rows)
	if err == nil || errors.As(err, new(*boundError)) {
		return x, err
	}
	if !mayVanish(x.dims[last].Sub(rows)) {
		return x, err
	}
	l, dims := features(x.rank()), append(slices.Clone(x.dims[:last]), rows)
	v, err := c.build.Layer(c.unique(c.prefix+c.node.Label()+".rows"), &arch.Layer{Kind: arch.KindByName("reshape"), Args: shapeArgs(l.shape(dims))}, x.value)
	return &item{dims: dims, value: v, layout: l}, err
}

// asMatrix makes a vector a matrix of one row or column.
func asMatrix(it *item, row bool) *item {
	if it.rank() > 1 {
		return it
	}
	out := *it
	out.dims = []symbolic.Expr{symbolic.Int(1), it.dims[0]}
	if !row {
		out.dims = []symbolic.Expr{it.dims[0], symbolic.Int(1)}
	}
	return &out
}

// fitsChannels refuses a bias that does not have one value for each channel; nil is no bias.
func fitsChannels(bias *item, channels symbolic.Expr) error {
	if bias != nil && !bias.elements().Equal(channels) {
		return fmt.Errorf("%s values of a bias for %s channels", bias.elements().Text(), channels.Text())
	}
	return nil
}
