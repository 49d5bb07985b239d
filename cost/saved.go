package cost

import (
	"errors"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errNotClosed is a loop whose kept storages have no closed form; where the counts are numbers the network is unrolled.
var errNotClosed = errors.New("what the repeats keep for the backward pass has no closed form")

// when says in which iterations of its loop a storage is kept.
type when uint8

const (
	earlier when = 1 << iota // all but the last
	last
	always = earlier | last
)

// saver finds the storages that the backward pass needs and adds them up. A storage counts once, however many layers need
// it; views and layers in place share that of their input.
type saver struct {
	memory Memory
	batch  symbolic.Expr
	bytes  symbolic.Expr // per element
	root   map[*trace.Value]*trace.Value
	parts  map[*trace.Value][]*trace.Value // what a tensor without a storage of its own is made of
	grows  map[*trace.Value]bool           // tensors that a concat reads
	kept   map[*trace.Value]when
	again  bool            // inside a checkpointed loop: what layers need is there again when they have run again
	depth  int             // loops around what is summed
	runs   []symbolic.Expr // counts of loops that must be at least 1
}

func newSaver(t *trace.Trace, o Options) *saver {
	s := &saver{
		memory: o.Memory, batch: o.batch(), bytes: symbolic.Int(o.elementBytes()),
		root: map[*trace.Value]*trace.Value{}, parts: map[*trace.Value][]*trace.Value{}, grows: map[*trace.Value]bool{}, kept: map[*trace.Value]when{},
	}
	for _, op := range t.Operations() {
		if op.Kind.Name == string(arch.Concat) && len(op.Inputs) > 1 {
			s.grows[op.Extends] = true
			for _, in := range op.Inputs {
				s.grows[in] = true
			}
		}
	}
	return s
}

// savedBytes is what a training step keeps from its forward pass, and the share of the network's input in it.
func savedBytes(t *trace.Trace, o Options) (all, input symbolic.Expr, err error) {
	all, input, _, err = savedClosed(t, o)
	return all, input, err
}

// savedClosed also returns the counts of repeats that must be at least 1 for the formulas to hold.
func savedClosed(t *trace.Trace, o Options) (all, input symbolic.Expr, runs []symbolic.Expr, err error) {
	s := newSaver(t, o)
	if err := s.mark(t.Body); err != nil {
		return all, input, nil, err
	}
	if s.memory.Loss {
		// The log-softmax of the output, a target of 8 bytes per sample, and a float.
		all = s.size(t.Output).Add(s.batch.Mul(t.Output.Shape.Batch()).Mul(symbolic.Int(8))).Add(symbolic.Int(4))
	}
	if err := s.handOn(t.Body); err != nil {
		return all, input, nil, err
	}
	sum, err := s.sum(t.Body)
	if s.kept[t.Input] != 0 {
		input = s.size(t.Input)
	}
	return symbolic.Sum(all, sum, input), input, s.runs, err
}

// size is the bytes of a tensor for the whole batch.
func (s *saver) size(v *trace.Value) symbolic.Expr {
	return v.Shape.AllElements().Mul(s.batch).Mul(s.bytes)
}

func (s *saver) rootOf(v *trace.Value) *trace.Value {
	if r, ok := s.root[v]; ok {
		return r
	}
	return v
}

// need keeps the storage behind a value.
func (s *saver) need(v *trace.Value, w when) {
	r := s.rootOf(v)
	if s.kept[r]&w == w {
		return
	}
	s.kept[r] |= w
	for _, p := range s.parts[r] {
		s.need(p, w)
	}
}

// mark walks the nodes forward, gives every value its storage and keeps what layers need.
func (s *saver) mark(nodes []trace.Node) error {
	for _, n := range nodes {
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			err = s.operation(n)
		case *trace.Loop:
			err = s.loop(n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *saver) operation(op *trace.Operation) error {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return err
	}
	again := s.runsAgain(rule, op)
	switch {
	case again || s.hasNoStorage(op):
		s.parts[op.Output] = op.Inputs
	case s.memory.sharesInput(rule, op):
		s.root[op.Output] = s.rootOf(op.Inputs[0])
	}
	if again || s.again {
		return nil // what it needs is there again when it has run again
	}
	keeps := s.memory.keeps(rule, op)
	if keeps.Input {
		for _, in := range op.Inputs {
			s.need(in, always)
		}
	}
	if keeps.Output {
		s.need(op.Output, always)
	}
	return nil
}

// hasNoStorage reports whether a concat is made of the storages of its paths: always in a shared buffer; where it is
// recomputed, if it goes on into another concat.
func (s *saver) hasNoStorage(op *trace.Operation) bool {
	if !op.Kind.Joins() {
		return false
	}
	return s.memory.Concat == SharedConcat || s.memory.Concat == RecomputeConcat && (s.grows[op.Output] || len(op.Inputs) == 1)
}

// runsAgain reports whether the operation is a norm or an activation behind a concat that is recomputed.
func (s *saver) runsAgain(rule *compiled, op *trace.Operation) bool {
	return s.memory.Concat == RecomputeConcat && rule.cheap && len(s.parts[s.rootOf(op.Inputs[0])]) > 0
}

// loop marks the body. What the body reads of the iteration before is what that one put out.
func (s *saver) loop(l *trace.Loop) error {
	if s.memory.Concat == RecomputeConcat {
		return errNotClosed
	}
	if s.memory.Checkpoint.on() && !s.again {
		return s.checkpointed(l)
	}
	if err := s.mark(l.Body); err != nil {
		return err
	}
	out := s.rootOf(l.Out)
	if out == l.In {
		s.root[l.Result] = s.rootOf(l.Start)
	}
	if s.kept[l.In] != 0 {
		s.need(l.Start, always)
		if out != l.In {
			s.need(out, earlier)
		}
	}
	return nil
}

// handOn passes on from the last node to the first what is needed of the result of a loop: its last iteration put it out.
func (s *saver) handOn(nodes []trace.Node) error {
	for k := len(nodes) - 1; k >= 0; k-- {
		l, ok := nodes[k].(*trace.Loop)
		if !ok {
			continue
		}
		switch s.kept[l.Result] {
		case always:
			s.need(l.Out, last)
		case 0:
		default:
			return errNotClosed
		}
		if err := s.handOn(l.Body); err != nil {
			return err
		}
	}
	return nil
}

// sum adds up the kept storages and what layers keep besides.
func (s *saver) sum(nodes []trace.Node) (symbolic.Expr, error) {
	var total symbolic.Expr
	for _, n := range nodes {
		var one symbolic.Expr
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			one, err = s.own(n)
		case *trace.Loop:
			one, err = s.sumLoop(n)
		}
		if err != nil {
			return total, err
		}
		total = total.Add(one)
	}
	return total, nil
}

// own is what one operation adds: its output if that is kept in every iteration, and its extras.
func (s *saver) own(op *trace.Operation) (symbolic.Expr, error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return symbolic.Expr{}, err
	}
	var sum symbolic.Expr
	if s.kept[op.Output] == always && s.stored(op.Output) {
		sum = s.size(op.Output)
	}
	keeps := s.memory.keeps(rule, op)
	checkpointed := s.depth > 0 && s.memory.Checkpoint.on()
	if !keeps.extra.IsZero() && !s.runsAgain(rule, op) && !checkpointed {
		v := variables(op, s.batch)
		v["bytes"] = s.bytes
		sum = sum.Add(keeps.extra.Substitute(v))
	}
	return sum, nil
}

// stored reports whether a value is a storage of its own.
func (s *saver) stored(v *trace.Value) bool {
	return s.rootOf(v) == v && len(s.parts[v]) == 0
}

// sumLoop sums the body over the iterations, and what is kept in some of them only.
func (s *saver) sumLoop(l *trace.Loop) (symbolic.Expr, error) {
	s.depth++
	body, err := s.sum(l.Body)
	s.depth--
	if err != nil {
		return body, err
	}
	total, err := sumOver(body, l)
	if err != nil {
		return total, err
	}
	one := symbolic.Int(1)
	if _, constant := l.Times.Rational(); !constant {
		s.runs = append(s.runs, l.Times)
	}
	for _, n := range l.Body {
		v := made(n)
		if !s.stored(v) {
			continue
		}
		switch s.kept[v] {
		case earlier:
			shorter := *l
			shorter.Times = l.Times.Sub(one)
			rest, err := sumOver(s.size(v), &shorter)
			if err != nil {
				return total, err
			}
			total = total.Add(rest)
		case last:
			total = total.Add(s.size(v).Substitute(symbolic.Bindings{l.Index: l.Times.Sub(one)}))
		}
	}
	if s.depth == 0 && s.memory.Checkpoint == CheckpointSqrt {
		inputs, err := s.segmentInputs(l)
		return total.Add(inputs), err
	}
	return total, nil
}

// made is what a node puts out.
func made(n trace.Node) *trace.Value {
	if l, ok := n.(*trace.Loop); ok {
		return l.Result
	}
	return n.(*trace.Operation).Output
}
