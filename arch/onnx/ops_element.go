package onnx

import (
	"errors"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// elementOperators work element by element.
func elementOperators() []*operator {
	table := []*operator{
		{name: "Add", rule: joins(arch.Add, "shift"), fold: arithmetic(symbolic.Expr.Add), learned: keepsAll, commutes: true},
		{name: "Sub", rule: joins(arch.Subtract, "shift"), fold: arithmetic(symbolic.Expr.Sub), learned: keepsAll},
		{name: "Mul", rule: scales(arch.Multiply, square), fold: arithmetic(symbolic.Expr.Mul), learned: keepsAll, commutes: true},
		{name: "Div", rule: scales(arch.Divide, inverseSquare), fold: (*call).foldDiv, learned: keepsAll},
		{name: "Pow", rule: (*call).power, fold: (*call).foldPow, learned: keepsAll},
		{name: "Sum", rule: joins(arch.Add, "shift")},
		{name: "Mean", rule: joins(arch.Mean, "shift")},
		{name: "Max", rule: joins(arch.Maximum, "elementwise"), fold: arithmetic(pair(symbolic.Max))},
		{name: "Min", rule: joins(arch.Minimum, "elementwise"), fold: arithmetic(pair(symbolic.Min))},
		{name: "Mod", rule: joins(arch.Divide, "elementwise"), fold: (*call).foldMod},
		{name: "Where", work: None, rule: (*call).where, fold: (*call).foldWhere, learned: keepsChosen},
		{name: "Equal", rule: compares, fold: comparesBy(func(sign int) bool { return sign == 0 })},
		{name: "Greater", rule: compares, fold: comparesBy(func(sign int) bool { return sign > 0 })},
		{name: "GreaterOrEqual", rule: compares, fold: comparesBy(func(sign int) bool { return sign >= 0 })},
		{name: "Less", rule: compares, fold: comparesBy(func(sign int) bool { return sign < 0 })},
		{name: "LessOrEqual", rule: compares, fold: comparesBy(func(sign int) bool { return sign <= 0 })},
		{name: "And", rule: compares, fold: arithmetic(symbolic.Expr.Mul)},
		{name: "Or", rule: compares, fold: arithmetic(pair(symbolic.Max))},
		{name: "BitShift", rule: compares},
		{name: "BitwiseAnd", rule: compares},
		{name: "BitwiseOr", rule: compares},
		{name: "BitwiseXor", rule: compares},
		{name: "Xor", rule: compares},
		{name: "Not", rule: applies("elementwise"), fold: each1(func(e symbolic.Expr) symbolic.Expr { return symbolic.Int(1).Sub(e) })},
		{name: "Neg", rule: (*call).negative, fold: each1(symbolic.Expr.Neg), learned: keepsAll},
		{name: "Abs", rule: applies("elementwise"), fold: each1(func(e symbolic.Expr) symbolic.Expr { return symbolic.Max(e, e.Neg()) }), learned: keepsAll},
		{name: "Floor", rule: applies("elementwise"), fold: each1(symbolic.Expr.Floor)},
		{name: "Ceil", rule: applies("elementwise"), fold: each1(symbolic.Expr.Ceil)},
		{name: "Round", rule: applies("elementwise"), fold: (*call).foldRound},
		{name: "Exp", rule: applies("exp"), learned: keepsAll}, {name: "Log", rule: applies("log"), learned: keepsAll},
		{name: "Sqrt", rule: applies("sqrt"), fold: (*call).foldSqrt, learned: keepsAll}, {name: "Reciprocal", rule: applies("elementwise"), fold: (*call).foldReciprocal, learned: keepsAll},
		{name: "Relu", rule: applies("relu"), learned: keepsAll}, {name: "Sigmoid", rule: applies("sigmoid"), learned: keepsAll},
		{name: "Tanh", rule: applies("tanh"), learned: keepsAll}, {name: "Softplus", rule: applies("softplus"), learned: keepsAll},
		{name: "Clip", rule: (*call).clip, learned: keepsAll},
		{name: "PRelu", rule: (*call).prelu, weights: []int{1}, width: widthSecond},
		{name: "Dropout", work: None, rule: (*call).dropout},
		{name: "CumSum", rule: (*call).runningSum},
		{name: "Softmax", rule: softmaxes("softmax"), width: widthLast, learned: keepsAll},
		{name: "LogSoftmax", rule: softmaxes("log_softmax"), width: widthLast},
		{name: "Hardmax", rule: softmaxes("softmax")},
		{name: "SwiGLU", rule: (*call).swiGLU},
		{name: "Swish", rule: applies("silu")}, {name: "Gelu", rule: applies("gelu")}, {name: "Mish", rule: applies("mish")}, {name: "Erf", rule: applies("erf")},
		{name: "LeakyRelu", rule: applies("leaky_relu")}, {name: "HardSigmoid", rule: applies("hard_sigmoid")}, {name: "HardSwish", rule: applies("hard_swish")},
		{name: "Elu", rule: applies("elu")}, {name: "Selu", rule: applies("elu")}, {name: "Celu", rule: applies("elu")},
	}
	for _, op := range []string{
		"Sign", "Sin", "Cos", "Tan", "Atan", "Softsign", "ThresholdedRelu", "Shrink", "IsNaN", "IsInf", "Sinh", "Cosh", "Asin", "Acos",
		"Asinh", "Acosh", "Atanh", "LpNormalization", "Bernoulli", "CumProd", "BitwiseNot",
	} {
		table = append(table, &operator{name: op, rule: applies("elementwise")})
	}
	return doing(Counted, table)
}

func applies(kind string) rule { return func(c *call) ([]*item, error) { return c.each(kind) } }

// joins merges activations; constant and learned operands are joined with them by a kind of layer. For layers without weights,
// such as comparisons, a learned operand is one like any other.
func joins(op arch.MergeOp, kind string) rule {
	return func(c *call) ([]*item, error) {
		varies := (*item).computed
		if !arch.KindByName(kind).Learns() {
			varies = (*item).varies
		}
		return c.join(op, varies, func(x, w *item) ([]*item, error) { return c.fixed(kind, x, w) })
	}
}

// scales merges activations, and multiplies by learned and constant operands. Of a constant, meanSquare is the mean square of
// its factors.
func scales(op arch.MergeOp, meanSquare func(symbolic.Expr) symbolic.Expr) rule {
	return func(c *call) ([]*item, error) {
		return c.join(op, (*item).computed, func(x, w *item) ([]*item, error) { return c.scaled(x, w, meanSquare) })
	}
}

func square(e symbolic.Expr) symbolic.Expr        { return e.Mul(e) }
func inverseSquare(e symbolic.Expr) symbolic.Expr { return symbolic.Int(1).Div(e.Mul(e)) }

// swiGLU is the second input times SiLU of the first.
func (c *call) swiGLU() ([]*item, error) {
	values, err := c.activation(1)
	if err != nil {
		return nil, err
	}
	gate, err := c.each("silu")
	if err != nil {
		return nil, err
	}
	return c.together(arch.Multiply, []*item{gate[0], values})
}

// compares subtracts: a gradient needs nothing of what is compared.
func compares(c *call) ([]*item, error) { return joins(arch.Subtract, "shift")(c) }

// negative multiplies by −1.
func (c *call) negative() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	return c.scaled(x, &item{data: ints(-1), folded: true}, square)
}

// runningSum adds what comes before along an axis. Like other sums it keeps nothing.
func (c *call) runningSum() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	out, err := c.layer("reduce", shapeArgs(x.layout.shape(x.dims)), x.value)
	return one(out, x.layout, x.dims, err)
}

func softmaxes(kind string) rule { return func(c *call) ([]*item, error) { return c.softmax(kind) } }

// each applies a kind of layer that keeps the shape to the first input.
func (c *call) each(kind string) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	out, err := c.layer(kind, nil, x.value)
	return one(out, x.layout, x.dims, err)
}

// join merges the inputs that vary, and then joins the other ones.
func (c *call) join(op arch.MergeOp, varies func(*item) bool, with func(x, w *item) ([]*item, error)) ([]*item, error) {
	var values, fixed []*item
	for k := range c.in {
		it, err := c.need(k)
		if err != nil {
			return nil, err
		}
		if varies(it) {
			values = append(values, it)
		} else {
			fixed = append(fixed, it)
		}
	}
	out := values[:1]
	if len(values) > 1 {
		var err error
		if out, err = c.together(op, values); err != nil {
			return nil, err
		}
	}
	for _, w := range fixed {
		var err error
		if out, err = with(out[0], w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// power takes every element to the power of one of another tensor, or to a fixed one.
func (c *call) power() ([]*item, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	exponent, err := c.need(1)
	if err != nil {
		return nil, err
	}
	switch {
	case !exponent.isActivation() && !x.isActivation():
		return nil, errors.New("both inputs are constant")
	case !exponent.varies():
		return c.fixed("power", x, exponent)
	case !x.varies():
		return c.fixed("exp", exponent, x)
	}
	return c.together(arch.Pow, []*item{x, exponent})
}

// addTo adds one more tensor.
func (c *call) addTo(x, more *item) ([]*item, error) {
	if more.computed() {
		return c.together(arch.Add, []*item{x, more})
	}
	return c.fixed("shift", x, more)
}

// scaled multiplies an activation by a learned or constant tensor. Learned factors begin at 1, as everywhere; those of a
// constant are the numbers themselves, if the file has them.
func (c *call) scaled(x, w *item, meanSquare func(symbolic.Expr) symbolic.Expr) ([]*item, error) {
	if w.learned() != nil {
		return c.fixed("scale", x, w)
	}
	factors := arch.Argument{Word: arch.NotKnown}
	if w.folded && len(w.data) > 0 {
		mean := symbolic.Expr{}
		for _, e := range w.data {
			mean = mean.Add(meanSquare(e))
		}
		if mean = mean.Div(symbolic.Int(int64(len(w.data)))); mean.Err() == nil {
			factors = numbers(mean)
		}
	}
	return c.fixedWith("scale", map[string]arch.Argument{"values": whole(0), arch.MeanSquare: factors}, x, w)
}

// fixed joins an activation with a learned or constant tensor.
func (c *call) fixed(kind string, x, w *item) ([]*item, error) {
	return c.fixedWith(kind, map[string]arch.Argument{"values": whole(0)}, x, w)
}

// fixedWith does so by a layer that has these arguments where nothing is learned.
func (c *call) fixedWith(kind string, args map[string]arch.Argument, x, w *item) ([]*item, error) {
	dims, err := broadcast(x.dims, w.dims)
	if err != nil {
		return nil, err
	}
	v, l := x.value, x.layout
	if !same(dims, x.dims) {
		l = features(len(dims))
		if v, err = c.spread(x, dims, l); err != nil {
			return nil, err
		}
	}
	if !arch.KindByName(kind).Learns() {
		out, err := c.layer(kind, nil, v)
		return one(out, l, dims, err)
	}
	learned := w.learned()
	if learned == nil {
		out, err := c.layer(kind, args, v)
		return one(out, l, dims, err)
	}
	for learned.whole != nil && !learned.whole.cut { // the first rows of a table of positions, which all belong to the network
		learned = learned.whole
	}
	out, err := c.weighted(kind, map[string]arch.Argument{"values": numbers(learned.elements)}, v, &item{dims: w.dims, weight: learned})
	return one(out, l, dims, err)
}

// where chooses between two tensors. Where the choice and one of them are constant, the other one is masked. In both cases
// values are moved and not computed.
func (c *call) where() ([]*item, error) {
	in := make([]*item, 3)
	shapes := make([][]symbolic.Expr, 3)
	for k := range in {
		it, err := c.need(k)
		if err != nil {
			return nil, err
		}
		if in[k], shapes[k] = it, it.dims; !it.varies() {
			in[k] = &item{dims: it.dims} // the constant stays one to others
		}
	}
	one, other := in[1], in[2]
	if in[0].isActivation() || one.varies() == other.varies() {
		return c.together(arch.Where, in)
	}
	if other.varies() {
		one = other
	}
	dims, err := broadcast(shapes...)
	if err != nil {
		return nil, err
	}
	if one, err = c.materialized(one); err != nil {
		return nil, err
	}
	l := features(len(dims))
	if same(one.dims, dims) {
		l = one.layout
	}
	v, err := c.spread(one, dims, l)
	if err != nil {
		return nil, err
	}
	return c.moved("gather", &item{value: v}, dims)
}

// clip from 0 to 6 is ReLU6, and from 0 on ReLU.
func (c *call) clip() ([]*item, error) {
	low, high := c.bound("min", 1), c.bound("max", 2)
	switch {
	case low != nil && low.Sign() == 0 && high == nil:
		return c.each("relu")
	case low != nil && low.Sign() == 0 && high.Cmp(big.NewRat(6, 1)) == 0:
		return c.each("relu6")
	}
	return c.each("clip")
}

// bound is a bound of Clip, an attribute at first and an input since opset 11; nil if there is none.
func (c *call) bound(name string, input int) *big.Rat {
	if a := c.node.Attributes.Named(name); a != nil {
		return new(big.Rat).SetFloat64(float64(a.Float))
	}
	if it := c.input(input); it != nil {
		if e, ok := it.scalar(); ok {
			r, _ := e.Rational()
			return r
		}
	}
	return nil
}

func (c *call) prelu() ([]*item, error) {
	x, w, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	out, err := c.weighted("prelu", map[string]arch.Argument{"values": numbers(w.elements())}, x.value, w)
	return one(out, x.layout, x.dims, err)
}

// dropout has its rate as an attribute until opset 11, and as an input since.
func (c *call) dropout() ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	rate := big.NewRat(1, 2)
	if r := c.bound("ratio", 1); r != nil {
		rate = r
	}
	out, err := c.layer("dropout", map[string]arch.Argument{"rate": numbers(symbolic.BigRat(rate))}, x.value)
	items, err := one(out, x.layout, x.dims, err)
	return append(items, &item{dims: x.dims}), err
}

// softmax runs along one axis; before opset 13, along all axes from one on, as a matrix.
func (c *call) softmax(kind string) ([]*item, error) {
	x, err := c.activation(0)
	if err != nil {
		return nil, err
	}
	byDefault := int64(-1)
	if c.opset < 13 {
		byDefault = 1
	}
	axis, err := c.axis(byDefault, x.rank())
	if err != nil {
		return nil, err
	}
	v := x.value
	l := x.layout
	if c.opset >= 13 && l.axis != axis {
		l = along(axis)
		if v, err = c.as(x, l); err != nil {
			return nil, err
		}
	}
	out, err := c.layer(kind, nil, v)
	return one(out, l, x.dims, err)
}
