package flow

import (
	"github.com/skipcost/skipcost/arch/trace"
)

// Cuts finds the signal and gradient of a written-out network without one of its links, for one link after another. Only
// signals that differ are computed, from the link on. The gradient is followed from the outputs back to a tensor in front of
// the link that every path passes; further in front, all gradients are in the same proportion as with the link. Chains of
// layers in which no signal differs are passed in one step.
type Cuts struct {
	with    *field
	trace   *trace.Trace
	ops     []*trace.Operation
	at      map[*trace.Value]int   // the operation that makes a tensor
	readers map[*trace.Value][]int // the operations that read it and are followed
	outputs []*trace.Value
	necks   []neck // in order
	chains  []chain
	chainOf []int // of each operation, or none
	chosen  int   // the last operation that chooses rows of a table, where paths begin too
}

// neck is a tensor that every path from the operations before a place to those behind it passes.
type neck struct {
	behind int
	tensor *trace.Value
}

// chain is a sequence of operations each of which is the only reader of the one before, with the factor between the gradients
// at its input and at its output. It ends with the operation at last.
type chain struct {
	from    *trace.Value
	through jet
	last    int
}

const none = -1

// NewCuts follows a network with all its links, from the outputs of operations alone.
func NewCuts(t *trace.Trace, o Options) (*Cuts, error) {
	c := &Cuts{with: newField(o.Init, t, counts{}), trace: t, ops: t.Operations(), at: map[*trace.Value]int{}, readers: map[*trace.Value][]int{}, outputs: ends(t), chosen: none}
	if t.HasLoops() {
		return nil, errOpen
	}
	c.with.keeps = true
	if err := c.with.follow(t); err != nil {
		return nil, err
	}
	for k, op := range c.ops {
		c.at[op.Output] = k
		if c.with.aside[op.Output] {
			continue
		}
		for _, v := range followed(op) {
			c.readers[v] = append(c.readers[v], k)
		}
		if l, _ := lawOf(op); l == (embedding{}) {
			c.chosen = k
		}
	}
	c.findNecks()
	return c, c.findChains()
}

// findNecks goes along the operations and counts the tensors that later operations read.
func (c *Cuts) findNecks() {
	last := map[*trace.Value]int{}
	for v, readers := range c.readers {
		last[v] = readers[len(readers)-1]
	}
	for _, v := range c.outputs {
		last[v] = len(c.ops)
	}
	open := map[*trace.Value]bool{}
	ending := make([][]*trace.Value, len(c.ops)+1)
	begin := func(v *trace.Value) {
		if end, read := last[v]; read {
			open[v] = true
			ending[end] = append(ending[end], v)
		}
	}
	begin(c.trace.Input)
	for k, op := range c.ops {
		begin(op.Output)
		for _, v := range ending[k] {
			delete(open, v)
		}
		if len(open) == 1 {
			for v := range open {
				c.necks = append(c.necks, neck{k, v})
			}
		}
	}
}

// findChains finds the longest chains that a gradient can pass in one step. The first and the last weight layer are in no
// chain, because their gradients are asked for.
func (c *Cuts) findChains() error {
	c.chainOf = make([]int, len(c.ops))
	for k := range c.chainOf {
		c.chainOf[k] = none
	}
	output := map[*trace.Value]bool{}
	for _, v := range c.outputs {
		output[v] = true
	}
	for k := len(c.ops) - 1; k >= 0; k-- {
		if c.chainOf[k] != none || !c.single(k) {
			continue
		}
		members := []int{k}
		for {
			from := followed(c.ops[members[len(members)-1]])[0]
			before, made := c.at[from]
			if !made || output[from] || len(c.readers[from]) != 1 || !c.single(before) || c.chainOf[before] != none {
				break
			}
			members = append(members, before)
		}
		if first := members[len(members)-1]; len(c.readers[followed(c.ops[first])[0]]) > 1 {
			members = members[:len(members)-1] // it reads the trunk, whose signal differs
		}
		if err := c.link(members); err != nil {
			return err
		}
	}
	return nil
}

// single reports whether an operation may be a link of a chain.
func (c *Cuts) single(k int) bool {
	op := c.ops[k]
	return !c.with.aside[op.Output] && len(followed(op)) == 1 && op != c.with.first && op != c.with.last
}

// link makes a chain of operations, given last first, if the gradient stays even over the channels in each.
func (c *Cuts) link(members []int) error {
	through := path(0)
	f := c.with.within()
	for n, k := range members {
		op := c.ops[k]
		from := followed(op)[0]
		f.back = map[*trace.Value]gradient{op.Output: {{width: op.Output.Shape.Width, at: affine{plus: through}}}}
		if err := f.operationBack(op); err != nil {
			return err
		}
		if g := f.back[from]; len(g) == 1 && g[0].among == 0 && len(c.with.signal[op.Output]) == 1 {
			through = g[0].at.plus
			continue
		}
		members = members[:n]
		break
	}
	if len(members) < 2 {
		return nil // nothing is saved
	}
	for _, k := range members {
		c.chainOf[k] = len(c.chains)
	}
	c.chains = append(c.chains, chain{followed(c.ops[members[len(members)-1]])[0], through, members[0]})
	return nil
}
