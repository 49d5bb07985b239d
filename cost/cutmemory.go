package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// savedStorages is what a training step keeps, with how many layers need each storage.
type savedStorages struct {
	*saver
	all    symbolic.Expr
	needed map[*trace.Value]int
	first  *trace.Value // the network's input
}

func newSavedStorages(t *trace.Trace, o Options) (*savedStorages, error) {
	k, err := keep(t, o)
	if err != nil {
		return nil, err
	}
	s := &savedStorages{saver: k.saver, all: k.all, needed: map[*trace.Value]int{}, first: t.Input}
	for _, op := range t.Operations() {
		if err := s.each(op, func(v *trace.Value) { s.needed[s.rootOf(v)]++ }); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// each calls f for the tensors that an operation needs for its backward pass.
func (s *savedStorages) each(op *trace.Operation, f func(*trace.Value)) error {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return err
	}
	keeps := s.memory.keeps(rule, op)
	for _, in := range s.operands(keeps, rule, op) {
		f(in)
	}
	if keeps.Output {
		f(op.Output)
	}
	return nil
}

// extra is what an operation keeps besides.
func (s *savedStorages) extra(op *trace.Operation) (symbolic.Expr, error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return symbolic.Expr{}, err
	}
	return s.extras(s.memory.keeps(rule, op), rule, op), nil
}

// without is what is kept when a link is cut, and the share of the network's input in it. Those that needed what the merge made
// need the trunk.
func (s *savedStorages) without(c *cutter, x *cut) (all, input symbolic.Expr) {
	sum := s.all
	fewer := map[*trace.Value]int{}
	for k := range x.gone {
		extra, err := s.extra(c.ops[k])
		if err == nil {
			err = s.each(c.ops[k], func(v *trace.Value) { fewer[s.rootOf(v)]++ })
		}
		if err != nil {
			return symbolic.Failed(err), symbolic.Expr{}
		}
		sum = sum.Sub(extra)
	}
	if n := s.needed[x.link.Merge.Output]; x.goes && n > 0 {
		fewer[x.link.Merge.Output] += n
		fewer[s.rootOf(x.link.Main)] -= n
	}
	for v, n := range fewer {
		before, after := s.needed[v] > 0, s.needed[v]-n > 0
		switch size := s.size(v); {
		case before && !after:
			sum = sum.Sub(size)
		case !before && after:
			sum = sum.Add(size)
		}
	}
	if s.needed[s.first]-fewer[s.first] > 0 {
		input = s.size(s.first)
	}
	return sum, input
}

// liveProfile is how many bytes are live at each operation of a forward pass.
type liveProfile struct {
	*lifetimes
	born     map[*trace.Value]int   // the operation that makes a storage; -1 for the network's input
	read     map[*trace.Value][]int // the operations that read a storage, or make a tensor in it
	number   map[*trace.Operation]int
	last     map[*trace.Value]bool // the caller reads it
	input    *trace.Value
	profiles [2]*profile // with the input freed, and held to the end
}

// profile is live bytes by operation, and the highest need up to each and from each on.
type profile struct {
	live         []symbolic.Expr // before an operation runs
	need         []symbolic.Expr // while it runs; zero where it makes no storage
	upTo, fromOn []symbolic.Expr
}

func newLiveProfile(t *trace.Trace, o Options) (*liveProfile, error) {
	ops := slices.DeleteFunc(t.Operations(), func(op *trace.Operation) bool { return op.Training })
	types, err := newElementTypes(t, o)
	if err != nil {
		return nil, err
	}
	l := &lifetimes{options: o, types: types, ops: ops, root: map[*trace.Value]*trace.Value{}, until: map[*trace.Value]int{}}
	if err := l.place(t); err != nil {
		return nil, err
	}
	p := &liveProfile{
		lifetimes: l, born: map[*trace.Value]int{t.Input: -1}, read: map[*trace.Value][]int{}, number: map[*trace.Operation]int{},
		last: map[*trace.Value]bool{}, input: t.Input,
	}
	for k, op := range ops {
		p.number[op] = k
		for _, in := range op.Inputs {
			p.read[l.rootOf(in)] = append(p.read[l.rootOf(in)], k)
		}
		r := l.rootOf(op.Output)
		p.read[r] = append(p.read[r], k)
		if r == op.Output {
			p.born[r] = k
		}
	}
	for _, v := range append(slices.Clone(t.Outputs), t.Output) {
		p.last[l.rootOf(v)] = true
	}
	for held := range p.profiles {
		if p.profiles[held], err = p.profile(held == 1); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *liveProfile) profile(inputHeld bool) (*profile, error) {
	n := len(p.ops)
	f := &profile{live: make([]symbolic.Expr, n), need: make([]symbolic.Expr, n), upTo: make([]symbolic.Expr, n+1), fromOn: make([]symbolic.Expr, n+1)}
	dies := make([][]*trace.Value, n+1)
	for v := range p.born {
		if k := p.until[v]; k >= 0 && !(inputHeld && v == p.input) {
			dies[k] = append(dies[k], v)
		}
	}
	live := p.size(p.input)
	f.upTo[0] = live
	for k, op := range p.ops {
		f.live[k] = live
		own, makes, err := p.made(op)
		if err != nil {
			return nil, err
		}
		f.upTo[k+1] = f.upTo[k]
		if makes {
			f.need[k] = live.Add(own)
			f.upTo[k+1] = larger(f.upTo[k], f.need[k])
			live = live.Add(p.size(op.Output))
		}
		for _, v := range dies[k] {
			live = live.Sub(p.size(v))
		}
	}
	for k := n - 1; k >= 0; k-- {
		f.fromOn[k] = larger(f.fromOn[k+1], f.need[k])
	}
	return f, nil
}

// made is what an operation needs beside what is live: its output or its workspace, whichever is larger.
func (p *liveProfile) made(op *trace.Operation) (symbolic.Expr, bool, error) {
	if p.rootOf(op.Output) != op.Output {
		return symbolic.Expr{}, false, nil
	}
	inner, err := p.workspace(op)
	return larger(p.size(op.Output), inner), true, err
}

func larger(a, b symbolic.Expr) symbolic.Expr {
	if sign, ok := a.Sub(b).Sign(); ok && sign < 0 {
		return b
	}
	return a
}

// without is the peak when a link is cut: of what is before the first storage that lives otherwise and behind the last, it is
// as it was; between, the live bytes differ by those storages.
func (p *liveProfile) without(c *cutter, x *cut, inputHeld bool) symbolic.Expr {
	f := p.profiles[0]
	if inputHeld {
		f = p.profiles[1]
	}
	n := len(p.ops)
	lo, hi := n, -1
	change := map[int]symbolic.Expr{} // of the live bytes from this operation on
	for _, v := range p.touched(c, x) {
		from, old := p.born[v], p.until[v]
		now := p.lives(c, x, v)
		if inputHeld && v == p.input || now == old {
			continue
		}
		size := p.size(v)
		lo, hi = min(lo, max(from, 0)), max(hi, min(max(old, now), n-1))
		if old > from {
			change[from+1], change[old+1] = change[from+1].Sub(size), change[old+1].Add(size)
		}
		if now > from {
			change[from+1], change[now+1] = change[from+1].Add(size), change[now+1].Sub(size)
		}
	}
	for k := range x.gone {
		if at, runs := p.number[c.ops[k]]; runs {
			lo, hi = min(lo, at), max(hi, at)
		}
	}
	if hi < lo {
		return f.upTo[n]
	}
	peak, d := larger(f.upTo[lo], f.fromOn[hi+1]), symbolic.Expr{}
	for k := lo; k <= hi; k++ {
		d = d.Add(change[k])
		if x.gone[c.at[p.ops[k].Output]] || f.need[k].IsZero() {
			continue
		}
		peak = larger(peak, f.need[k].Add(d))
	}
	return peak
}

// touched lists the storages whose readers change.
func (p *liveProfile) touched(c *cutter, x *cut) []*trace.Value {
	seen := map[*trace.Value]bool{}
	var out []*trace.Value
	add := func(v *trace.Value) {
		if r := p.rootOf(v); !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	add(x.link.Tensor)
	if x.goes {
		add(x.link.Main)
	}
	for k := range x.gone {
		if _, runs := p.number[c.ops[k]]; !runs {
			continue
		}
		add(c.ops[k].Output)
		for _, in := range c.ops[k].Inputs {
			add(in)
		}
	}
	return out
}

// lives is the operation up to which a storage lives when a link is cut: its birth if it is not there any more. The storage of the
// trunk is read by those that read what the merge made.
func (p *liveProfile) lives(c *cutter, x *cut, v *trace.Value) int {
	merge := p.number[x.link.Merge]
	born := p.born[v]
	if born >= 0 && x.gone[c.at[v]] {
		return born
	}
	if p.last[v] {
		return len(p.ops)
	}
	until := born
	if x.goes && v == p.rootOf(x.link.Main) {
		until = p.until[x.link.Merge.Output]
	}
	for _, k := range slices.Backward(p.read[v]) {
		if x.gone[c.at[p.ops[k].Output]] || k == merge && v != p.rootOf(x.link.Main) && !p.readByRest(x, v) {
			continue
		}
		return max(until, k)
	}
	return until
}

// readByRest reports whether the merge still reads a storage without the link.
func (p *liveProfile) readByRest(x *cut, v *trace.Value) bool {
	for k, in := range x.link.Merge.Inputs {
		if !slices.Contains(x.link.Operands, k) && p.rootOf(in) == v {
			return true
		}
	}
	return false
}
