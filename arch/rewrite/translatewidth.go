package rewrite

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// frame is a block whose body is being translated, with its parameters, or the network's own steps.
type frame struct {
	block    *arch.Block  // nil for the network's own steps
	entry    *trace.Value // what enters
	lifted   []lifted     // further parameters, whose values its user has
	captured string       // a further parameter, which is the width that enters unless said otherwise
	wrap     string       // that of blocks which are put around merges
	set      map[string]symbolic.Expr
	user     *scene                   // where the block is used; nil for the network's own steps
	given    map[string][][]arch.Step // what has become of the steps that the block is given, each time that it runs them
}

// lifted is a parameter and its value as the user of the block would say it.
type lifted struct {
	name  string
	value symbolic.Expr
}

// scene is the place of steps that are translated: a frame, and the repeat around them in it.
type scene struct {
	*frame
	index string // the index of that repeat in closed forms; empty outside of all
	first int    // it counts from there on
}

// entry is the incoming width of a merge or a block, for layers inside that follow it. A symbol stands for it until it is known
// how to write it.
type entry struct {
	symbol  string
	run     *trace.Run
	frame   *frame
	wrapped bool // a block is put around the merge, of which this width is a parameter
}

// say writes a width at the place of a run. In a block it becomes a parameter whose value the use gives, unless all its symbols
// are known inside the block.
func (t *translator) say(e symbolic.Expr, run *trace.Run, at scene) arch.Expression {
	here := symbolic.Bindings{}
	foreign := false
	for _, name := range e.Symbols() {
		enter := t.entries[name]
		switch {
		case enter != nil && t.asWide(run.In, enter.run.In):
			here[name] = symbolic.Symbol(arch.IncomingWidth)
		case enter != nil && enter.frame == at.frame:
			here[name] = symbolic.Symbol(t.capture(enter, at))
		case name == at.index:
			here[name] = symbolic.Symbol(arch.RepeatIndex).Sub(symbolic.Int(int64(at.first)))
		case !t.isSymbol(name):
			foreign = true
		}
	}
	switch {
	case len(here) > 0 && !foreign:
		return whole(e.Substitute(here))
	case at.block == nil && !foreign:
		return whole(e)
	case at.block == nil || len(here) > 0:
		t.fail("the width at %s depends on more than one repeat", placeOf(run))
		return whole(e)
	}
	return whole(symbolic.Symbol(t.lift(e, at.frame)))
}

// placeOf names a run for a message.
func placeOf(run *trace.Run) string {
	if op := run.Out.Producer; op != nil {
		return op.Name
	}
	return "the input"
}

// lift makes a width a parameter of a block.
func (t *translator) lift(e symbolic.Expr, f *frame) string {
	for _, l := range f.lifted {
		if l.value.Equal(e) {
			return l.name
		}
	}
	name := t.parameter(f)
	f.lifted = append(f.lifted, lifted{name: name, value: e})
	return name
}

// parameter is a name for a further parameter of a frame.
func (t *translator) parameter(f *frame) string {
	name := t.fresh("width")
	has := func(l lifted) bool { return l.name == name }
	for n := 2; name == f.captured || name == f.wrap || slices.ContainsFunc(f.lifted, has); n++ {
		name = t.fresh(fmt.Sprintf("width%d", n))
	}
	return name
}

// capture is the parameter for the incoming width of a merge: a parameter of the block, if the block has the same incoming
// width, or else of a new block around the merge.
func (t *translator) capture(enter *entry, at scene) string {
	if at.block != nil && t.asWide(enter.run.In, at.entry) {
		if at.captured == "" {
			at.captured = t.parameter(at.frame)
		}
		return at.captured
	}
	if at.wrap == "" {
		at.wrap = t.parameter(at.frame)
	}
	enter.wrapped = true
	return at.wrap
}

// put writes a width in place of a given expression. Where that is a parameter that the block reads nowhere else, the use gives
// the parameter another value instead, unless the width is only known inside the block.
func (t *translator) put(given arch.Expression, e symbolic.Expr, run *trace.Run, at scene) arch.Expression {
	name, ok := loneParameter(given, at.block)
	inside := func(name string) bool {
		enter := t.entries[name]
		return name == at.index || enter != nil && enter.frame == at.frame
	}
	if !ok || slices.ContainsFunc(e.Symbols(), inside) {
		return t.say(e, run, at)
	}
	if set, is := at.set[name]; is && !set.Equal(e) {
		return t.say(e, run, at)
	}
	at.set[name] = e
	return given
}

// loneParameter is the parameter of a block that an expression is, if the block reads it nowhere else.
func loneParameter(e arch.Expression, block *arch.Block) (string, bool) {
	names := e.Symbols()
	if block == nil || len(names) != 1 || !e.Equal(symbolic.Symbol(names[0])) && !e.Equal(symbolic.Fraction(names[0])) {
		return "", false
	}
	is := func(p arch.BlockParameter) bool { return p.Name == names[0] }
	if !slices.ContainsFunc(block.Parameters, is) {
		return "", false
	}
	read := 0
	count := func(e arch.Expression) {
		if e.Has(names[0]) {
			read++
		}
	}
	arch.VisitStepExpressions(block.Steps, count)
	for _, p := range block.Parameters {
		if p.Default != nil {
			count(*p.Default)
		}
	}
	return names[0], read == 1
}

// freeze replaces the incoming width c, and widths of named tensors, in an expression by the widths from before where they have
// changed.
func (t *translator) freeze(e arch.Expression, run *trace.Run, at scene) arch.Expression {
	was := symbolic.Bindings{}
	if t.moved[run.In] && e.Has(arch.IncomingWidth) {
		was[arch.IncomingWidth] = t.say(t.before(run, run.In), run, at).Expr
	}
	for name, v := range run.Measured {
		if t.moved[v] && e.Has(name) {
			was[name] = t.say(t.measured(run, name), run, at).Expr
		}
	}
	if len(was) == 0 {
		return e
	}
	return whole(e.Substitute(was))
}

// measured is the width from before of a tensor that an expression asks for by name.
func (t *translator) measured(run *trace.Run, name string) symbolic.Expr {
	closed := t.closed[run]
	if closed == nil || closed.Measured[name] == nil || len(t.numbers) > 0 {
		t.fail("there is no closed form of %s at %s", name, placeOf(run))
		return run.Measured[name].Shape.Width
	}
	return closed.Measured[name].Shape.Width
}

// before is the width from before of the input or output of a run.
func (t *translator) before(run *trace.Run, v *trace.Value) symbolic.Expr {
	closed := t.closed[run]
	if closed == nil || len(t.numbers) > 0 {
		t.fail("there is no closed form of the width at %s", placeOf(run))
		return v.Shape.Width
	}
	if v == run.In {
		return closed.In.Shape.Width
	}
	return closed.Out.Shape.Width
}

// asWide reports whether a tensor has the width that another one has now because all operations between them keep it.
func (t *translator) asWide(v, as *trace.Value) bool {
	for v != as {
		op := v.Producer
		if op == nil || len(op.Inputs) == 0 {
			return false
		}
		is := t.became[op]
		switch {
		case t.bypass[op]:
			v = op.Inputs[0]
		case is == nil:
			return false
		case is.Kind.ElementWise() && is.Output.Shape.Width.Equal(is.Inputs[0].Shape.Width):
			v = t.kept(op)
		case t.follow[op] != nil:
			v = t.follow[op]
		case is.Kind.Joins, op.Kind.Products, choosesWidth(op), !is.Output.Shape.Width.Equal(is.Inputs[0].Shape.Width):
			return false
		default:
			v = op.Inputs[0]
		}
	}
	return true
}

// kept is the first operand that a merge still has.
func (t *translator) kept(op *trace.Operation) *trace.Value {
	for k, in := range op.Inputs {
		if !slices.Contains(t.cut[op], k) {
			return in
		}
	}
	return op.Inputs[0]
}

// passes reports whether the output width of an operation changes with that of an input.
func (t *translator) passes(op *trace.Operation) bool {
	if followed := t.follow[op]; followed != nil {
		return t.moved[followed]
	}
	switch {
	case op.Kind.Source, op.Kind.Slices, op.Kind.Pads, !t.fixed[op].IsZero(), choosesWidth(op):
		return false
	case op.Args.Has("shape"):
		return op.Output.Shape.Width.Equal(op.Inputs[0].Shape.Width)
	}
	return true
}
