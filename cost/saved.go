package cost

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// errNotClosed is the error for a loop whose kept storages have no closed form; where the counts are numbers the network is
// unrolled.
const errNotClosed = openError("what the repeats keep for the backward pass has no closed form")

// saver finds the storages that the backward pass needs and adds them up. A storage counts once, however many layers need
// it; views and layers in place share that of their input.
type saver struct {
	memory     Memory
	budget     *symbolic.Budget
	batch      symbolic.Expr
	types      *elementTypes
	copied     *weightCopies // nil unless under autocast
	record     *recorded
	indices    map[*trace.Value]bool  // storages of whole numbers that choose rows of tables
	segments   *segments              // the parts of the network that checkpoints recompute as a whole
	recomputed map[int32]bool         // the numbers of those in which something needs a gradient, which do run again
	made       map[*trace.Value]int32 // the segment that a tensor is made in; 0 for none
	handed     map[handing]when       // the lists that enter iterations and are kept, and in which iterations
	root       map[*trace.Value]*trace.Value
	parts      map[*trace.Value][]*trace.Value // the parts of a tensor without a storage of its own
	joined     map[*trace.Value]bool           // concats without a storage, and the norms and activations that run again with them
	grows      map[*trace.Value]bool           // tensors that a concat reads
	home       map[*trace.Value]*trace.Loop    // the loop in whose iterations a tensor is made; nil outside of all
	inverts    map[*trace.Value]bool           // tensors of reversible repeats, which the backward pass computes from later ones
	mirror     map[*trace.Value]bool           // tensors in the storage of one of an earlier loop, see [trace.Mirror]
	kept       map[*trace.Value]when
	marks      int           // grows with kept
	odd        bool          // a tensor is needed in a set of iterations that when cannot express
	loops      []*trace.Loop // around the current node
	around     trace.Spans
	runs       []symbolic.Expr // counts of loops that must be at least 1
	of         *trace.Trace
	names      symbolic.Bindings // of the rule of the current operation
}

func newSaver(t *trace.Trace, o Options) (*saver, error) {
	types, err := newElementTypes(t, o)
	if err != nil {
		return nil, err
	}
	ops := t.Operations()
	s := &saver{
		memory: o.Memory, budget: t.Budget.Copy(), batch: o.batch(), types: types,
		root: map[*trace.Value]*trace.Value{}, parts: map[*trace.Value][]*trace.Value{}, joined: map[*trace.Value]bool{}, grows: map[*trace.Value]bool{},
		home: map[*trace.Value]*trace.Loop{}, mirror: map[*trace.Value]bool{}, inverts: map[*trace.Value]bool{}, indices: map[*trace.Value]bool{},
		of: t, kept: make(map[*trace.Value]when, len(ops)), names: symbolic.Bindings{},
		segments: newSegments(t, o.Memory.Checkpoint), made: map[*trace.Value]int32{}, handed: map[handing]when{},
	}
	trains := newSelection(t, o)
	switch {
	case trains.open != nil:
		return nil, trains.open
	case s.segments.open:
		return nil, errSegmentsOpen
	}
	s.use(newRecorded(t, trains, false))
	for _, op := range ops {
		if op.Kind.Concat() && len(op.Inputs) > 1 {
			s.grows[op.Extends] = true
			for _, in := range op.Inputs {
				s.grows[in] = true
			}
		}
	}
	if types.autocast {
		if !types.even {
			return nil, errTypesNotClosed
		}
		s.copied, err = newWeightCopies(t, o)
	}
	return s, err
}

// use sets which tensors need a gradient.
func (s *saver) use(r *recorded) { s.record, s.recomputed = r, s.segments.recorded(r) }

// kept is the bytes that a training step keeps from its forward pass.
type kept struct {
	all   symbolic.Expr
	input symbolic.Expr // the share of the network's input
	loss  symbolic.Expr // that of the loss
	saver *saver
}

// find marks the storages that a trace keeps.
func (s *saver) find(t *trace.Trace) error {
	if err := s.mark(t.Body); err != nil {
		return err
	}
	return s.finish(t)
}

// finish marks the storages that a trace keeps beside those of single nodes.
func (s *saver) finish(t *trace.Trace) error {
	if s.inverts[t.Output] && s.record.needs[t.Output] {
		s.need(t.Output, always, nil)
	}
	return s.settle(t.Body)
}

// marked is the saver of a trace, with its storages marked. It is made once for each trace.
func (c *counter) marked(t *trace.Trace) (*saver, error) {
	if c.saver != nil && c.saver.of == t {
		return c.saver, nil
	}
	s, err := newSaver(t, c.options)
	if err == nil {
		err = s.mark(t.Body)
	}
	if err != nil {
		return nil, err
	}
	c.saver = s
	return s, nil
}

// settled is the marked saver with needs propagated between iterations, so that it is known which of them keep what. The error is
// errNotClosed where the loops have no closed form.
func (c *counter) settled(t *trace.Trace) (*saver, error) {
	s, err := c.marked(t)
	if err == nil {
		err = s.finish(t)
	}
	if err == nil {
		err = s.alike(t, c.options)
	}
	return s, err
}

// keep adds up the bytes that a training step keeps. The error is errNotClosed where the loops have no closed form.
func (c *counter) keep(t *trace.Trace) (*kept, error) {
	s, err := c.settled(t)
	if err != nil {
		return nil, err
	}
	k := &kept{saver: s, loss: s.loss(t.Output)}
	if s.kept[t.Input] != 0 {
		k.input = s.size(t.Input)
	}
	sum, err := s.sum(t.Body)
	k.all = symbolic.Sum(k.loss, k.input, sum)
	return k, err
}

// loss is the bytes that a cross-entropy behind the network's output keeps, if there is one: the log-softmax, a target of 8
// bytes per sample, and a float. Nothing is kept where no gradient reaches the output.
func (s *saver) loss(output *trace.Value) symbolic.Expr {
	if !s.memory.Loss || !s.record.needs[output] {
		return symbolic.Expr{}
	}
	logits := output.Shape.AllElements().Mul(s.batch)
	targets := s.batch.Mul(output.Shape.Batch()).Mul(symbolic.Int(8))
	return symbolic.Sum(logits.Mul(s.types.loss()), targets, symbolic.Int(4))
}

// keeps is the bytes that a training step of the trace keeps. With checkpoints, this needs the loops of the trace.
func (c *counter) keeps(t *trace.Trace) (*kept, error) {
	if c.kept != nil {
		return c.kept, nil
	}
	var k *kept
	form, err := c.through(t, func(d *counter, t *trace.Trace) (err error) {
		k, err = d.keep(t)
		return err
	}, keptOf)
	if form != nil {
		k = &kept{all: form.sum, input: form.input}
	}
	if err != nil {
		return nil, err
	}
	if k.saver != nil {
		c.total.Runs = append(c.total.Runs, k.saver.runs...)
	}
	c.kept = k
	return k, nil
}

// keptOf is the bytes that training keeps of a sampled trace.
func keptOf(c *counter, sampled *trace.Sampled) (*samplePrice, error) {
	s, err := newSaver(sampled.Trace, c.options)
	if err == nil {
		err = s.find(sampled.Trace)
	}
	if err != nil {
		return nil, err
	}
	p := &samplePrice{once: s.loss(sampled.Output)}
	if s.kept[sampled.Input] != 0 {
		p.input = s.size(sampled.Input)
	}
	p.share = func(op *trace.Operation) symbolic.Expr {
		own, err := s.own(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		return own
	}
	return p, nil
}

// keptBytes and keptBytesWithoutInput are rows of quantities.
func keptBytes(c *counter, t *trace.Trace) whole {
	k, err := c.keeps(t)
	if err != nil {
		return failed(err)
	}
	w := whole{total: k.all, input: k.input}
	if k.saver == nil {
		return w
	}
	if t.Output == t.Input {
		w.input = w.input.Add(k.loss)
	}
	w.share = func(op *trace.Operation) symbolic.Expr {
		own, err := k.saver.own(op)
		if err != nil {
			return symbolic.Failed(err)
		}
		if op.Output == t.Output {
			own = own.Add(k.loss)
		}
		return own
	}
	return w
}

func keptBytesWithoutInput(c *counter, t *trace.Trace) whole {
	w := keptBytes(c, t)
	if k := c.kept; k != nil {
		w.total, w.input = w.total.Sub(k.input), w.input.Sub(k.input)
	}
	return w
}

// activationElements is how many elements of a tensor are activations: one that is a parameter or buffer itself has none.
func activationElements(v *trace.Value) symbolic.Expr {
	if op := v.Producer; op != nil && op.Kind.Stores(v.Shape, op.Args) {
		return symbolic.Expr{}
	}
	return v.Shape.AllElements()
}

// indexBytes is what a number takes that chooses a row of a table, whatever the type of other tensors.
const indexBytes = 8

// size is the bytes of a tensor for the whole batch.
func (s *saver) size(v *trace.Value) symbolic.Expr {
	each := s.types.of(v)
	if s.indices[v] {
		each = symbolic.Int(indexBytes)
	}
	return activationElements(v).Mul(s.batch).Mul(each)
}

func (s *saver) rootOf(v *trace.Value) *trace.Value {
	if r, ok := s.root[v]; ok {
		return r
	}
	return v
}

// need keeps the storage of a tensor that the loop by reads in the iterations w, or the network outside of loops if by is nil.
func (s *saver) need(v *trace.Value, w when, by *trace.Loop) {
	r := s.rootOf(v)
	if s.mirror[v] {
		s.odd = s.odd || w != always && s.kept[r] != always // the first iterations of the earlier loop are read by the last ones
		by = s.home[r]
	}
	w = s.throughout(r, w, by, s.kept[r])
	by = s.home[r]
	if s.kept[r]&w == w {
		return
	}
	s.kept[r] |= w
	s.marks++
	s.odd = s.odd || !r.Many.IsZero() && !w.fromFirst() // the last iterations read tensors of earlier ones
	for _, p := range s.parts[r] {
		if r.Producer != nil && p.IsList() && r.Producer.ReadsSeveral(p) {
			s.keepArgument(p, true, w, by)
		} else {
			s.need(p, w, by)
		}
	}
}

// inside is the innermost loop loops around the current node.
func (s *saver) inside() *trace.Loop {
	if len(s.loops) == 0 {
		return nil
	}
	return s.loops[len(s.loops)-1]
}

// mark walks the nodes forward, gives every value its storage and keeps the storages that layers need.
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
	recomputed := s.recomputes(rule, op)
	s.joined[op.Output] = recomputed || s.hasNoStorage(op)
	segment := s.segments.of[op]
	s.home[op.Output], s.made[op.Output] = s.inside(), segment
	switch {
	case s.joined[op.Output] || op.Recompute == arch.RecomputeAll && !s.memory.sharesInput(rule, op):
		s.parts[op.Output] = op.Inputs
	case s.memory.sharesInput(rule, op):
		s.root[op.Output], s.mirror[op.Output] = s.rootOf(op.Inputs[0]), s.mirror[op.Inputs[0]]
	}
	if rule.keeps.Indices {
		s.indices[s.rootOf(op.Inputs[0])] = true
	}
	s.inverts[op.Output] = s.inverted(op.Output)
	for _, in := range op.Inputs {
		if some := in.Tensors(); some[0] != in {
			s.parts[in] = some
		}
	}
	if segment > 0 {
		s.arguments(segment, op)
		return nil
	}
	if recomputed {
		return nil // its tensors are computed again
	}
	s.readsInverted(op)
	for _, v := range s.needed(rule, op) {
		if !(op.Recompute == arch.RecomputeInverted && s.inverts[v]) {
			s.need(v, always, s.inside())
		}
	}
	return nil
}

// needed is the tensors that the backward pass of an operation needs: its operands and its output if it keeps them. An operation that
// runs again to make the bytes that it keeps beside tensors needs all its inputs.
func (s *saver) needed(rule *compiled, op *trace.Operation) []*trace.Value {
	keeps := s.keeps(rule, op)
	out := s.operands(keeps, rule, op)
	switch {
	case op.Recompute == arch.RecomputeInverted:
		return out
	case s.memory.remakes(rule, op):
		out = s.record.operands(keeps, rule, op) // copies in another type are made again too
		if !keeps.extra.IsZero() {
			out = op.Inputs
		}
	}
	if keeps.Output {
		out = append(out[:len(out):len(out)], op.Output)
	}
	return out
}

// hasNoStorage reports whether a concat has no storage beside those of its paths: always in a shared buffer; if it is
// recomputed, where another concat extends it.
func (s *saver) hasNoStorage(op *trace.Operation) bool {
	if !op.Kind.Joins {
		return false
	}
	return s.memory.Concat == SharedConcat || s.memory.Concat == RecomputeConcat && (s.grows[op.Output] || len(op.Inputs) == 1)
}

// recomputes reports whether the operation is a norm or an activation behind a concat that is recomputed.
func (s *saver) recomputes(rule *compiled, op *trace.Operation) bool {
	return s.memory.Concat == RecomputeConcat && rule.cheap && s.joined[s.rootOf(op.Inputs[0])]
}
