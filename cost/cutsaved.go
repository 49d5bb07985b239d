package cost

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// savedStorages is the storages that a training step keeps, each with how often it is needed: by layers, and by kept tensors
// without a storage of their own, such as those that run again, of which it is a part.
type savedStorages struct {
	*saver
	all    symbolic.Expr
	needed map[*trace.Value]int
	first  *trace.Value // the network's input
}

func newSavedStorages(c *counter, t *trace.Trace) (*savedStorages, error) {
	k, err := c.keep(t)
	if err != nil {
		return nil, err
	}
	s := &savedStorages{saver: k.saver, all: k.all, needed: map[*trace.Value]int{}, first: t.Input}
	needs := savedChange{savedStorages: s, less: map[*trace.Value]int{}}
	for _, op := range t.Operations() {
		_, tensors, err := s.ofOne(op)
		if err != nil {
			return nil, err
		}
		for _, v := range tensors {
			needs.need(s.rootOf(v), 1)
		}
	}
	if s.endsInverted(t.Output) {
		needs.need(s.rootOf(t.Output), 1)
	}
	for v, n := range needs.less {
		s.needed[v] = -n
	}
	return s, nil
}

// ofOne is the tensors that an operation needs for its backward pass, and the bytes that it keeps beside them.
func (s *savedStorages) ofOne(op *trace.Operation) (extra symbolic.Expr, tensors []*trace.Value, err error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return extra, nil, err
	}
	inverts := op.Recompute == arch.RecomputeInverted
	for _, v := range s.saver.needed(rule, op) {
		if !(inverts && s.inverted(v)) {
			tensors = append(tensors, v)
		}
	}
	for _, in := range op.Inputs {
		if !inverts && s.inverted(in) && s.record.needs[in] {
			tensors = append(tensors, in)
		}
	}
	if !s.memory.remakes(rule, op) {
		extra = s.extras(s.keeps(rule, op), rule, op)
	}
	return extra, tensors, nil
}

// without is the bytes that are kept when a link is cut, and the network's input's share of them.
func (s *savedStorages) without(c *cutter, x *cut) (all, input symbolic.Expr) {
	defer s.record.standIn(c, x)()
	now := &savedChange{savedStorages: s, cut: x, moved: x.moves(s.shares), less: map[*trace.Value]int{}, made: map[*trace.Value][]*trace.Value{}}
	for _, m := range x.made {
		now.remake(c.ops[m.at], m.op)
	}
	sum, err := now.layers(c)
	if err != nil {
		return symbolic.Failed(err), symbolic.Expr{}
	}
	sum = sum.Add(now.end(c.trace.Output))
	now.move(c)
	for v := range now.less {
		switch before, after := s.needed[v] > 0, now.count(v) > 0; {
		case !s.stored(v) || len(now.parts(v)) > 0 || before == after:
		case before:
			sum = sum.Sub(s.size(v))
		default:
			sum = sum.Add(s.size(v))
		}
	}
	if now.count(s.first) > 0 {
		input = s.size(s.first)
	}
	return s.all.Add(sum), input
}

// savedChange is how often storages are needed without a link.
type savedChange struct {
	*savedStorages
	cut   *cut
	moved bool                            // tensors behind an operation that is changed may lie in another storage
	less  map[*trace.Value]int            // than with it
	made  map[*trace.Value][]*trace.Value // the parts of tensors whose operation is changed
}

// count is how often a storage is needed.
func (n *savedChange) count(v *trace.Value) int { return n.needed[v] - n.less[v] }

// parts are the tensors that one without a storage is made of.
func (n *savedChange) parts(v *trace.Value) []*trace.Value {
	if parts, other := n.made[v]; other {
		return parts
	}
	return n.saver.parts[v]
}

// root is the tensor in whose storage one lies.
func (n *savedChange) root(v *trace.Value) *trace.Value {
	if n.cut == nil {
		return n.rootOf(v)
	}
	return n.cut.in(v, n.shares)
}

// need needs a storage more often by a number of times, and what it is made of where it is needed for the first time or no more.
func (n *savedChange) need(v *trace.Value, times int) {
	before := n.count(v) > 0
	n.less[v] -= times
	after := n.count(v) > 0
	if before == after {
		return
	}
	each := 1
	if before {
		each = -1
	}
	for _, part := range n.parts(v) {
		n.need(n.root(part), each)
	}
}

// remake makes a tensor without a storage of the new inputs of its operation.
func (n *savedChange) remake(was, now *trace.Operation) {
	former := n.saver.parts[was.Output]
	if len(former) == 0 {
		return
	}
	n.made[now.Output] = now.Inputs
	if now.Output == was.Output && n.count(now.Output) > 0 {
		n.replace(former, now.Inputs)
	}
}

// replace needs tensors in place of others.
func (n *savedChange) replace(left, came []*trace.Value) {
	if !n.moved {
		left, came = rewrite.Unlike(left, came)
	}
	for _, v := range left {
		n.need(n.rootOf(v), -1)
	}
	for _, v := range came {
		n.need(n.root(v), 1)
	}
}

// layers goes through the layers that differ. The sum is of what they keep beside tensors.
func (n *savedChange) layers(c *cutter) (sum symbolic.Expr, err error) {
	for op := range n.cut.Gone {
		extra, tensors, err := n.ofOne(op)
		if err != nil {
			return sum, err
		}
		sum = sum.Sub(extra)
		n.replace(tensors, nil)
	}
	for _, m := range n.cut.made {
		before, left, err := n.ofOne(c.ops[m.at])
		if err != nil {
			return sum, err
		}
		after, came, err := n.ofOne(m.op)
		if err != nil {
			return sum, err
		}
		sum = sum.Sub(before).Add(after)
		n.replace(left, came)
	}
	return sum, nil
}

// end needs the network's output in place of the former one, and returns what the loss keeps more.
func (n *savedChange) end(out *trace.Value) symbolic.Expr {
	now := n.cut.Now[out]
	if now == nil {
		return symbolic.Expr{}
	}
	if n.endsInverted(out) {
		n.need(n.rootOf(out), -1)
	}
	if n.endsInverted(now) {
		n.need(n.root(now), 1)
	}
	return n.loss(now).Sub(n.loss(out))
}

// move lets the layers that did not change need the tensors that replace others, the last one first: what it is made of is
// replaced too.
func (n *savedChange) move(c *cutter) {
	replaced := slices.Collect(maps.Keys(n.cut.Now))
	slices.SortFunc(replaced, func(a, b *trace.Value) int { return c.at[b] - c.at[a] })
	for _, v := range replaced {
		if times := n.count(v); times > 0 && n.rootOf(v) == v {
			n.need(v, -times)
			n.need(n.root(v), times)
		}
	}
}

// endsInverted reports whether a tensor is kept for being the network's output: all earlier ones are computed from it.
func (s *savedStorages) endsInverted(v *trace.Value) bool { return s.inverted(v) && s.record.needs[v] }

// shares reports whether the output of an operation lies in the storage of its first input.
func (s *savedStorages) shares(op *trace.Operation) bool {
	rule, err := compiledRule(op.Kind.Name)
	return err == nil && s.memory.sharesInput(rule, op)
}
