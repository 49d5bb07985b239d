package flow

import (
	"math"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// recurrent is a cell that runs along the positions. Input and state have weights of their own, so that the arguments of its
// functions are normal, with the variance gx·q of the input plus gh·q of the state before.
type recurrent struct{ cell cell }

// cell is one step of a recurrent layer. It computes the next step from the variance due to the input, the gain of the state
// weights and the step before, and the gradient at the products from that at the states.
type cell interface {
	next(input, gain float64, before cellStep) cellStep
	// back takes the whole gradient at the output of a step and that at its memory; it returns the gradient at the products
	// with the input, at the state before, and at the memory before.
	back(at, before cellStep, gain, output, memory float64) (products, state, carried float64)
}

// cellStep is a step: the second moments of state and memory, and what the functions of the step do.
type cellStep struct {
	state, memory float64
	gate, value   meanSquares // a sigmoid and a tanh of what enters the gates and the candidate
	out           meanSquares // a tanh of the memory
}

// meanSquares are the mean squares of a function of centred normal values and of its slope.
type meanSquares struct{ value, slope float64 }

func squaresOf(f *arch.Function, variance float64) meanSquares {
	b := bend(f, normal{within: math.Sqrt(variance)})
	return meanSquares{b.square, b.slope}
}

// gatesAt are the functions of gates and candidate at the variances of their arguments.
func gatesAt(gate, value float64) cellStep {
	return cellStep{gate: squaresOf(arch.Sigmoid(), gate), value: squaresOf(arch.Tanh(), value)}
}

// plainCell is h ← tanh(Wx + Uh).
type plainCell struct{}

func (plainCell) next(input, gain float64, before cellStep) cellStep {
	s := gatesAt(0, input+gain*before.state)
	s.state = s.value.value
	return s
}

func (plainCell) back(at, _ cellStep, gain, output, _ float64) (products, state, carried float64) {
	products = output * at.value.slope
	return products, gain * products, 0
}

// lstmCell is c ← σ·c + σ·tanh, h ← σ·tanh(c), each σ and tanh of products of its own.
type lstmCell struct{}

func (lstmCell) next(input, gain float64, before cellStep) cellStep {
	enters := input + gain*before.state
	s := gatesAt(enters, enters)
	s.memory = s.gate.value * (before.memory + s.value.value)
	s.out = squaresOf(arch.Tanh(), s.memory)
	s.state = s.gate.value * s.out.value
	return s
}

func (lstmCell) back(at, before cellStep, gain, output, memory float64) (products, state, carried float64) {
	memory += output * at.gate.value * at.out.slope
	products = output*at.gate.slope*at.out.value + memory*(at.gate.slope*(before.memory+at.value.value)+at.gate.value*at.value.slope)
	return products, gain * products, memory * at.gate.value
}

// gruCell is h ← (1 − z)·n + z·h with n = tanh(Wx + r·Uh), r and z sigmoids.
type gruCell struct{}

func (gruCell) next(input, gain float64, before cellStep) cellStep {
	enters := input + gain*before.state
	gate := squaresOf(arch.Sigmoid(), enters)
	s := gatesAt(enters, input+gate.value*gain*before.state)
	s.state = s.gate.value * (s.value.value + before.state)
	return s
}

func (gruCell) back(at, before cellStep, gain, output, _ float64) (products, state, carried float64) {
	candidate := output * at.gate.value * at.value.slope
	reset := candidate * gain * before.state * at.gate.slope
	update := output * at.gate.slope * (at.value.value + before.state)
	return candidate + reset + update, gain*(reset+update+at.gate.value*candidate) + output*at.gate.value, 0
}

// steps runs the cell along the positions; the first step stands before all of them.
func (r recurrent) steps(f *field, op *trace.Operation) (steps []cellStep, input, state float64, err error) {
	x := f.signal[op.Inputs[0]].average()
	n, known := op.Inputs[0].Shape.Positions().Int64()
	init, units := f.initial(op), op.Args.Value("out")
	input, state = floatOf(init.Gain(op.Inputs[0].Shape.Width, units)), floatOf(init.Gain(units, units))
	if _, number := x.square.rounded(); !number || !known || n > maxPositions || math.IsNaN(input) || math.IsNaN(state) {
		return nil, 0, 0, needsNumbers{}
	}
	steps = make([]cellStep, 1, n+1)
	for k := range n {
		next := steps[k]
		if k == 0 || !steps[k].near(steps[k-1]) { // else it has settled
			next = r.cell.next(input*x.square.value(), state, steps[k])
		}
		steps = append(steps, next)
	}
	return steps, input, state, nil
}

// near reports whether a step is nearly equal to the one before.
func (s cellStep) near(before cellStep) bool {
	return math.Abs(s.state-before.state) <= 1e-12*s.state && math.Abs(s.memory-before.memory) <= 1e-12*s.memory
}

// maxPositions is how long a sequence may be.
const maxPositions = 100_000

func (r recurrent) forward(f *field, op *trace.Operation, in []moments) (moments, error) {
	steps, _, _, err := r.steps(f, op)
	if err != nil {
		return nil, err
	}
	x := in[0].average()
	mean := 0.0
	for _, s := range steps[1:] {
		mean += s.state / float64(len(steps)-1)
	}
	out := part{width: op.Output.Shape.Width, square: modelled(mean), symmetric: true}
	if !x.means.isZero() {
		out.means = x.means.quo(x.square).mul(out.square)
	}
	return moments{out}, nil
}

func (r recurrent) backward(f *field, op *trace.Operation, g gradient) ([]gradient, error) {
	steps, input, gain, err := r.steps(f, op)
	if err != nil {
		return nil, err
	}
	each := 1 / float64(len(steps)-1)
	var total, state, carried float64
	for k := len(steps) - 1; k > 0; k-- {
		var products float64
		products, state, carried = r.cell.back(steps[k], steps[k-1], gain, each+state, carried)
		total += input * products
	}
	return one(op, g.total().mul(path(1).by(modelled(total)))), nil
}
