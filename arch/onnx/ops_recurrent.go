package onnx

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// recurrentOperators run along a sequence.
func recurrentOperators() []*operator {
	return doing(Counted, []*operator{
		{name: "LSTM", rule: recurs("lstm", 4), weights: []int{1, 2, 3, 7}, width: widthLast},
		{name: "GRU", rule: recurs("gru", 3), weights: []int{1, 2, 3}, width: widthLast},
		{name: "RNN", rule: recurs("rnn", 1), weights: []int{1, 2, 3}, width: widthLast},
	})
}

// recurs is a recurrent layer with so many gates.
func recurs(kind string, gates int64) rule {
	return func(c *call) ([]*item, error) { return c.recurrent(kind, gates) }
}

// recurrent is an LSTM and its like: X [T, B, C] (or [B, T, C]), W [directions, gates·H, C].
func (c *call) recurrent(kind string, gates int64) ([]*item, error) {
	x, w, err := c.activationAnd(1)
	if err != nil {
		return nil, err
	}
	if x.rank() != 3 || w.rank() != 3 {
		return nil, errors.New("needs a sequence and weights of three dimensions")
	}
	hidden := w.dims[1].Div(symbolic.Int(gates))
	t, b := x.dims[0], x.dims[1]
	samplesFirst := c.integer("layout", 0) == 1
	if samplesFirst {
		t, b = b, t
	}
	v, err := c.seen(x.value, features(3).shape([]symbolic.Expr{b, t, x.dims[2]})) // the first axis of a layer's input counts samples
	if err != nil {
		return nil, err
	}
	args := map[string]arch.Argument{"out": numbers(hidden), "directions": numbers(w.dims[0]), "bias": whole(c.biasesOf(w))}
	out, err := c.weighted(kind, args, v, w, c.input(2), c.input(3))
	if err != nil {
		return nil, err
	}
	for k := 5; k <= 7; k++ { // the states before the first position, and peepholes
		if more := c.input(k); more.counts() && (k == 7 || c.isTrained(k)) {
			if _, err := c.materialized(more); err != nil {
				return nil, err
			}
		}
	}
	dims, last := []symbolic.Expr{t, w.dims[0], b, hidden}, []symbolic.Expr{w.dims[0], b, hidden}
	if samplesFirst {
		dims, last = []symbolic.Expr{b, t, w.dims[0], hidden}, []symbolic.Expr{b, w.dims[0], hidden}
	}
	y := &item{dims: dims, layout: features(4)}
	if y.value, err = c.seen(out, y.layout.shape(dims)); err != nil {
		return nil, err
	}
	items := []*item{y}
	for k := 1; k < len(c.node.Outputs); k++ { // the last state, and the last cell
		if !c.strands.read(c.node.Outputs[k]) {
			items = append(items, &item{})
			continue
		}
		state := &item{dims: last, layout: features(3)}
		if state.value, err = c.layer("take", shapeArgs(state.layout.shape(state.dims)), out); err != nil {
			return nil, err
		}
		items = append(items, state)
	}
	return items, nil
}

// biasesOf is how many biases each gate of a recurrent layer has: a tensor of two may be put together from one and zeros.
func (c *call) biasesOf(w *item) int64 {
	bias := c.input(3)
	if bias.isActivation() {
		return 2
	}
	learned := bias.learned()
	if learned == nil {
		return 0
	}
	n, ok := learned.elements.Div(w.dims[0].Mul(w.dims[1])).Int64()
	if !ok || n > 2 {
		return 2
	}
	return n
}

// isTrained reports whether the values of an input are those of a learned tensor: states begin with zeros unless they are.
func (c *call) isTrained(k int) bool {
	return slices.ContainsFunc(c.strands.tables(c.node.Inputs[k]), func(name string) bool { return c.strands.of(name).constant.Look == wire.Ordinary })
}
