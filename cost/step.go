package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// stepPeak is the most bytes of activations and gradients in memory at once over a forward pass and its backward pass, without
// the input and parameters. In the model, the forward pass keeps the tensors that the backward pass needs and frees all others
// at their last use. Backward, layers run in reverse: each makes the gradients of its inputs (adds, concats and views pass
// theirs on) and of its parameters, and a kept tensor is freed when no earlier layer needs it. Frameworks hold some tensors
// longer, so that their peak may be higher. Parts that run again do so as a whole before the backward pass goes through them,
// see [rerun].
func (c *counter) stepPeak(t *trace.Trace) (symbolic.Expr, error) {
	p, err := c.planStep(t)
	if err != nil {
		return symbolic.Expr{}, err
	}
	return p.profile().peak()
}

// stepPlan is a training step in the form in which it is walked, with numbers for tensors: 0 is the network's input, and k + 1
// the output of operation k. It is made once and walked again for each link that is cut.
type stepPlan struct {
	saver  *saver
	ops    []stepOperation
	root   []int32 // the tensor in whose storage one lies
	parts  [][]int32
	joined []bool // it is a concat without a storage
	size   []symbolic.Expr
	flows  []bool // a gradient goes to the tensor
	output int32  // of the network

	reruns []rerun // the parts that run again
	part   []int32 // of each operation, the number of its part; −1 for none
	leaves []bool  // the tensor leaves a reversible repeat for a layer outside
}

// stepOperation is one operation of the plan.
type stepOperation struct {
	inputs  []int32
	handed  []int32       // the same, with their parts in place of lists from other segments
	needed  []int32       // by the backward pass
	beside  symbolic.Expr // bytes kept beside tensors
	trained symbolic.Expr // bytes of the gradients of its parameters
	handsOn bool          // the gradient of the output is that of the inputs
}

func (c *counter) planStep(t *trace.Trace) (*stepPlan, error) {
	s, err := c.marked(t)
	if err != nil {
		return nil, err
	}
	ops := t.Operations()
	number := make(map[*trace.Value]int32, len(ops)+1)
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
	p := &stepPlan{saver: s, output: number[t.Output], leaves: make([]bool, len(ops)+1)}
	if err := p.findReruns(ops); err != nil {
		return nil, err
	}
	weightless := s.record.needs[t.Input] // a piece of a larger network, in which no gradients are followed
	p.tensor(t.Input, false, numbers)
	for _, op := range ops {
		p.tensor(op.Output, s.record.needs[op.Output] && !weightless, numbers)
		one, err := c.stepOperation(s, op)
		if err != nil {
			return nil, err
		}
		one.inputs, one.handed, one.needed = numbers(op.Inputs), numbers(s.reads(op)), numbers(one.values)
		p.ops = append(p.ops, one.stepOperation)
	}
	p.leave(ops)
	return p, nil
}

// tensor adds the next tensor to the plan.
func (p *stepPlan) tensor(v *trace.Value, flows bool, numbers func([]*trace.Value) []int32) {
	p.root = append(p.root, numbers([]*trace.Value{p.saver.rootOf(v)})...)
	p.parts = append(p.parts, numbers(p.saver.parts[v]))
	p.joined = append(p.joined, p.saver.joined[v])
	p.size = append(p.size, p.saver.size(v))
	p.flows = append(p.flows, flows)
}

// stepOperation is an operation of the plan without the numbers of its tensors; values are the tensors that its backward pass needs.
func (c *counter) stepOperation(s *saver, op *trace.Operation) (one struct {
	stepOperation
	values []*trace.Value
}, err error) {
	if s.record.trained(op) {
		l, err := c.price(op)
		if err != nil {
			return one, err
		}
		one.trained = l.formula(Params).Mul(symbolic.Int(c.options.gradientBytes()))
	}
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return one, err
	}
	keeps := s.keeps(rule, op)
	one.values = append(one.values, s.operands(keeps, rule, op)...)
	if keeps.Output {
		one.values = append(one.values, op.Output)
	}
	one.beside, one.handsOn = s.extras(keeps, rule, op), op.Kind.HandsOn
	return one, nil
}
