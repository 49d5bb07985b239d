package trace

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// writeOut is the trace with each loop replaced by some of its iterations, one after the other, without resolving the network
// again. The count of a loop must be a number in each iteration around it.
func (t *Trace) writeOut(chosen func(l *Loop, times symbolic.Expr) ([]symbolic.Expr, error)) (*Trace, error) {
	w := newWriter(t)
	w.chosen = func(l *Loop, times symbolic.Expr) ([]sample, error) {
		indices, err := chosen(l, times)
		return singles(indices), err
	}
	return w.write(t)
}

func newWriter(t *Trace) *writer {
	return &writer{
		budget: t.Budget.Copy(), indices: symbolic.Bindings{}, numbers: map[string]string{}, ids: t.Input.ID,
		now: map[*Value]*Value{}, made: map[*Operation]*Operation{}, pasts: map[*Value][]*Value{}, mirrored: map[*Loop]map[*Value][]*Value{}, loose: map[*Value]bool{}, jumps: map[*Value]bool{},
	}
}

// write writes a trace out.
func (w *writer) write(t *Trace) (*Trace, error) {
	input := t.Input
	if len(w.indices) > 0 {
		input = &Value{ID: t.Input.ID, Shape: t.Input.Shape.Substitute(w.indices)}
	}
	w.now[t.Input] = input
	w.mirrors(t.Body)
	if err := w.nodes(t.Body); err != nil {
		return nil, err
	}
	out := &Trace{Network: t.Network, Bound: t.Bound, Free: t.Free, Budget: t.Budget, Assumptions: t.Assumptions, Input: input, Body: w.out, changed: t.changed, blocks: inBlocks(t.Body)}
	out.Output, out.Outputs = w.now[t.Output], append(w.all(t.Outputs), w.heads...)
	return out, nil
}

// sample is an iteration of a loop that is written.
type sample struct {
	at   symbolic.Expr // the index
	span *Span         // all iterations that it stands for; nil for a single one
	idle bool          // it stands for no iteration, and only serves its neighbours
	jump bool          // iterations are left out before it
}

// singles are iterations each of which stands for itself.
func singles(indices []symbolic.Expr) []sample {
	out := make([]sample, len(indices))
	for k, i := range indices {
		out[k].at = i
	}
	return out
}

// around is a loop that encloses what is being written, and the text for its iteration in names, such as [3].
type around struct{ loop, iteration string }

// writer writes the loops of a trace out.
type writer struct {
	chosen  func(l *Loop, times symbolic.Expr) ([]sample, error)
	sampled *Sampled                  // facts about the operations, where iterations stand for others; else nil
	within  Spans                     // of the samples around that stand for several iterations
	idle    int                       // how many samples around stand for no iteration
	jump    int                       // how many samples around have left-out iterations before them
	loose   map[*Value]bool           // outputs of samples that stand for several iterations, or for none
	jumps   map[*Value]bool           // outputs of samples that do not directly follow the one written before
	around  []around                  // the loops around, the outermost first
	indices symbolic.Bindings         // and of symbols that get values
	numbers map[string]string         // of iterations in names, while the indices stay
	now     map[*Value]*Value         // in the iteration that is written
	made    map[*Operation]*Operation // likewise
	ids     int
	budget  *symbolic.Budget
	lists   lists
	out     []Node
	heads   []*Value
	pasts   map[*Value][]*Value // the tensors that a value of a past stands for
	// mirrored is the tensors of a loop that later ones mirror, those of each iteration so far; nil for other loops.
	mirrored map[*Loop]map[*Value][]*Value
}

func (w *writer) nodes(nodes []Node) error {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Operation:
			if !w.budget.Spend(symbolic.Layers, 1) {
				return fmt.Errorf("written out, the network has %s", w.budget.Beyond(symbolic.Layers))
			}
			if !w.budget.Spend(symbolic.Steps, w.operation(n)) {
				return fmt.Errorf("written out, the network takes %s", w.budget.Beyond(symbolic.Steps))
			}
		case *Loop:
			if err := w.loop(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// operation writes an operation, and returns its work: the tensors that it reads, of which merges of a past read more in each iteration,
// and the length of the extents that it puts out.
func (w *writer) operation(op *Operation) int {
	made := *op
	made.Name = w.name(op.Name)
	made.Args, _ = op.Args.Substitute(w.indices)
	made.Survives = op.Survives.Substitute(w.indices)
	made.Iteration.Number = op.Iteration.Number.Substitute(w.indices)
	made.Inputs = nil
	for _, in := range op.Inputs {
		if all, is := w.pasts[in]; is {
			made.Inputs = append(made.Inputs, all...)
		} else if op.ReadsSeveral(in) || op.Output.IsList() && w.now[in].IsList() { // as the first iteration may read no list, but later ones do
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
	if op.Extends != nil { // which lists record themselves, even if they are extended by several tensors at once
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
	if w.sampled != nil {
		w.sampled.note(&made, w)
	}
	return len(made.Inputs) + int(made.Output.Shape.Width.Size()) - 1
}

// name is the name of an operation, with the numbers of iterations in place of indices.
func (w *writer) name(name string) string {
	out, from := "", 0
	for _, l := range w.around {
		if !strings.HasPrefix(name, l.loop) || !strings.HasPrefix(name[len(l.loop):], "[i]") {
			continue // the step has a name of its own inside this loop
		}
		out += name[from:len(l.loop)] + l.iteration
		from = len(l.loop) + len("[i]")
	}
	return w.numbered(out + name[from:])
}

// numbered is a name in which iterations that are counted from the last one, of a repeat that runs as often as the index around says, have
// their numbers.
func (w *writer) numbered(name string) string {
	before, rest, is := strings.Cut(name, "[")
	if !is || !strings.Contains(rest, madeUp) {
		return name
	}
	number, after, _ := strings.Cut(rest, "]")
	return before + "[" + w.number(number) + "]" + w.numbered(after)
}

// number is an iteration that the indices of loops around say. It is remembered while these stay: layers beside one another have the same.
func (w *writer) number(text string) string {
	if known, is := w.numbers[text]; is {
		return known
	}
	number := text
	byLength := func(a, b string) int { return cmp.Compare(len(b), len(a)) } // one may begin with another
	for _, index := range slices.SortedFunc(maps.Keys(w.indices), byLength) {
		if strings.Contains(number, index) { // as printing takes time
			number = strings.ReplaceAll(number, index, "("+w.indices[index].ASCII()+")")
		}
	}
	if e, err := symbolic.Parse(number); err == nil {
		number = e.ASCII()
	}
	w.numbers[text] = number
	return number
}

func (w *writer) loop(l *Loop) error {
	iterations, err := w.chosen(l, l.Times.Substitute(w.indices))
	if err != nil {
		return err
	}
	current := w.now[l.Start]
	past := append(w.all(pastOf(l).Before), current)
	w.around = append(w.around, around{loop: l.Name})
	w.forget(l)
	for k, i := range iterations {
		within, idle, jump := w.within, w.idle, w.jump
		w.indices[l.Index] = i.at
		clear(w.numbers)
		w.around[len(w.around)-1].iteration = "[" + i.at.Add(symbolic.Int(l.First)).ASCII() + "]"
		if i.span != nil {
			w.within = append(w.within[:len(w.within):len(w.within)], *i.span)
		} else if i.idle {
			w.idle++
		}
		if i.jump {
			w.jump++
		}
		w.now[l.In] = current
		if l.Past != nil {
			w.pasts[l.Past.In] = w.together(l.Past.In, l.Past, past)
		}
		for _, m := range l.Mirrors {
			made := w.mirrored[m.Of][m.Made]
			w.now[m.In] = made[len(made)-1-k]
		}
		if err := w.nodes(l.Body); err != nil {
			return err
		}
		current = w.now[l.Out]
		past = append(past, current)
		if i.jump && current.list != nil { // others would be among its parts
			current.list = []*Value{current}
		}
		w.loose[current], w.jumps[current] = w.loose[current] || i.span != nil || i.idle, w.jumps[current] || i.jump
		w.heads = append(w.heads, w.all(l.Outputs)...)
		w.note(l)
		w.within, w.idle, w.jump = within, idle, jump
	}
	w.around = w.around[:len(w.around)-1]
	delete(w.indices, l.Index)
	clear(w.numbers)
	w.now[l.Result] = current
	if l.Past != nil {
		w.pasts[l.Past.Result] = w.together(l.Past.Result, l.Past, past)
	}
	return nil
}

// together is the tensors that are read in place of a value that stands for several: those that are written by themselves, and
// one value that stands for the others.
func (w *writer) together(v *Value, p *Past, past []*Value) []*Value {
	if !slices.ContainsFunc(past, func(of *Value) bool { return w.loose[of] }) {
		return p.pick(past)
	}
	w.ids++
	rest := &Value{ID: w.ids, Shape: v.Shape.Substitute(w.indices), Many: v.Many.Substitute(w.indices)}
	read := []*Value{rest}
	counted := true // the distance of a tensor from the latest is known
	for k := len(past) - 1; k >= 0; k-- {
		one := past[k]
		switch known := counted || p.Stride == 1; {
		case known && int64(len(past)-1-k)%p.Stride != 0:
		case known && !w.loose[one]:
			read, rest.Many = append(read, one), rest.Many.Sub(symbolic.Int(1))
		default:
			rest.some = append(rest.some, one)
		}
		counted = counted && !w.jumps[one]
	}
	if len(rest.some) == 0 {
		return read[1:]
	}
	return read
}

// mirrors finds the tensors of loops that later ones mirror.
func (w *writer) mirrors(nodes []Node) {
	for _, n := range nodes {
		l, is := n.(*Loop)
		if !is {
			continue
		}
		for _, m := range l.Mirrors {
			if w.mirrored[m.Of] == nil {
				w.mirrored[m.Of] = map[*Value][]*Value{}
			}
			w.mirrored[m.Of][m.Made] = nil
		}
		w.mirrors(l.Body)
	}
}

// forget discards the recorded tensors of a loop for those that mirror it.
func (w *writer) forget(l *Loop) {
	for v := range w.mirrored[l] {
		w.mirrored[l][v] = nil
	}
}

// note records the tensors of an iteration for loops that mirror it.
func (w *writer) note(l *Loop) {
	for v, made := range w.mirrored[l] {
		w.mirrored[l][v] = append(made, w.now[v])
	}
}

func (w *writer) all(values []*Value) []*Value {
	var out []*Value
	for _, v := range values {
		out = append(out, w.now[v])
	}
	return out
}

// allOf lists the indices of all iterations.
func allOf(times int64) []symbolic.Expr {
	all := make([]symbolic.Expr, times)
	for i := range all {
		all[i] = symbolic.Int(int64(i))
	}
	return all
}
