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
	p := &trainingStep{options: c.options, ops: t.Operations(), flow: c.backprop(), gradient: map[*trace.Value]*gradient{}}
	if _, err := p.flow.nodes(t.Body); err != nil {
		return symbolic.Expr{}, err
	}
	var err error
	if p.saver, err = newSaver(t, c.options); err == nil {
		err = p.saver.mark(t.Body)
	}
	if err != nil {
		return symbolic.Expr{}, err
	}
	if err := p.needs(t); err != nil {
		return symbolic.Expr{}, err
	}
	if err := p.forward(t); err != nil {
		return symbolic.Expr{}, err
	}
	return p.peak, p.backward(t)
}

type trainingStep struct {
	*saver
	options  Options
	ops      []*trace.Operation
	flow     *backprop
	first    map[*trace.Value]int // the earliest operation whose backward pass needs a storage
	beside   []symbolic.Expr      // what each operation keeps besides
	live     symbolic.Expr
	peak     symbolic.Expr
	gradient map[*trace.Value]*gradient
}

// gradient is the storage of a gradient, which several values may hold.
type gradient struct {
	bytes   symbolic.Expr
	holders int
}

// needs finds out which storages are kept from when to when.
func (p *trainingStep) needs(t *trace.Trace) error {
	p.first = map[*trace.Value]int{}
	for k, op := range p.ops {
		rule, err := compiledRule(op.Kind.Name)
		if err != nil {
			return err
		}
		keeps := p.memory.keeps(rule, op)
		if p.runsAgain(rule, op) {
			keeps = compiledKeeps{}
		}
		for _, in := range p.operands(keeps, rule, op) {
			p.until(in, k)
		}
		if keeps.Output {
			p.until(op.Output, k)
		}
		p.beside = append(p.beside, p.extras(keeps, rule, op))
	}
	p.until(t.Output, -1) // held by the caller
	return nil
}

// until notes that operation k is one of those that need a storage.
func (p *trainingStep) until(v *trace.Value, k int) {
	r := p.rootOf(v)
	if at, ok := p.first[r]; ok && at <= k {
		return // and so are its parts, of which there may be many
	}
	p.first[r] = k
	for _, part := range p.parts[r] {
		p.until(part, k)
	}
}

func (p *trainingStep) raise(by symbolic.Expr) error {
	p.live = p.live.Add(by)
	if sign, ok := p.live.Sub(p.peak).Sign(); ok && sign > 0 {
		p.peak = p.live
	}
	return p.live.Err()
}

// forward runs the operations; what is not kept goes at its last use.
func (p *trainingStep) forward(t *trace.Trace) error {
	last := map[*trace.Value]int{}
	for k, op := range p.ops {
		for _, in := range op.Inputs {
			last[p.rootOf(in)] = k
		}
		last[p.rootOf(op.Output)] = k
	}
	dies := make([][]*trace.Value, len(p.ops))
	for v, k := range last {
		if _, kept := p.first[v]; !kept && v != t.Input && p.rootOf(v) == v {
			dies[k] = append(dies[k], v)
		}
	}
	for k, op := range p.ops {
		if p.rootOf(op.Output) == op.Output {
			if err := p.raise(p.size(op.Output)); err != nil {
				return err
			}
		}
		if err := p.raise(p.beside[k]); err != nil {
			return err
		}
		for _, v := range dies[k] {
			p.live = p.live.Sub(p.size(v))
		}
	}
	return nil
}

// backward runs the operations in reverse.
func (p *trainingStep) backward(t *trace.Trace) error {
	freed := make([][]*trace.Value, len(p.ops))
	for v, k := range p.first {
		if k >= 0 && v != t.Input && len(p.parts[v]) == 0 {
			freed[k] = append(freed[k], v)
		}
	}
	// The gradient of a sum over the output is one number read many times; the sum and it take a float each.
	if err := p.raise(symbolic.Int(8)); err != nil {
		return err
	}
	p.gradient[t.Output] = &gradient{holders: 2}
	for k := len(p.ops) - 1; k >= 0; k-- {
		if err := p.step(p.ops[k]); err != nil {
			return err
		}
		p.live = p.live.Sub(p.beside[k])
		for _, v := range freed[k] {
			p.live = p.live.Sub(p.size(v))
		}
	}
	return nil
}

// step is the backward pass of one operation.
func (p *trainingStep) step(op *trace.Operation) error {
	g := p.gradient[op.Output]
	if g == nil {
		return nil
	}
	for _, in := range op.Inputs {
		if !p.flow.needs[in] {
			continue
		}
		if err := p.arrive(in, g, op.Kind.HandsOn); err != nil {
			return err
		}
	}
	l, err := p.flow.price(op)
	if err != nil {
		return err
	}
	if l.hasTrained(op) {
		if err := p.raise(l.formula(Params).Mul(symbolic.Int(p.options.gradientBytes()))); err != nil {
			return err
		}
	}
	p.release(g)
	return nil
}

// arrive adds to the gradient of a value: g itself where it is handed on, else a fresh one. Sums go into a gradient that
// nobody else holds.
func (p *trainingStep) arrive(v *trace.Value, g *gradient, handedOn bool) error {
	old := p.gradient[v]
	if old == nil && handedOn {
		p.gradient[v] = g
		g.holders++
		return nil
	}
	if old != nil && handedOn && old.holders == 1 {
		return nil
	}
	fresh := &gradient{bytes: p.size(v), holders: 1}
	if err := p.raise(fresh.bytes); err != nil {
		return err
	}
	switch {
	case old == nil:
		p.gradient[v] = fresh
	case old.holders == 1:
		p.release(fresh)
	default:
		p.gradient[v] = fresh
		p.release(old)
	}
	return nil
}

func (p *trainingStep) release(g *gradient) {
	if g.holders--; g.holders == 0 {
		p.live = p.live.Sub(g.bytes)
	}
}
