package trace

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// writeOut is the trace with some iterations of each loop in its place, one after the other, as it is: the network is not asked.
// How often a loop runs must be a number in each iteration around it.
func (t *Trace) writeOut(chosen func(l *Loop, times symbolic.Expr) ([]symbolic.Expr, error)) (*Trace, error) {
	w := &writer{
		budget: symbolic.NewBudget(),
		chosen: chosen, indices: symbolic.Bindings{}, ids: t.Input.ID,
		now: map[*Value]*Value{t.Input: t.Input}, made: map[*Operation]*Operation{}, pasts: map[*Value][]*Value{}, read: map[*Loop][]*Value{}, past: map[*Value][]*Value{},
	}
	w.mirrored(t.Body)
	if err := w.nodes(t.Body); err != nil {
		return nil, err
	}
	out := &Trace{Network: t.Network, Bound: t.Bound, Free: t.Free, Budget: t.Budget, Assumptions: t.Assumptions, Input: t.Input, Body: w.out, changed: t.changed}
	out.Output, out.Outputs = w.now[t.Output], append(w.all(t.Outputs), w.heads...)
	return out, nil
}

// writer writes the loops of a trace out.
type writer struct {
	chosen  func(l *Loop, times symbolic.Expr) ([]symbolic.Expr, error)
	around  []*Loop // the loops around, the outermost first
	indices symbolic.Bindings
	now     map[*Value]*Value         // in the iteration that is written
	made    map[*Operation]*Operation // likewise
	ids     int
	budget  *symbolic.Budget
	lists   lists
	out     []Node
	heads   []*Value
	pasts   map[*Value][]*Value // what such a value stands for
	read    map[*Loop][]*Value  // what later loops mirror of one
	past    map[*Value][]*Value // of such a tensor, one for each iteration so far
}

func (w *writer) nodes(nodes []Node) error {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Operation:
			if !w.budget.Spend(symbolic.Layers, 1) {
				return fmt.Errorf("written out, the network has %s", w.budget.Beyond(symbolic.Layers))
			}
			w.operation(n)
		case *Loop:
			if err := w.loop(n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) operation(op *Operation) {
	made := *op
	made.Name = w.name(op.Name)
	made.Args, _ = op.Args.Substitute(w.indices)
	made.Survives = op.Survives.Substitute(w.indices)
	made.Inputs = nil
	for _, in := range op.Inputs {
		if all, is := w.pasts[in]; is {
			made.Inputs = append(made.Inputs, all...)
		} else if op.Output.list != nil && in.isList() { // others read the concat of the parts
			made.Inputs = append(made.Inputs, parts([]*Value{w.now[in]})...)
		} else {
			made.Inputs = append(made.Inputs, w.now[in])
		}
	}
	w.ids++
	made.Output = &Value{ID: w.ids, Shape: op.Output.Shape.Substitute(w.indices), Producer: &made}
	if op.Output.list != nil {
		made.Output.list = made.Inputs
	}
	if op.Kind.Joins {
		made.Extends = w.lists.extend(made.Output, made.Inputs)
	}
	if op.Extends != nil { // which a list says itself, also where it goes on by several tensors at once
		made.Extends = w.now[op.Extends]
	}
	if op.Alone != nil {
		made.Alone = w.now[op.Alone]
	}
	if op.Initial != nil {
		made.Initial = &Initial{Of: w.now[op.Initial.Of], Times: op.Initial.Times.Substitute(w.indices)}
	}
	if owner, ok := w.made[op.Owner]; ok {
		made.Owner = owner
	}
	w.now[op.Output], w.made[op] = made.Output, &made
	w.out = append(w.out, &made)
}

// isList reports whether a tensor stands for the parts of a list, of which it is not known in a loop how many there are.
func (v *Value) isList() bool { return len(v.list) == 1 && v.list[0] == v }

// name is the name of an operation with the numbers of the iterations in the place of the indices.
func (w *writer) name(name string) string {
	out, from := "", 0
	for _, l := range w.around {
		head := l.Name + "[i]"
		if !strings.HasPrefix(name, head) {
			continue // of what a step is called by itself
		}
		i := w.indices[l.Index].Add(symbolic.Int(l.First))
		out += name[from:len(l.Name)] + "[" + i.ASCII() + "]"
		from = len(head)
	}
	return out + name[from:]
}

func (w *writer) loop(l *Loop) error {
	iterations, err := w.chosen(l, l.Times.Substitute(w.indices))
	if err != nil {
		return err
	}
	current := w.now[l.Start]
	past := append(w.all(pastOf(l).Before), current)
	w.around = append(w.around, l)
	w.forget(l)
	for k, i := range iterations {
		w.indices[l.Index] = i
		w.now[l.In] = current
		if l.Past != nil {
			w.pasts[l.Past.In] = l.Past.pick(past)
		}
		for _, m := range l.Mirrors {
			made := w.past[m.Made]
			w.now[m.In] = made[len(made)-1-k]
		}
		if err := w.nodes(l.Body); err != nil {
			return err
		}
		current = w.now[l.Out]
		past = append(past, current)
		w.heads = append(w.heads, w.all(l.Outputs)...)
		w.note(l)
	}
	w.around = w.around[:len(w.around)-1]
	delete(w.indices, l.Index)
	w.now[l.Result] = current
	if l.Past != nil {
		w.pasts[l.Past.Result] = l.Past.pick(past)
	}
	return nil
}

// mirrored notes which tensors later loops read of each iteration.
func (w *writer) mirrored(nodes []Node) {
	for _, n := range nodes {
		if l, is := n.(*Loop); is {
			for _, m := range l.Mirrors {
				w.read[m.Of] = append(w.read[m.Of], m.Made)
			}
			w.mirrored(l.Body)
		}
	}
}

// forget begins to note anew what a loop makes for those that mirror it.
func (w *writer) forget(l *Loop) {
	for _, v := range w.read[l] {
		w.past[v] = nil
	}
}

// note notes what an iteration made for loops that mirror it.
func (w *writer) note(l *Loop) {
	for _, v := range w.read[l] {
		w.past[v] = append(w.past[v], w.now[v])
	}
}

func (w *writer) all(values []*Value) []*Value {
	var out []*Value
	for _, v := range values {
		out = append(out, w.now[v])
	}
	return out
}

// allOf lists so many iterations.
func allOf(times int64) []symbolic.Expr {
	all := make([]symbolic.Expr, times)
	for i := range all {
		all[i] = symbolic.Int(int64(i))
	}
	return all
}
