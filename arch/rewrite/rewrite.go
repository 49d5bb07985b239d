package rewrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Change is what a skip is rewritten to.
type Change string

// The changes. ToAdd and ToConcat join the same paths the other way; ToDense is a concat whose body outputs a growth rate;
// Cut leaves the trunk alone.
const (
	ToAdd    Change = "add"
	ToConcat Change = "concat"
	ToDense  Change = "densenet"
	Cut      Change = "none"
)

// Changes lists them in the order documentation shows them.
func Changes() []Change { return []Change{ToAdd, ToConcat, ToDense, Cut} }

// Edit rewrites one skip.
type Edit struct {
	Skip Skip
	To   Change
	// Growth is the width that the body's last layer outputs under ToDense.
	Growth symbolic.Expr
	// DropProjections takes away projections of the shortcut that only made widths meet, which a concat does not need.
	DropProjections bool
}

// rewriter is the state of one [Editor.Rewrite], or of one [Scaler.Scale].
type rewriter struct {
	run     *trace.Rerun
	problem *arch.Problem                      // what did not hold together, if something did not
	now     map[*trace.Value]*trace.Value      // what became of each tensor
	follow  map[*trace.Operation]*trace.Value  // the layer outputs the width that this tensor has now
	fixed   map[*trace.Operation]symbolic.Expr // the layer outputs this width
	edits   map[*trace.Operation]Edit
	bypass  map[*trace.Operation]bool // the operation passes its input on
	// args are the arguments of an operation with the widths it has now.
	args   func(op *trace.Operation, inputs []*trace.Value) (arch.Args, *arch.Fault)
	failed *trace.Operation                      // the one that did not hold together
	was    map[*trace.Operation]*trace.Operation // what an operation was before
}

// plan notes what an edit changes, or says why it makes no sense.
func (w *rewriter) plan(e Edit) string {
	if e.Skip.Merge.Kind.Gates && e.To != Cut {
		return "a gate scales what it meets; it cannot be added or concatenated"
	}
	bodies, reason := e.bodies()
	switch {
	case e.To == Cut:
		w.edits[e.Skip.Merge] = e
		return ""
	case reason != "":
		return reason
	case e.To == ToAdd && e.Skip.Projected && !sameWidth(e.Skip.Merge.Inputs):
		return "no path is the identity and their widths differ, so there is no width to take"
	}
	shortcut := e.Skip.Merge.Inputs[e.Skip.Shortcut]
	for _, last := range bodies {
		switch e.To {
		case ToAdd:
			w.follow[last] = shortcut
		case ToDense:
			w.fixed[last] = e.Growth
		}
	}
	if e.To != ToAdd {
		w.widen(e)
	}
	w.edits[e.Skip.Merge] = e
	return ""
}

// ending names what a path ends in, where it is more than the identity.
func (s Skip) ending(operand int) string {
	if v := s.Merge.Inputs[operand]; v != s.Origin && v.Producer != nil {
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
	for k := range e.Skip.Merge.Inputs {
		if k == e.Skip.Shortcut {
			continue
		}
		last := lastLayer(e.Skip, k)
		if last == nil {
			if e.To == ToConcat {
				continue
			}
			return nil, fmt.Sprintf("path %d%s has no last layer whose width could change", k+1, e.Skip.ending(k))
		}
		out = append(out, last)
	}
	return out, ""
}

// widen drops from a shortcut what only served to make widths meet: channels of zeros always, projections if asked.
func (w *rewriter) widen(e Edit) {
	same := e.Skip.Origin.Shape.SameExtents(e.Skip.Merge.Inputs[e.Skip.Shortcut].Shape)
	for _, op := range e.Skip.Path(e.Skip.Shortcut) {
		if op.Kind.Pads || e.DropProjections && same {
			w.bypass[op] = true
		}
	}
}

// keep makes the paths of a skip that stays follow a shortcut whose width has changed.
func (w *rewriter) keep(s Skip) {
	if s.Merge.Kind.Concat() || s.Projected {
		return
	}
	shortcut := s.Merge.Inputs[s.Shortcut]
	for k := range s.Merge.Inputs {
		if last := lastLayer(s, k); k != s.Shortcut && last != nil {
			if _, planned := w.follow[last]; !planned {
				w.follow[last] = shortcut
			}
		}
	}
}

// lastLayer is the weight layer that decides the width of an operand: the last one, with nothing behind it but layers that
// keep the width, and gates.
func lastLayer(s Skip, operand int) *trace.Operation {
	v := s.Merge.Inputs[operand]
	for v != s.Origin && v.Producer != nil {
		op := v.Producer
		switch {
		case op.Kind.WeightLayer():
			if _, has := op.Kind.Parameter("out"); has && !isDepthwise(op) {
				return op
			}
			v = op.Inputs[0]
		case op.Kind.Gates:
			v = scaledOperand(op)
		case op.Kind.Merge || !op.Output.Shape.Width.Equal(op.Inputs[0].Shape.Width):
			return nil
		default:
			v = op.Inputs[0]
		}
	}
	return nil
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

// rerun goes through the operations in order with the tensors as they are now.
func (w *rewriter) rerun(t *trace.Trace) (*trace.Trace, error) {
	out := &trace.Trace{Network: t.Network, Bound: t.Bound, Free: t.Free, Assumptions: t.Assumptions}
	out.Input = w.run.Input(t.Input.Shape)
	w.now[t.Input] = out.Input
	for _, op := range t.Operations() {
		made, problem := w.operation(op)
		if problem != nil {
			w.failed, w.problem = op, problem
			return nil, &arch.Problems{File: t.Network.File, List: []arch.Problem{*problem}}
		}
		if made != nil {
			out.Body = append(out.Body, made)
		}
	}
	out.Output = w.now[t.Output]
	for _, v := range t.Outputs {
		out.Outputs = append(out.Outputs, w.now[v])
	}
	out.Body = live(out)
	share(out.Operations(), w.was)
	return out, nil
}

// operation is what becomes of one operation; nil where it is passed by, or what does not hold together.
func (w *rewriter) operation(op *trace.Operation) (*trace.Operation, *arch.Problem) {
	inputs := make([]*trace.Value, len(op.Inputs))
	for k, in := range op.Inputs {
		inputs[k] = w.now[in]
	}
	if w.bypass[op] {
		w.now[op.Output] = inputs[0]
		return nil, nil
	}
	kind := op.Kind
	if e, edited := w.edits[op]; edited {
		if e.To == Cut {
			w.now[op.Output] = w.now[e.trunk()]
			return nil, nil
		}
		kind = arch.KindByName(string(arch.Concat))
		if e.To == ToAdd {
			kind = arch.KindByName(string(arch.Add))
		}
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
	w.was[made] = op
	return made, nil
}

// extends is the concat of a list that an operation goes on to list, where both still are concats.
func (w *rewriter) extends(op *trace.Operation, kind *arch.Kind) *trace.Value {
	v := w.now[op.Extends]
	if v == nil || !kind.Concat() || v.Producer == nil || v.Producer.Kind != kind {
		return nil
	}
	return v
}

// trunk is what is left when a skip is cut: what a gate scales, or the path behind the most weight layers.
func (e Edit) trunk() *trace.Value {
	if e.Skip.Merge.Kind.Gates {
		return scaledOperand(e.Skip.Merge)
	}
	return e.Skip.Merge.Inputs[e.Skip.Trunk]
}

// followed are the arguments of an operation whose width may be another's.
func (w *rewriter) followed(op *trace.Operation, inputs []*trace.Value) (arch.Args, *arch.Fault) {
	if op.Args.Has("shape") && len(inputs) > 0 {
		return reshapedArgs(op, inputs[0].Shape)
	}
	width := symbolic.Expr{}
	changed := map[string]symbolic.Expr{}
	switch followed, ok := w.follow[op]; {
	case ok:
		width = w.widthOf(followed)
	case !w.fixed[op].IsZero():
		width = w.fixed[op]
	case op.Args.Has("groups") && op.Args.Has("out") && isDepthwise(op):
		width = inputs[0].Shape.Width
		changed["groups"] = width
	case op.Args.Has("inner") && !inputs[0].Shape.Width.Equal(op.Inputs[0].Shape.Width):
		width = op.Output.Shape.Width // attention keeps the width it puts out, as other layers do
	default:
		return op.Args, nil
	}
	changed["out"] = width
	if n := perOut(op); n != nil && !op.Args.Has("inner") { // two directions put out twice as much
		changed["out"] = width.Div(symbolic.BigInt(n))
	}
	if op.Args.Has("inner") {
		inner, now := op.Args.WidthOr("inner", op.Inputs[0].Shape.Width), inputs[0].Shape.Width
		if inner.Equal(now) && width.Equal(now) {
			return op.Args, nil
		}
		changed["inner"] = inner
	}
	return op.Args.With(changed).WithoutWord("inner").WithoutWord("out"), nil
}

// reshapedArgs are the arguments of an operation that is given its shape outright. Where it keeps the width it goes on to;
// any other shape says nothing about what it would be on another tensor.
func reshapedArgs(op *trace.Operation, in arch.Shape) (arch.Args, *arch.Fault) {
	was := op.Inputs[0].Shape
	switch {
	case in.Equal(was):
		return op.Args, nil
	case in.SameExtents(was) && op.Output.Shape.Width.Equal(was.Width):
		dims := append([]symbolic.Expr{in.Width}, op.Args.Axes("shape")[1:]...)
		return op.Args.WithAxes("shape", dims), nil
	}
	return arch.Args{}, &arch.Fault{Message: fmt.Sprintf("makes %s of %s; what it would make of %s is not known", op.Output.Shape.Text(), was.Text(), in.Text())}
}

// widthOf is the width that a tensor has now. One that is not made yet, because its path stands behind, has that of what it
// is made from, as far as layers keep the width.
func (w *rewriter) widthOf(v *trace.Value) symbolic.Expr {
	for w.now[v] == nil {
		op := v.Producer
		if op == nil || !op.Output.Shape.Width.Equal(op.Inputs[0].Shape.Width) || op.Kind.WeightLayer() {
			return v.Shape.Width
		}
		v = op.Inputs[0]
	}
	return w.now[v].Shape.Width
}

// live keeps the operations whose outputs something reads.
func live(t *trace.Trace) []trace.Node {
	needed := map[*trace.Value]bool{t.Output: true}
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

// ParseChange returns the named change.
func ParseChange(name string) (Change, error) {
	var names []string
	for _, c := range Changes() {
		if string(c) == name {
			return c, nil
		}
		names = append(names, string(c))
	}
	if near := arch.Nearest(name, names); near != "" {
		return "", fmt.Errorf("unknown kind of skip %q, did you mean %s?", name, near)
	}
	return "", fmt.Errorf("unknown kind of skip %q, known are %s", name, strings.Join(names, ", "))
}
