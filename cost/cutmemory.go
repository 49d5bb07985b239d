package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

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
		own, err := p.made(op)
		if err != nil {
			return nil, err
		}
		f.upTo[k+1] = f.upTo[k]
		if !own.IsZero() {
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

// made is the bytes that an operation needs beside the live ones: its output or its workspace, whichever is larger; zero where
// it makes no storage.
func (p *liveProfile) made(op *trace.Operation) (symbolic.Expr, error) {
	if p.shares(op) {
		return symbolic.Expr{}, nil
	}
	inner, err := p.workspace(op)
	return larger(p.size(op.Output), inner), err
}

func larger(a, b symbolic.Expr) symbolic.Expr {
	if sign, ok := a.Sub(b).Sign(); ok && sign < 0 {
		return b
	}
	return a
}
