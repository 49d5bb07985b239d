package cost

import (
	"errors"
	"math/big"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errCheckpointsUneven is a repeat whose iterations read elements of different types, or in some of which norms are folded.
var errCheckpointsUneven = errors.New("what checkpoints keep of repeats whose iterations differ in types or folded norms is not known")

// errCheckpointsApart is a repeat of which iterations stand in no loop.
var errCheckpointsApart = errors.New("what checkpoints keep of repeats whose iterations are told apart is not known")

// errCheckpointsMirrored is a repeat that reads what each iteration of an earlier one made.
var errCheckpointsMirrored = errors.New("what checkpoints by segments keep of repeats that read earlier iterations is not known")

// errSegmentsOpen is a repeat of which the number of segments is no number.
var errSegmentsOpen = errors.New("checkpoints by segments are as many as the root of how often a repeat runs: bind the symbols")

// keepCheckpoints is what a training step keeps if its repeats are checkpointed.
func (c *counter) keepCheckpoints() (*kept, error) {
	t, err := c.checkpointedRepeats()
	if err != nil {
		return nil, err
	}
	if newSelection(t, c.options).open != nil {
		c.total.note("checkpoints keep what enters iterations that are frozen as if they were trained")
	}
	return c.keep(t)
}

// checkpointedRepeats is the trace whose repeats are checkpointed.
func (c *counter) checkpointedRepeats() (*trace.Trace, error) {
	if c.repeated.Apart {
		return nil, errCheckpointsApart
	}
	t, _, err := c.options.folded(c.repeated)
	if errors.Is(err, rewrite.ErrUnevenFolds) {
		return nil, errCheckpointsUneven
	}
	if err != nil {
		return nil, err
	}
	types, err := newElementTypes(t, c.options)
	if err == nil && !types.even {
		err = errCheckpointsUneven
	}
	return t, err
}

// checkpointed keeps, of an outermost loop, the inputs of its iterations or segments, and the tensors that its body reads from
// outside. The body is walked for its storages only.
func (s *saver) checkpointed(l *trace.Loop) error {
	s.again = true
	err := s.within(l, func() error { return s.mark(l.Body) })
	s.again = false
	if err != nil {
		return err
	}
	if s.rootOf(l.Out) == l.In {
		s.root[l.Result] = s.rootOf(l.Start)
	}
	s.need(l.In, always, l)
	if p := l.Past; p != nil {
		if s.memory.Checkpoint == CheckpointSqrt {
			return errCheckpointsMirrored
		}
		s.need(p.In, always, l)
	}
	for _, m := range l.Mirrors {
		if s.memory.Checkpoint == CheckpointSqrt {
			return errCheckpointsMirrored
		}
		s.need(m.In, always, l)
	}
	inside := map[*trace.Value]bool{l.In: true}
	for _, op := range (&trace.Trace{Body: l.Body}).Operations() {
		inside[op.Output] = true
	}
	for _, op := range (&trace.Trace{Body: l.Body}).Operations() {
		for _, in := range op.Inputs {
			if !inside[in] && in.Producer != nil {
				s.need(in, always, nil)
			}
		}
	}
	return nil
}

// bySegments reports whether only some iterations of a loop keep their inputs, see segmentInputs.
func (s *saver) bySegments(l *trace.Loop) bool {
	return s.memory.Checkpoint == CheckpointSqrt && s.home[l.Result] == nil
}

// segmentInputs is what CheckpointSqrt keeps of a loop beside the input of the loop: the inputs of all segments but the first.
func (s *saver) segmentInputs(l *trace.Loop) (symbolic.Expr, error) {
	n, ok := l.Times.Integer()
	if !ok {
		return symbolic.Expr{}, errSegmentsOpen
	}
	length := ceilDiv(n, rootUp(n))
	count := ceilDiv(n, length)
	one := symbolic.Int(1)
	at := symbolic.Symbol("segment#").Mul(symbolic.BigInt(length))
	size := s.size(l.In).Substitute(symbolic.Bindings{l.Index: at})
	sum, err := size.SumOver("segment#", one, symbolic.BigInt(count).Sub(one))
	if err != nil {
		return sum, errNotClosed
	}
	return sum, nil
}

func ceilDiv(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// checkpointedPeak models the peak of a training step with checkpoints: the checkpoints, the tensors that the largest segment
// keeps while it runs again, the gradients of its input and output, and those of all parameters.
func (c *counter) checkpointedPeak() (symbolic.Expr, error) {
	t, err := c.checkpointedRepeats()
	if err != nil {
		return symbolic.Expr{}, err
	}
	k, err := c.keeps(t)
	if err != nil {
		return symbolic.Expr{}, err
	}
	inside := c.options
	inside.Memory.Checkpoint = NoCheckpoint
	s, err := newSaver(t, inside)
	if err == nil {
		err = s.mark(t.Body)
	}
	if err != nil {
		return symbolic.Expr{}, err
	}
	var largest symbolic.Expr
	for _, n := range t.Body {
		l, ok := n.(*trace.Loop)
		if !ok {
			continue
		}
		s.need(l.Out, always, l)
		s.handOn(l.Body)
		body, err := s.sum(l.Body)
		if err != nil {
			return symbolic.Expr{}, err
		}
		segment := body.Mul(segmentLength(l, c.options.Memory.Checkpoint)).Add(s.size(l.In)).Add(s.size(l.Out))
		for _, i := range []symbolic.Expr{{}, l.Times.Sub(symbolic.Int(1))} {
			largest = symbolic.Max(largest, segment.Substitute(symbolic.Bindings{l.Index: i}))
		}
	}
	return symbolic.Sum(k.all, largest, c.sum.of[GradientBytes]), nil
}

// recomputedMACs is the row of that quantity: the macs of checkpointed repeats and layers, which run a second time.
func recomputedMACs(c *counter, now *trace.Trace) whole {
	if !c.options.Memory.Checkpoint.on() {
		return c.backward(now, true)
	}
	t, err := c.checkpointedRepeats()
	if err != nil {
		return failed(err)
	}
	b := c.backprop()
	b.repeated = true
	var sum symbolic.Expr
	for _, n := range t.Body {
		one, err := b.nodes([]trace.Node{n})
		if l, is := n.(*trace.Loop); err == nil && is && !inverted(l.Out) {
			var costs Costs
			costs, err = c.loop(l)
			one = costs.of[MACs]
		}
		if err != nil {
			return failed(err)
		}
		sum = sum.Add(one)
	}
	return whole{total: sum}
}

// segmentLength is how many iterations are run again at once.
func segmentLength(l *trace.Loop, way Checkpoint) symbolic.Expr {
	n, ok := l.Times.Integer()
	if way != CheckpointSqrt || !ok {
		return symbolic.Int(1)
	}
	return symbolic.BigInt(ceilDiv(n, rootUp(n)))
}

// rootUp is ⌈√n⌉.
func rootUp(n *big.Int) *big.Int {
	root := new(big.Int).Sqrt(n)
	if new(big.Int).Mul(root, root).Cmp(n) < 0 {
		root.Add(root, big.NewInt(1))
	}
	return root
}
