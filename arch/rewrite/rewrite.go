package rewrite

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// rewriter is the state of one [Editor.Rewrite], of one [Editor.Cut], or of one [Scaler.Scale].
type rewriter struct {
	links   *finder     // of the trace; nil while scaling
	differs *difference // where only what differs runs again; nil where all does
	run     *trace.Rerun
	problem *arch.Problem                      // the shape rule that failed, if one did
	now     map[*trace.Value]*trace.Value      // the new form of each tensor; see current
	follow  map[*trace.Operation]*trace.Value  // the layer outputs the width that this tensor has now
	fixed   map[*trace.Operation]symbolic.Expr // the layer outputs this width
	edits   map[*trace.Operation]Edit          // edits of the kind of a merge
	cut     map[*trace.Operation][]int         // operands that a merge loses
	bypass  map[*trace.Operation]bool          // the operation passes its input on
	// projected lists the operands of a merge behind which a projection was put.
	projected map[*trace.Operation][]int
	// args are the arguments of an operation with the widths it has now.
	args   func(op *trace.Operation, inputs []*trace.Value) (arch.Args, *arch.Fault)
	failed *trace.Operation                      // the operation whose shape rule failed
	was    map[*trace.Operation]*trace.Operation // what an operation was before
	alone  bool                                  // parallel streams become a single one, because all their sites become plain adds
}

// plan notes the changes of an edit, or returns the reason why it makes no sense.
func (w *rewriter) plan(e Edit) string {
	merge := e.Link.Merge
	if e.To == Cut {
		w.cut[merge] = append(w.cut[merge], e.Link.goes()...)
		return ""
	}
	if merge.Kind.Gates {
		return "a gate scales what it meets; it cannot be added or concatenated"
	}
	if merge.Site() {
		return w.planStreams(e)
	}
	if merge.Inside {
		return "it is a part of an attention layer, which adds values up; --to add takes it away"
	}
	if severalWays(merge) {
		return "it sums the same tensors up in several ways, each of which is read apart; --to add comes first"
	}
	if w.edits[merge].To == e.To {
		return "" // with another link of the merge
	}
	if e.To == ToAdd && e.Projections == AddProjections {
		w.edits[merge] = e
		w.listNoMore(merge)
		return ""
	}
	bodies, reason := e.bodies()
	switch {
	case reason != "":
		return reason
	case e.To == ToAdd && e.Link.Projected && !sameWidth(merge.Inputs):
		return "no path is the identity and their widths differ, so there is no width to take"
	}
	for _, last := range bodies {
		switch e.To {
		case ToAdd:
			w.follow[last] = e.Link.Tensor
		case ToDense:
			w.fixed[last] = e.Growth
		}
	}
	if e.To == ToAdd {
		w.listNoMore(merge)
	} else {
		w.widen(e)
	}
	w.edits[merge] = e
	return ""
}

// severalWays reports whether a merge takes several sums of its paths, so that no path has the shape of the output.
func severalWays(op *trace.Operation) bool {
	ways := op.Args.Value(arch.Ways)
	return op.Kind.Merge && !ways.IsZero() && !ways.IsOne()
}

// listNoMore removes the copy of a tensor that a list begins with, where the concat that extends the list becomes an add.
func (w *rewriter) listNoMore(concat *trace.Operation) {
	if begins := concat.Extends; begins != nil && begins.Producer != nil && len(begins.Producer.Inputs) == 1 {
		w.bypass[begins.Producer] = true
	}
}

// goes lists the operands that a merge loses when the link is cut: those of the link, or of a gate those of the trunk, where no
// operand left would have the shape of the tensor that is scaled.
func (l *Link) goes() []int {
	if !l.Merge.Kind.Gates {
		return l.Operands
	}
	for k, in := range l.Merge.Inputs {
		if !slices.Contains(l.Operands, k) && in.Shape.Equal(l.Merge.Output.Shape) {
			return l.Operands
		}
	}
	return l.Trunk
}

// ending names the last operation of a path that is not the identity.
func (l *Link) ending(operand int) string {
	if v := l.Merge.Inputs[operand]; v != l.Origin && v.Producer != nil {
		return ", which ends in " + v.Producer.Name + ","
	}
	return ""
}

// sameWidth reports whether tensors are equally wide.
func sameWidth(values []*trace.Value) bool {
	for _, v := range values {
		if !v.Shape.Width.Equal(values[0].Shape.Width) {
			return false
		}
	}
	return true
}

// bodies are the last weight layers of the paths that are not the shortcut.
func (e Edit) bodies() ([]*trace.Operation, string) {
	var out []*trace.Operation
	for k := range e.Link.Merge.Inputs {
		if slices.Contains(e.Link.Operands, k) {
			continue
		}
		last := e.Link.lastLayer(k)
		if last == nil {
			if e.To == ToConcat || e.To == ToAdd && e.Link.Merge.Inputs[k].Shape.Width.Equal(e.Link.Tensor.Shape.Width) {
				continue
			}
			return nil, fmt.Sprintf("path %d%s has no last layer whose width could change", k+1, e.Link.ending(k))
		}
		out = append(out, last)
	}
	return out, ""
}

// widen drops from a shortcut the operations that only adapt its width: channels of zeros always, projections if asked.
func (w *rewriter) widen(e Edit) {
	if e.Link.Origin == nil {
		return
	}
	same := e.Link.Origin.Shape.SameExtents(e.Link.Tensor.Shape)
	for _, op := range w.links.path(&e.Link) {
		if op.Kind.Pads || e.Projections == DropProjections && same {
			w.bypass[op] = true
		}
	}
}

// keep makes the paths beside an identity that stays follow it where its width has changed.
func (w *rewriter) keep(l *Link) {
	for _, last := range l.followers() {
		if _, planned := w.follow[last]; !planned {
			w.follow[last] = l.Tensor
		}
	}
}

// followers are the layers whose width is that of an identity because of a merge that joins element by element.
func (l *Link) followers() []*trace.Operation {
	if l.Merge.Kind.Joins || l.Projected || l.Origin == nil {
		return nil
	}
	var out []*trace.Operation
	for k, in := range l.Merge.Inputs {
		if slices.Contains(l.Operands, k) || !in.Shape.Width.Equal(l.Tensor.Shape.Width) {
			continue
		}
		if last := l.lastLayer(k); last != nil {
			out = append(out, last)
		}
	}
	return out
}

// lastLayer is the weight layer that decides the width of an operand: the last one, with nothing behind it but layers that
// keep the width, and gates.
func (l *Link) lastLayer(operand int) *trace.Operation {
	last, _ := l.wayBack(operand)
	return last
}

// wayBack is the last layer of an operand, see lastLayer, and the tensors from the operand back to the output of that layer.
func (l *Link) wayBack(operand int) (*trace.Operation, []*trace.Value) {
	v := l.Merge.Inputs[operand]
	var way []*trace.Value
	for v != l.Origin && v.Producer != nil && len(v.Producer.Inputs) > 0 {
		way = append(way, v)
		op := v.Producer
		switch {
		case op.Kind.WeightLayer():
			if _, has := op.Kind.Parameter("out"); has && !isDepthwise(op) {
				return op, way
			}
			v = op.Inputs[0]
		case op.Kind.Gates:
			v = scaledOperand(op)
		case op.Kind.Merge || !op.Output.Shape.Width.Equal(op.Inputs[0].Shape.Width):
			return nil, nil
		default:
			v = op.Inputs[0]
		}
	}
	return nil, nil
}

// scaledOperand is the operand of a gate that is scaled, not the one that scales.
func scaledOperand(op *trace.Operation) *trace.Value {
	shapes := make([]arch.Shape, len(op.Inputs))
	for k, in := range op.Inputs {
		shapes[k] = in.Shape
	}
	base := arch.Widest(shapes)
	for _, in := range op.Inputs {
		if in.Shape.Equal(base) {
			return in
		}
	}
	return op.Inputs[0]
}

func isDepthwise(op *trace.Operation) bool {
	groups := op.Args.Value("groups")
	return !groups.IsOne() && groups.Equal(op.Inputs[0].Shape.Width) && groups.Equal(op.Output.Shape.Width)
}

// rerun applies the edits to the operations in order and runs their shape rules.
func (w *rewriter) rerun(t *trace.Trace) (*trace.Trace, error) {
	out := &trace.Trace{Network: t.Network, Bound: t.Bound, Free: t.Free, Budget: t.Budget, Assumptions: t.Assumptions}
	out.Input = w.run.Input(t.Input.Shape)
	w.now[t.Input] = out.Input
	for _, op := range t.Operations() {
		made, problem := w.operation(op)
		if problem != nil {
			w.failed, w.problem = op, problem
			return nil, &arch.Problems{File: t.Network.File, List: []arch.Problem{*problem}}
		}
		for _, m := range made {
			out.Body = append(out.Body, m)
		}
	}
	out.Output = w.now[t.Output]
	for _, v := range t.Outputs {
		out.Outputs = append(out.Outputs, w.now[v])
	}
	out.Body = live(out, w.unread(t))
	share(out.Operations(), w.was)
	return out, nil
}

// operation is the new form of one operation: none where it is bypassed, and several where projections are added; or the
// problem of a shape rule that fails.
func (w *rewriter) operation(op *trace.Operation) ([]*trace.Operation, *arch.Problem) {
	if w.alone && op.Joint != nil && !op.Site() {
		if op.Alone != nil {
			w.now[op.Output] = w.current(op.Alone)
		}
		return nil, nil
	}
	inputs, ways := w.operands(op)
	if w.bypass[op] || ways == 1 && len(w.cut[op]) > 0 && !severalWays(op) {
		w.now[op.Output] = inputs[0]
		return nil, nil
	}
	kind := op.Kind
	e, edited := w.edits[op]
	var before []*trace.Operation
	switch {
	case edited && e.To == ToAdd:
		kind = arch.Add.Kind()
		var problem *arch.Problem
		if before, problem = w.meetWidths(e, inputs); problem != nil {
			return nil, problem
		}
	case edited:
		kind = arch.Concat.Kind()
	}
	args, f := w.args(op, inputs)
	if f != nil {
		return nil, &arch.Problem{Pos: op.Pos, Message: fmt.Sprintf("%s: %s", op.Name, f.Message), Hint: f.Hint}
	}
	made, problem := w.run.Operation(op, kind, args, inputs)
	if problem != nil {
		return nil, problem
	}
	w.now[op.Output] = made.Output
	if list := w.extends(op, kind); list != nil {
		made.Extends = list
	}
	if !w.alone && op.Joint != nil {
		made.Joint = op.Joint
		if op.Alone != nil {
			made.Alone = w.current(op.Alone)
		}
	}
	if op.Initial != nil && kind == op.Kind {
		made.Initial = w.initial(op)
	}
	w.was[made] = op
	after, problem := w.reduced(e, made)
	return append(append(before, made), after...), problem
}

// unread are the tensors that nothing read before the rewrite either: their operations stay, as they are part of the network.
func (w *rewriter) unread(t *trace.Trace) []*trace.Value {
	var out []*trace.Value
	for _, op := range t.Unread() {
		out = append(out, w.now[op.Output])
	}
	return out
}

// live keeps the operations whose outputs something reads, or that make one of the tensors to keep.
func live(t *trace.Trace, keep []*trace.Value) []trace.Node {
	needed := map[*trace.Value]bool{t.Output: true}
	for _, v := range keep {
		needed[v] = true
	}
	for _, v := range t.Outputs {
		needed[v] = true
	}
	for _, n := range t.Body {
		if op, is := n.(*trace.Operation); is && op.Training {
			needed[op.Output] = true
		}
	}
	var kept []trace.Node
	for k := len(t.Body) - 1; k >= 0; k-- {
		op, ok := t.Body[k].(*trace.Operation)
		if !ok || !needed[op.Output] {
			continue
		}
		for _, in := range op.Inputs {
			needed[in] = true
		}
		kept = append(kept, op)
	}
	slices.Reverse(kept)
	return kept
}
