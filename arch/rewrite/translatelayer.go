package rewrite

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// layer translates a layer: it is gone, has another width, or keeps its output although its input is wider or narrower now.
func (t *translator) layer(run *trace.Run, l *arch.Layer, at scene) []arch.Step {
	op := run.Out.Producer
	if t.bypass[op] {
		return passing(run.Step)
	}
	if t.became[op] == nil {
		return nil
	}
	s := *run.Step
	if op.Kind != l.Kind.For(run.In.Shape) {
		s.Do = t.opened(run, l, op, at)
		return []arch.Step{s}
	}
	width, chosen := t.chosen(run, op)
	untied := op.Shared() && !t.became[op].Shared()
	if !chosen && !untied && !t.moved[run.In] || len(op.Inputs) == 0 {
		return []arch.Step{s}
	}
	made := &arch.Layer{Kind: l.Kind, Args: maps.Clone(l.Args)}
	if t.moved[run.In] {
		made.Args = t.arguments(run, l, op, at)
	}
	if untied {
		delete(made.Args, arch.Shared)
	}
	if chosen {
		given := arch.Expression{}
		if arg := l.Args["out"]; len(arg.Values) == 1 {
			given = arg.Values[0]
		}
		made.Args["out"] = arch.Argument{Values: []arch.Expression{t.put(given, width, run, at)}}
	}
	s.Do = made
	return []arch.Step{s}
}

// opened translates a layer that is written out in several operations, of which op is the last: without the values of the first
// layer where that link is cut, and with explicit widths where the width of the input has changed.
func (t *translator) opened(run *trace.Run, l *arch.Layer, op *trace.Operation, at scene) *arch.Layer {
	made := &arch.Layer{Kind: l.Kind, Args: maps.Clone(l.Args)}
	if sum := residual(l, run.Out); sum != nil && t.changes(sum) {
		t.translated[sum] = true
		delete(made.Args, arch.ValueResidual)
	}
	width, chosen := t.chosen(run, op)
	if !chosen && !t.moved[run.In] {
		return made
	}
	for name, arg := range made.Args {
		values := make([]arch.Expression, len(arg.Values))
		for k, e := range arg.Values {
			values[k] = t.freeze(e, run, at)
		}
		made.Args[name] = arch.Argument{Values: values, Word: arg.Word, Pos: arg.Pos}
	}
	keep := func(name string) {
		if len(made.Args[name].Values) == 0 {
			made.Args[name] = arch.Argument{Values: []arch.Expression{t.say(t.before(run, run.In), run, at)}}
		}
	}
	keep("inner")
	keep("out")
	if chosen {
		made.Args["out"] = arch.Argument{Values: []arch.Expression{t.put(made.Args["out"].Values[0], width, run, at)}}
	}
	return made
}

// chosen is the output width that an edit, or a merge behind, gives to a layer; false if the layer keeps its own.
func (t *translator) chosen(run *trace.Run, op *trace.Operation) (symbolic.Expr, bool) {
	followed := t.source(t.follow[op])
	switch {
	case followed == nil && t.fixed[op].IsZero():
		return symbolic.Expr{}, false
	case followed == nil:
		return t.fixed[op], true
	}
	enter := t.merging(followed)
	if enter != nil && (t.moved[followed] || t.moved[enter.run.In]) && t.asWide(followed, enter.run.In) {
		return perDirection(op, symbolic.Symbol(enter.symbol)), true
	}
	if t.moved[followed] {
		for _, enter := range slices.Backward(t.blocked) {
			if t.asWide(followed, enter.run.In) {
				return perDirection(op, symbolic.Symbol(enter.symbol)), true
			}
		}
		t.fail("the width of %s, which %s takes, is made elsewhere", tensorName(followed), op.Name)
		return symbolic.Expr{}, false
	}
	if now := t.now[op.Output]; now != nil && !t.moved[op.Output] && (enter == nil || t.edits[enter.run.Out.Producer].To == "") {
		return symbolic.Expr{}, false // as it was, by what the network says
	}
	width := t.widthBefore(followed)
	if width.Equal(t.before(run, run.Out)) {
		return symbolic.Expr{}, false
	}
	return perDirection(op, width), true
}

// source is the tensor that another one is a copy of, where the copy is removed.
func (t *translator) source(v *trace.Value) *trace.Value {
	for v != nil && v.Producer != nil && t.bypass[v.Producer] {
		v = v.Producer.Inputs[0]
	}
	return v
}

// perDirection is the argument out that gives a layer an output width: recurrent layers output as much for each direction.
func perDirection(op *trace.Operation, width symbolic.Expr) symbolic.Expr {
	if n := perOut(op); n != nil {
		return width.Div(symbolic.BigInt(n))
	}
	return width
}

func tensorName(v *trace.Value) string {
	if v.Producer == nil {
		return "the input"
	}
	return v.Producer.Name
}

// merging is the merge around that a tensor is an operand of; nil if there is none.
func (t *translator) merging(v *trace.Value) *entry {
	for _, enter := range slices.Backward(t.around) {
		if slices.Contains(enter.run.Out.Producer.Inputs, v) || v == enter.run.In {
			return enter
		}
	}
	return nil
}

// widthBefore is the width that a tensor had, as an expression for layers inside the merge that reads it.
func (t *translator) widthBefore(v *trace.Value) symbolic.Expr {
	for _, enter := range slices.Backward(t.around) {
		if v == enter.run.In {
			return t.before(enter.run, v)
		}
	}
	run := t.made[v]
	if run == nil {
		t.fail("the width of %s has no place", tensorName(v))
		return v.Shape.Width
	}
	return t.before(run, v)
}

// arguments translates the arguments of a layer whose input has another width now. Comparing them with the arguments at the new
// incoming width c shows which of them follow the input; the others keep their values. A width that an edit has chosen is left
// unchanged.
func (t *translator) arguments(run *trace.Run, l *arch.Layer, op *trace.Operation, at scene) map[string]arch.Argument {
	like := &trace.Value{Shape: op.Inputs[0].Shape.WithWidth(symbolic.Symbol(arch.IncomingWidth))}
	would, fault := t.args(op, []*trace.Value{like})
	if fault != nil {
		t.fail("%s: %s", op.Name, fault.Message)
		return nil
	}
	out := map[string]arch.Argument{}
	for _, p := range op.Kind.Parameters {
		given, is := l.Args[p.Name]
		was, now := op.Args.Axes(p.Name), would.Axes(p.Name)
		if p.Name == "out" && (t.follow[op] != nil || !t.fixed[op].IsZero()) {
			now = was
		}
		if op.Args.Word(p.Name) == would.Word(p.Name) && slices.EqualFunc(was, now, symbolic.Expr.Equal) {
			if !is {
				continue
			}
			arg := arch.Argument{Word: given.Word, Pos: given.Pos}
			for _, e := range given.Values {
				arg.Values = append(arg.Values, t.freeze(e, run, at))
			}
			out[p.Name] = arg
			continue
		}
		out[p.Name] = t.argument(run, given, op, now, at)
	}
	return out
}

// argument translates an argument that follows the input, or whose default was the width of the input or of the output.
func (t *translator) argument(run *trace.Run, given arch.Argument, op *trace.Operation, now []symbolic.Expr, at scene) arch.Argument {
	var arg arch.Argument
	for k, e := range now {
		switch {
		case e.Has(arch.IncomingWidth):
			arg.Values = append(arg.Values, whole(e))
		case len(given.Values) == len(now):
			arg.Values = append(arg.Values, t.freeze(given.Values[k], run, at))
		case e.Equal(op.Output.Shape.Width):
			arg.Values = append(arg.Values, t.say(t.before(run, run.Out), run, at))
		case e.Equal(op.Inputs[0].Shape.Width):
			arg.Values = append(arg.Values, t.say(t.before(run, run.In), run, at))
		default:
			t.fail("%s: where %s comes from is not known", op.Name, e.Text())
		}
	}
	return arg
}
