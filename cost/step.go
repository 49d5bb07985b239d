package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// stepPeak is the most bytes there at once over a forward pass and its backward pass: activations and gradients; input
// and parameters apart. The model: forward, what the backward pass needs is kept and everything else goes at its last use;
// backward, layers run in reverse, each makes the gradients of what it reads (adds, concats and views hand theirs on as
// they are) and of its parameters, and what it needed goes when no earlier layer needs it. Frameworks hold some tensors
// longer, so that theirs may be higher.
func (c *counter) stepPeak(t *trace.Trace) (symbolic.Expr, error) {
	p, err := c.planStep(t)
	if err != nil {
		return symbolic.Expr{}, err
	}
	return p.profile().peak()
}

// stepPlan is all that the walk over a training step has to know, with numbers for tensors: 0 is the network's input, and k + 1
// what operation k makes. It is made once and walked again for each link that is cut.
type stepPlan struct {
	saver  *saver
	ops    []stepOperation
	root   []int32 // the tensor in whose storage one lies
	parts  [][]int32
	size   []symbolic.Expr
	flows  []bool // a gradient goes to the tensor
	output int32  // of the network
}

// stepOperation is one operation of the plan.
type stepOperation struct {
	inputs  []int32
	needed  []int32       // by the backward pass
	beside  symbolic.Expr // kept besides
	trained symbolic.Expr // bytes of the gradients of its parameters
	handsOn bool          // the gradient of the output is that of the inputs
}

func (c *counter) planStep(t *trace.Trace) (*stepPlan, error) {
	flow := c.backprop()
	if _, err := flow.nodes(t.Body); err != nil {
		return nil, err
	}
	s, err := newSaver(t, c.options)
	if err == nil {
		err = s.mark(t.Body)
	}
	if err != nil {
		return nil, err
	}
	ops := t.Operations()
	number := map[*trace.Value]int32{t.Input: 0}
	for k, op := range ops {
		number[op.Output] = int32(k + 1)
	}
	numbers := func(values []*trace.Value) []int32 {
		out := make([]int32, len(values))
		for k, v := range values {
			out[k] = number[v]
		}
		return out
	}
	p := &stepPlan{saver: s, output: number[t.Output]}
	p.tensor(s, flow, t.Input, numbers)
	for _, op := range ops {
		p.tensor(s, flow, op.Output, numbers)
		one, err := flow.stepOperation(s, op)
		if err != nil {
			return nil, err
		}
		one.inputs, one.needed = numbers(op.Inputs), numbers(one.values)
		p.ops = append(p.ops, one.stepOperation)
	}
	return p, nil
}

// tensor adds the next tensor to the plan.
func (p *stepPlan) tensor(s *saver, flow *backprop, v *trace.Value, numbers func([]*trace.Value) []int32) {
	p.root = append(p.root, numbers([]*trace.Value{s.rootOf(v)})...)
	p.parts = append(p.parts, numbers(s.parts[v]))
	p.size = append(p.size, s.size(v))
	p.flows = append(p.flows, flow.needs[v])
}

// stepOperation is an operation of the plan, but for the numbers of its tensors; values are those that its backward pass needs.
func (b *backprop) stepOperation(s *saver, op *trace.Operation) (one struct {
	stepOperation
	values []*trace.Value
}, err error) {
	l, err := b.price(op)
	if err != nil {
		return one, err
	}
	if l.hasTrained(op) {
		one.trained = l.formula(Params).Mul(symbolic.Int(b.options.gradientBytes()))
	}
	keeps := s.keeps(l.rule, op)
	if s.runsAgain(l.rule, op) {
		keeps = compiledKeeps{}
	}
	one.values = append(one.values, s.operands(keeps, l.rule, op)...)
	if keeps.Output {
		one.values = append(one.values, op.Output)
	}
	one.beside, one.handsOn = s.extras(keeps, l.rule, op), op.Kind.HandsOn
	return one, nil
}
