package cost

import (
	"math"

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
	return p.walk().run(noDetour())
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

// unread is the number of the operation that a storage waits for where there is none.
const unread = math.MaxInt32

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

// detour is how a step differs where a link is cut: some operations are gone, and what read a merge that is gone reads the
// operand that is left.
type detour struct {
	gone     map[int]bool
	from, to int32 // read the second for the first; -1 for none
}

func noDetour() detour { return detour{from: -1, to: -1} }

// trainingStep walks a plan.
type trainingStep struct {
	*stepPlan
	detour
	first     []int32 // the earliest operation whose backward pass needs a storage
	last      []int32 // the last operation of the forward pass that reads one
	live      symbolic.Expr
	peak      symbolic.Expr
	gradients []gradient
	gradient  []int32 // of a tensor, by its place among the gradients; -1 for none
}

// gradient is the storage of a gradient, which several values may hold.
type gradient struct {
	bytes   symbolic.Expr
	holders int
}

// walk is what a walk over the plan fills in, and the next walk again.
func (p *stepPlan) walk() *trainingStep {
	n := len(p.root)
	return &trainingStep{stepPlan: p, first: make([]int32, n), last: make([]int32, n), gradient: make([]int32, n)}
}

// run walks the step.
func (s *trainingStep) run(d detour) (symbolic.Expr, error) {
	s.detour, s.live, s.peak, s.gradients = d, symbolic.Expr{}, symbolic.Expr{}, s.gradients[:0]
	for v := range s.first {
		s.first[v], s.last[v], s.gradient[v] = unread, -1, -1
	}
	s.needs()
	s.forward()
	s.backward()
	return s.peak, s.live.Err()
}

// read is the tensor that is there for another one.
func (s *trainingStep) read(v int32) int32 {
	if v == s.from {
		return s.to
	}
	return v
}

// rootOf is the tensor in whose storage one lies.
func (s *trainingStep) rootOf(v int32) int32 {
	if r := s.root[v]; r != s.from {
		return r
	}
	return s.root[s.to]
}

// needs finds out which storages are kept from when to when.
func (s *trainingStep) needs() {
	for k := range s.ops {
		if s.gone[k] {
			continue
		}
		for _, v := range s.ops[k].needed {
			s.until(v, int32(k))
		}
	}
	s.until(s.output, -1) // held by the caller
}

// until notes that operation k is one of those that need a storage.
func (s *trainingStep) until(v, k int32) {
	r := s.rootOf(v)
	if s.first[r] <= k {
		return // and so are its parts, of which there may be many
	}
	s.first[r] = k
	for _, part := range s.parts[r] {
		s.until(part, k)
	}
}

func (s *trainingStep) raise(by symbolic.Expr) {
	s.live = s.live.Add(by)
	if sign, ok := s.live.Sub(s.peak).Sign(); ok && sign > 0 {
		s.peak = s.live
	}
}

// forward runs the operations; what is not kept goes at its last use.
func (s *trainingStep) forward() {
	for k := range s.ops {
		if s.gone[k] {
			continue
		}
		for _, in := range s.ops[k].inputs {
			s.last[s.rootOf(in)] = int32(k)
		}
		s.last[s.rootOf(int32(k+1))] = int32(k)
	}
	dies := newBuckets(len(s.ops), len(s.root))
	for v, k := range s.last {
		if k >= 0 && s.first[v] == unread && v != 0 {
			dies.put(k, int32(v))
		}
	}
	for k := range s.ops {
		if s.gone[k] {
			continue
		}
		if made := int32(k + 1); s.root[made] == made {
			s.raise(s.size[made])
		}
		s.raise(s.ops[k].beside)
		s.free(dies, k)
	}
}

// backward runs the operations in reverse.
func (s *trainingStep) backward() {
	freed := newBuckets(len(s.ops), len(s.root))
	for v, k := range s.first {
		if k >= 0 && k != unread && v != 0 && len(s.parts[v]) == 0 {
			freed.put(k, int32(v))
		}
	}
	// The gradient of a sum over the output is one number read many times; the sum and it take a float each.
	s.raise(symbolic.Int(8))
	s.gradient[s.read(s.output)] = s.hold(gradient{holders: 2})
	for k := len(s.ops) - 1; k >= 0; k-- {
		if s.gone[k] {
			continue
		}
		s.step(k)
		s.live = s.live.Sub(s.ops[k].beside)
		s.free(freed, k)
	}
}

func (s *trainingStep) free(b buckets, k int) {
	for v := b.head[k]; v >= 0; v = b.next[v] {
		s.live = s.live.Sub(s.size[v])
	}
}

// step is the backward pass of one operation.
func (s *trainingStep) step(k int) {
	g := s.gradient[k+1]
	if g < 0 {
		return
	}
	op := &s.ops[k]
	for _, in := range op.inputs {
		if v := s.read(in); s.flows[v] {
			s.arrive(v, g, op.handsOn)
		}
	}
	if !op.trained.IsZero() {
		s.raise(op.trained)
	}
	s.release(g)
}

// arrive adds to the gradient of a value: g itself where it is handed on, else a fresh one. Sums go into a gradient that
// nobody else holds.
func (s *trainingStep) arrive(v, g int32, handedOn bool) {
	old := s.gradient[v]
	if old < 0 && handedOn {
		s.gradient[v] = g
		s.gradients[g].holders++
		return
	}
	if old >= 0 && handedOn && s.gradients[old].holders == 1 {
		return
	}
	fresh := s.hold(gradient{bytes: s.size[v], holders: 1})
	s.raise(s.size[v])
	switch {
	case old < 0:
		s.gradient[v] = fresh
	case s.gradients[old].holders == 1:
		s.release(fresh)
	default:
		s.gradient[v] = fresh
		s.release(old)
	}
}

// hold makes a gradient and returns its place.
func (s *trainingStep) hold(g gradient) int32 {
	s.gradients = append(s.gradients, g)
	return int32(len(s.gradients) - 1)
}

func (s *trainingStep) release(at int32) {
	g := &s.gradients[at]
	if g.holders--; g.holders == 0 {
		s.live = s.live.Sub(g.bytes)
	}
}

// buckets are sets of tensors by operation, each tensor in one at most.
type buckets struct {
	head []int32 // the first tensor of a set; -1 for none
	next []int32 // the one behind a tensor
}

func newBuckets(sets, tensors int) buckets {
	b := buckets{head: make([]int32, sets), next: make([]int32, tensors)}
	for k := range b.head {
		b.head[k] = -1
	}
	return b
}

func (b buckets) put(set, tensor int32) {
	b.next[tensor], b.head[set] = b.head[set], tensor
}
