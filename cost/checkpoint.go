package cost

import (
	"maps"
	"math/big"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errSegmentsOpen is the error for a repeat that is not written out: which of its iterations begin segments is not known.
const errSegmentsOpen = openError("checkpoints by segments are as many as the root of how often a repeat runs: bind the symbols")

// segments are the parts of a network that checkpoints run again as a whole: iterations of repeats that lie in no other, or several of
// them at once. Each keeps its arguments from the forward pass, the tensors from elsewhere that it reads, as PyTorch's
// torch.utils.checkpoint does, and nothing else. Reversible repeats keep nothing in any case, and are in none.
type segments struct {
	of    map[*trace.Operation]int32 // from 1 on, in a loop the one of each iteration; 0 for operations in none
	loops map[*trace.Loop]int32      // the segment that a loop lies in as a whole
	first map[int32]int32            // of the segment of a list copied before a loop for its first iteration, that of the iteration
	open  bool                       // it is not known which iterations of a loop are a segment
	ids   map[segmentID]int32
	// runs are counts of loops that must be at least 1 so that each part that runs again has all its operations; seldom says that for some
	// loop it is not known whether it runs.
	runs   []symbolic.Expr
	seldom bool
	steps  map[*trace.Operation]bool // operations that run again because steps say so
}

// segmentID is a repeat, and which of its segments.
type segmentID struct {
	of     *trace.Outermost
	number string
}

// newSegments finds the segments of a trace.
func newSegments(t *trace.Trace, way Checkpoint) *segments {
	s := &segments{of: map[*trace.Operation]int32{}, loops: map[*trace.Loop]int32{}, first: map[int32]int32{}, ids: map[segmentID]int32{}}
	if way.on() {
		s.nodes(t.Body, way)
	}
	if way.on() || recomputes(t) {
		s.mustRun(t.Body, nil)
	}
	return s
}

func (s *segments) nodes(nodes []trace.Node, way Checkpoint) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			if !n.Kind.Input { // an input is not computed: segments read it
				s.of[n] = s.id(n.Iteration, way)
			}
		case *trace.Loop:
			s.loops[n] = s.id(n.Iteration, way)
			s.nodes(n.Body, way)
			s.begin(n)
		}
	}
}

// mustRun assumes that all loops run, in each iteration of those around them: a layer that needs a gradient may lie in any.
func (s *segments) mustRun(nodes []trace.Node, around trace.Spans) {
	for _, n := range nodes {
		l, is := n.(*trace.Loop)
		if !is {
			continue
		}
		conditions, ok := around.AtLeast(l.Times, 1)
		s.seldom = s.seldom || !ok
		for _, e := range conditions {
			s.runs = append(s.runs, e.Add(symbolic.Int(1)))
		}
		s.mustRun(l.Body, append(around[:len(around):len(around)], trace.Span{Index: l.Index, Times: l.Times}))
	}
}

// begin finds the list that is copied before a loop for its first iteration.
func (s *segments) begin(l *trace.Loop) {
	by := l.Start.Producer
	if l.First != 0 || by == nil || !l.Start.IsList() || l.Iteration.Of != nil {
		return
	}
	for _, op := range (&trace.Trace{Body: l.Body}).Operations() {
		if s.of[op] > 0 && op.Iteration.Of == by.Iteration.Of { // inputs are in no segment
			s.first[s.of[by]] = s.of[op]
			return
		}
	}
}

// id numbers the segment of an iteration.
func (s *segments) id(i trace.Iteration, way Checkpoint) int32 {
	if i.Of == nil || i.Of.Reversible {
		return 0
	}
	number := i.Number
	if way == CheckpointSqrt {
		times, counted := i.Of.Times.Integer()
		k, told := number.Integer()
		if s.open = s.open || !counted || !told; !s.open {
			number = symbolic.BigInt(new(big.Int).Quo(k, segmentLength(times)))
		}
	}
	id := segmentID{i.Of, number.ASCII()}
	if s.ids[id] == 0 {
		s.ids[id] = int32(len(s.ids) + 1)
	}
	return s.ids[id]
}

// recorded is the segments that run again: those in which a tensor needs a gradient. Others keep nothing.
func (s *segments) recorded(r *recorded) map[int32]bool {
	out := map[int32]bool{}
	for op, id := range s.of {
		if id > 0 && r.needs[op.Output] {
			out[id] = true
		}
	}
	for copied, id := range s.first {
		out[copied] = out[copied] || out[id]
	}
	return out
}

// steps are the operations of a trace that run again because their step says so: those whose output needs a gradient, and those whose
// output is kept for others. The error is errNotClosed where iterations of a loop differ in that.
func (c *counter) steps(t *trace.Trace, s *segments, some, each *recorded) (map[*trace.Operation]bool, error) {
	runs := map[*trace.Operation]bool{}
	var makes *saver
	for _, op := range t.Operations() {
		rule, err := compiledRule(op.Kind.Name)
		switch {
		case err != nil:
			return nil, err
		case op.Recompute != arch.RecomputeAll && op.Recompute != arch.RecomputeInside || !c.options.Memory.remakes(rule, op):
			continue
		case some.needs[op.Output]:
			if runs[op] = true; !each.needs[op.Output] {
				return nil, errNotClosed
			}
			continue
		case op.Recompute == arch.RecomputeInside: // its output is there
			continue
		case t.HasLoops(): // what of their iterations is kept may differ
			return nil, errNotClosed
		case makes == nil:
			if makes, err = c.settled(t); err != nil {
				return nil, err
			}
		}
		if w := makes.kept[makes.rootOf(op.Output)]; w == always {
			runs[op] = true
		} else if w != 0 {
			return nil, errNotClosed
		}
	}
	return runs, nil
}

// segmentLength is how many iterations make a segment where n iterations are about √n segments.
func segmentLength(n *big.Int) *big.Int { return ceilDiv(n, rootUp(n)) }

func ceilDiv(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// rootUp is ⌈√n⌉.
func rootUp(n *big.Int) *big.Int {
	root := new(big.Int).Sqrt(n)
	if new(big.Int).Mul(root, root).Cmp(n) < 0 {
		root.Add(root, big.NewInt(1))
	}
	return root
}

// arguments keeps the tensors from outside of a segment that runs again which an operation reads.
func (s *saver) arguments(segment int32, by *trace.Operation) {
	for _, v := range by.Inputs {
		s.argument(segment, v, by.ReadsSeveral(v))
	}
}

// argument keeps a tensor that is read in a segment that runs again, if it is from outside; asParts says that it is read as a list.
func (s *saver) argument(segment int32, v *trace.Value, asParts bool) {
	if s.recomputed[segment] && s.made[v] != segment {
		s.keepArgument(v, asParts, always, s.inside())
	}
}

// handing is a loop that a list enters, handed to its iterations as the parts or as their concat.
type handing struct {
	loop    *trace.Loop
	asParts bool
}

// keepArgument keeps an argument of a segment. Of a list that another segment puts out, or that is extended as a list, the parts are kept and
// not their concat, which each reader makes anew. The input of an iteration is a list if the iteration before puts one out.
func (s *saver) keepArgument(v *trace.Value, listed bool, w when, by *trace.Loop) {
	home := s.home[v]
	enters := home != nil && home.In == v && (v.IsList() || home.Out.IsList())
	switch {
	case !enters && !v.IsList(), !listed && v.Producer != nil && s.made[v] == 0:
		s.need(v, w, by)
	case v.Producer != nil:
		for _, part := range v.Producer.Inputs {
			s.keepArgument(part, listed, w, by)
		}
	case enters:
		to := handing{home, listed}
		if w = s.throughout(v, w, by, s.handed[to]); s.handed[to]&w != w {
			s.handed[to] |= w
			s.marks++
		}
	default: // a list that a repeat inside puts out
		s.odd = true
	}
}

// propagateLists passes what is kept of a list that enters iterations on to the list that enters the loop and to the outputs of iterations.
func (s *saver) propagateLists(l *trace.Loop) {
	for _, to := range []handing{{l, false}, {l, true}} {
		w := s.handed[to]
		if w == 0 {
			continue
		}
		if w&first != 0 {
			s.keepArgument(l.Start, to.asParts, always, s.home[l.Result])
		}
		before, ok := w.before()
		s.odd = s.odd || !ok
		s.keepArgument(l.Out, to.asParts, before, l)
	}
}

// reads is the tensors that an operation reads. In place of a list from another segment it has the parts.
func (s *saver) reads(op *trace.Operation) []*trace.Value {
	var out []*trace.Value
	for _, in := range op.Inputs {
		if segment := s.segments.of[op]; segment > 0 && s.made[in] != segment && s.made[in] > 0 && in.IsList() {
			out = append(out, in.Producer.Inputs...)
		} else {
			out = append(out, in)
		}
	}
	return out
}

// recomputations finds the segments of a trace, and those that run again. The error is errNotClosed where iterations of a loop differ in that.
func (c *counter) recomputations(t *trace.Trace) (s *segments, recomputed map[int32]bool, err error) {
	s = newSegments(t, c.options.Memory.Checkpoint)
	if len(s.ids) == 0 && !recomputes(t) {
		return s, nil, nil
	}
	open := s.open
	if open { // how long segments are does not matter where all iterations run again
		s = newSegments(t, CheckpointRepeats)
	}
	trains := newSelection(t, c.options)
	switch {
	case trains.open != nil:
		return nil, nil, trains.open
	case s.seldom:
		return nil, nil, errNotClosed
	}
	some, each := newRecorded(t, trains, false), newRecorded(t, trains, true)
	recomputed = s.recorded(some)
	if !maps.Equal(s.recorded(each), recomputed) {
		return nil, nil, errNotClosed
	}
	if s.steps, err = c.steps(t, s, some, each); err != nil {
		return nil, nil, err
	}
	for _, id := range s.of {
		if open && id > 0 && !recomputed[id] {
			return nil, nil, errSegmentsOpen
		}
	}
	return s, recomputed, nil
}
