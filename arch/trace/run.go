package trace

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// steps runs a list of steps on a tensor and returns the output and the nodes. After a problem it returns false.
func (r *resolver) steps(steps []arch.Step, in *Value, sc *scope) (*Value, []Node, bool) {
	if sc.depth > MaxNesting {
		pos := arch.Pos{}
		if len(steps) > 0 {
			pos = steps[0].Pos
		}
		r.problem(pos, "", "blocks, merges and repeats nest more than %d deep", MaxNesting)
		return nil, nil, false
	}
	var nodes []Node
	cur := in
	runs := sc.record(len(steps))
	names := labels(steps)
	if sc.named {
		names = []string{""}
	}
	for k, s := range steps {
		if !r.spend(s.Pos, 1) {
			return nil, nil, false
		}
		from := cur
		if s.From != "" {
			var ok bool
			if from, ok = r.read(s, sc); !ok {
				return nil, nil, false
			}
		}
		label := join(sc.label, names[k])
		if s.Pos == (arch.Pos{}) {
			r.at = label
		}
		sc.run = runs.begin(&steps[k], from)
		out, made, ok := r.marked(s, from, sc, label)
		if !ok {
			return nil, nil, false
		}
		runs.end(out)
		nodes = append(nodes, made...)
		if _, side := s.Do.(*arch.Head); side {
			continue
		}
		cur = out
		if s.As != "" {
			if sc.taps[s.As] != nil {
				r.problem(s.Pos, "", "the name %q is taken", s.As)
				return nil, nil, false
			}
			sc.taps[s.As] = cur
		}
	}
	return cur, nodes, true
}

func (r *resolver) step(s arch.Step, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	if sc.streams != nil && !sc.streams.take(r, s) {
		return nil, nil, false
	}
	switch a := s.Do.(type) {
	case *arch.Layer:
		return r.layer(s, a, in, sc, label)
	case *arch.Use:
		return r.use(s, a, in, sc, label)
	case *arch.Slot:
		return r.slot(s, a, in, sc, label)
	case *arch.If:
		return r.branch(a, in, sc, label)
	case *arch.Let:
		return in, nil, r.let(a, in, sc)
	case *arch.Merge:
		if sc.streams != nil {
			return r.site(s, a, in, sc, label)
		}
		return r.merge(s, a, in, sc, label)
	case *arch.Repeat:
		return r.repeat(s, a, in, sc, label)
	case *arch.Couple:
		return r.couple(s, a, in, sc, label)
	case *arch.Streams:
		return r.streams(s, a, in, sc, label)
	case *arch.Head:
		return r.head(a, in, sc, label)
	case *arch.Tap:
		return in, nil, true
	}
	r.problem(s.Pos, "", "a step without an action")
	return nil, nil, false
}

// maker lists the operation that made a tensor; nothing where it failed.
func maker(v *Value, ok bool) []Node {
	if !ok {
		return nil
	}
	return []Node{v.Producer}
}

func (r *resolver) head(h *arch.Head, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	before := r.training
	r.training = before || h.Training
	inner := sc.inner(label)
	out, nodes, ok := r.steps(h.Steps, in, inner)
	sc.run.enclose(inner.runs)
	if ok && !r.training {
		*sc.outputs = append(*sc.outputs, out)
	}
	r.training = before
	return in, nodes, ok
}

func (r *resolver) layer(s arch.Step, l *arch.Layer, in *Value, sc *scope, label string) (*Value, []Node, bool) {
	if n := len(in.Shape.Extents); n < l.Kind.Axes.Min || n > l.Kind.Axes.Max {
		r.problem(s.Pos, axesHint(l.Kind, n), "%s needs %s, but gets %s", l.Kind.Name, axesText(l.Kind.Axes), in.Shape.Text())
		return nil, nil, false
	}
	args, ok := r.arguments(s.Pos, l, in, sc)
	if !ok {
		return nil, nil, false
	}
	if l.Kind.Opens(args) {
		return r.attention(s, args, in, sc, label)
	}
	kind := l.Kind.For(in.Shape)
	inputs := []*Value{in}
	if kind.Source {
		inputs = nil
	}
	owner, ok := r.owner(s, args, sc)
	if !ok {
		return nil, nil, false
	}
	out, ok := r.operation(kind, args, inputs, s.Pos, label)
	if ok && owner != nil {
		ok = r.fits(out.Producer, owner, s.Pos)
		out.Producer.Owner = owner
	}
	return out, maker(out, ok), ok
}

// shapesOf lists shapes in a list that the next call uses again.
func (r *resolver) shapesOf(values []*Value) []arch.Shape {
	r.shapes = r.shapes[:0]
	for _, v := range values {
		r.shapes = append(r.shapes, v.Shape)
	}
	return r.shapes
}

// possible reports whether no dimension of a shape is known to be less than 1 in some iteration.
func (r *resolver) possible(s arch.Shape, mayBeEmpty bool) bool {
	if !s.Possible(mayBeEmpty) {
		return false
	}
	if len(r.around) == 0 {
		return true
	}
	return !slices.ContainsFunc(s.Dims(), func(d symbolic.Expr) bool {
		return slices.ContainsFunc(r.around.Ends(d), func(end symbolic.Expr) bool { return !arch.Shape{Width: end}.Possible(mayBeEmpty) })
	})
}

// operation applies the shape rule of a kind and checks the output.
func (r *resolver) operation(kind *arch.Kind, args arch.Args, in []*Value, pos arch.Pos, label string) (*Value, bool) {
	if !r.spend(pos, len(in)) || !r.hold(pos) {
		return nil, false
	}
	shapes := r.shapesOf(in)
	out, f := kind.Shape(shapes, args)
	if f != nil {
		r.problem(pos, f.Hint, "%s: %s", kind.Name, f.Message)
		return nil, false
	}
	if len(in) > 0 && out.Samples.IsZero() && !out.Empty {
		out.Samples, out.Empty = shapes[0].Samples, shapes[0].Empty
	}
	if !r.possible(out, kind.MayBeEmpty || slices.ContainsFunc(shapes, arch.Shape.HasNone)) { // the output of an operation on empty tensors may be empty
		came := "nothing"
		if len(in) > 0 {
			came = shapes[0].Text()
		}
		r.problem(pos, "", "%s: %s comes in, but %s would come out", kind.Name, came, out.Text())
		return nil, false
	}
	op := &Operation{Name: label, Kind: kind, Args: args, Inputs: in, Pos: pos, Training: r.training, Recompute: r.recompute, Survives: r.survives, Iteration: r.iteration}
	op.Output = r.value(out, op)
	if kind.Joins {
		op.Extends = r.lists.extend(op.Output, in)
	}
	return op.Output, true
}

func axesText(a arch.AxisRange) string {
	switch {
	case a.Min == a.Max && a.Min == 1:
		return "1 spatial extent"
	case a.Min == a.Max:
		return fmt.Sprintf("%d spatial extents", a.Min)
	default:
		return fmt.Sprintf("%d to %d spatial extents", a.Min, a.Max)
	}
}

func axesHint(k *arch.Kind, got int) string {
	if got == 0 && k.Axes.Min > 0 && slices.ContainsFunc(k.Parameters, func(p arch.Parameter) bool { return p.Name == "out" }) {
		return "linear works on a plain vector"
	}
	return ""
}
