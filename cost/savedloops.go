package cost

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// loop marks the storages of a loop. It assumes that the loop runs, as the output of one that does not is its input.
func (s *saver) loop(l *trace.Loop) error {
	if s.memory.Concat == RecomputeConcat {
		return errNotClosed
	}
	if err := s.runsOften(l, 1); err != nil {
		return err
	}
	s.home[l.Result], s.home[l.In] = s.inside(), l
	segment := s.segments.loops[l]
	s.made[l.Result], s.made[l.In] = segment, segment
	if p := l.Past; p != nil {
		if err := s.reaches(l); err != nil {
			return err
		}
		s.home[p.In], s.home[p.Result] = l, s.inside()
		s.made[p.In], s.made[p.Result] = segment, segment
		s.parts[p.In] = append([]*trace.Value{l.In}, p.Before...)
		s.parts[p.Result] = append([]*trace.Value{l.Start, l.Out}, p.Before...)
	}
	for _, m := range l.Mirrors {
		s.root[m.In], s.mirror[m.In], s.inverts[m.In], s.made[m.In] = s.rootOf(m.Made), true, s.inverts[m.Made], s.made[m.Made]
	}
	if segment > 0 {
		s.entering(segment, l)
	}
	if s.inverts[l.In] = s.inverts[l.Start] && s.leavesInverted(l); s.inverts[l.Start] && !s.inverts[l.In] && s.record.needs[l.Start] && readPlainly(l) {
		s.need(l.Start, always, s.inside())
	}
	if p := l.Past; p != nil {
		s.inverts[p.In], s.inverts[p.Result] = s.inverts[l.Start], s.inverts[l.Start]
	}
	if err := s.within(l, func() error { return s.mark(l.Body) }); err != nil {
		return err
	}
	s.odd = s.odd || segment > 0 && (s.made[l.Out] != segment || // an input of the network, which segments that read it keep
		l.Out == l.In) // handed on to whom it is not known
	s.inverts[l.Result] = s.inverts[l.Out]
	s.odd = s.odd || s.inverts[l.Out] != s.inverts[l.In] && readPlainly(l)
	if s.rootOf(l.Out) == l.In {
		s.root[l.Result], s.mirror[l.Result] = s.rootOf(l.Start), s.mirror[l.Start]
	}
	return nil
}

// entering keeps the tensors from before that a loop in a segment reads, names apart, if they are from outside of the segment.
func (s *saver) entering(segment int32, l *trace.Loop) {
	whole, parts := readAs(l.In, l.Body)
	if whole || l.Past != nil {
		s.argument(segment, l.Start, false)
	}
	if parts {
		s.argument(segment, l.Start, true)
	}
	if l.Past != nil {
		for _, v := range l.Past.Before {
			s.argument(segment, v, false)
		}
	}
}

// readAs reports whether operations among nodes, and iterations that a tensor enters, read it whole, and whether they read the parts of
// the list that it is.
func readAs(v *trace.Value, nodes []trace.Node) (whole, parts bool) {
	for _, n := range nodes {
		var w, p bool
		switch n := n.(type) {
		case *trace.Operation:
			if slices.Contains(n.Inputs, v) {
				p = n.ReadsSeveral(v)
				w = !p
			}
		case *trace.Loop:
			if n.Start == v {
				w, p = readAs(n.In, n.Body)
				w = w || n.Past != nil
			}
		}
		whole, parts = whole || w, parts || p
	}
	return whole, parts
}

// readPlainly reports whether the input of an iteration is read by a layer that is not inverted in the backward pass.
func readPlainly(l *trace.Loop) bool { return plainlyRead(l.In, l.Body) }

// plainlyRead reports whether a layer among the nodes that is not inverted reads a tensor, also as the input of the first iteration of
// a loop.
func plainlyRead(v *trace.Value, nodes []trace.Node) bool {
	return slices.ContainsFunc(nodes, func(n trace.Node) bool {
		switch n := n.(type) {
		case *trace.Operation:
			return n.Recompute != arch.RecomputeInverted && slices.Contains(n.Inputs, v)
		case *trace.Loop:
			if p := n.Past; p != nil && (n.Start == v || slices.Contains(p.Before, v)) && (plainlyRead(p.In, n.Body) || plainlyRead(p.Result, nodes)) {
				return true // as one of the tensors of earlier iterations
			}
			return plainlyRead(v, n.Body) || n.Start == v && readPlainly(n)
		}
		return false
	})
}

// leavesInverted reports whether the output of an iteration is made by an inverted layer if its input is.
func (s *saver) leavesInverted(l *trace.Loop) bool {
	for _, n := range l.Body {
		if inner, is := n.(*trace.Loop); is && inner.Result == l.Out {
			return s.leavesInverted(inner)
		}
	}
	return l.Out == l.In || s.inverted(l.Out)
}

// inverted reports whether a tensor is made by an inverted layer, whose input the backward pass computes.
func (s *saver) inverted(v *trace.Value) bool {
	return v.Producer != nil && v.Producer.Recompute == arch.RecomputeInverted && s.segments.of[v.Producer] == 0
}

// readsInverted keeps the inputs of a layer from which all earlier tensors are computed in the backward pass.
func (s *saver) readsInverted(op *trace.Operation) {
	if op.Recompute == arch.RecomputeInverted {
		return
	}
	for _, in := range op.Inputs {
		each := []*trace.Value{in}
		if !in.Many.IsZero() { // tensors of a loop, of which only some are meant
			each = s.parts[in]
		}
		for _, v := range each {
			if s.inverts[v] && s.record.needs[v] {
				s.need(v, always, s.inside())
			}
		}
	}
}

// reaches assumes that a loop has enough iterations to read the first tensor before it, where not all are read each time.
func (s *saver) reaches(l *trace.Loop) error {
	if l.Past.Stride == 1 || len(l.Past.Before) == 0 {
		return nil
	}
	return s.runsOften(l, l.Past.Stride-1)
}

// within calls look with the loop among those around the current node.
func (s *saver) within(l *trace.Loop, look func() error) error {
	s.loops, s.around = append(s.loops, l), append(s.around, trace.Span{Index: l.Index, Times: l.Times})
	err := look()
	s.loops, s.around = s.loops[:len(s.loops)-1], s.around[:len(s.around)-1]
	return err
}

// settle propagates what is kept between iterations, and from outputs of loops to their producers, until nothing is added.
func (s *saver) settle(nodes []trace.Node) error {
	for before := -1; before != s.marks; {
		before = s.marks
		s.propagate(nodes)
	}
	if s.odd || s.uneven(nodes) {
		return errNotClosed
	}
	return nil
}

// propagate goes through the loops from the last to the first. Who needs the result of a loop needs the output of its last iteration, and
// who needs the input of an iteration needs the output of the one before.
func (s *saver) propagate(nodes []trace.Node) {
	for k := len(nodes) - 1; k >= 0; k-- {
		l, ok := nodes[k].(*trace.Loop)
		if !ok {
			continue
		}
		if s.kept[l.Result] != 0 {
			s.need(l.Out, last, l)
		}
		if w := s.kept[l.In]; w != 0 {
			if w&first != 0 {
				s.need(l.Start, always, s.home[l.Result])
			}
			if s.rootOf(l.Out) != l.In {
				before, ok := w.before()
				s.odd = s.odd || !ok
				s.need(l.Out, before, l)
			}
		}
		s.propagateLists(l)
		s.propagate(l.Body)
	}
}

// uneven reports whether the result of some loop is kept in some iterations of the one around only, or some loop keeps only the tensors
// that a few of its iterations read.
func (s *saver) uneven(nodes []trace.Node) bool {
	return slices.ContainsFunc(nodes, func(n trace.Node) bool {
		l, is := n.(*trace.Loop)
		return is && (s.kept[l.Result] != 0 && s.kept[l.Result] != always || s.readsSome(l) || s.uneven(l.Body))
	})
}

// readsSome reports whether tensors are kept for iterations that read every k-th one, but not for all iterations and what is behind them:
// only those together read all tensors.
func (s *saver) readsSome(l *trace.Loop) bool {
	p := l.Past
	if p == nil || p.Stride == 1 {
		return false
	}
	within, behind := s.kept[p.In], s.kept[p.Result] != 0
	return within != always && (within != 0 || behind) || within == always && !behind && len(p.Before) > 0
}

// alike refuses loops of which some iterations keep less than others because what they read needs no gradient. That makes no
// difference where other layers keep the same storages anyway.
func (s *saver) alike(t *trace.Trace, o Options) error {
	if !t.HasLoops() {
		return nil
	}
	least := newRecorded(t, s.record.trains, true)
	if maps.Equal(least.needs, s.record.needs) {
		return nil
	}
	other, err := newSaver(t, o)
	if err != nil {
		return err
	}
	other.use(least)
	if err := other.find(t); err != nil {
		return err
	}
	return s.equals(other, t)
}

// equals refuses a trace of which another saver keeps different storages, or other bytes beside them.
func (s *saver) equals(other *saver, t *trace.Trace) error {
	if !maps.Equal(s.kept, other.kept) || !s.loss(t.Output).Equal(other.loss(t.Output)) {
		return errNotClosed
	}
	for _, op := range t.Operations() {
		if s.segments.of[op] > 0 {
			continue
		}
		rule, err := compiledRule(op.Kind.Name)
		if err != nil {
			return err
		}
		if !s.extras(s.keeps(rule, op), rule, op).Equal(other.extras(other.keeps(rule, op), rule, op)) {
			return errNotClosed
		}
	}
	return nil
}
