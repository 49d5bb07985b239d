package trace

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Typical is a trace without loops that stands for all iterations of each loop: the first by itself, and one for all others,
// with the index as a symbol. The input of the latter, and the output of the loop, are made by operations that
// [Typical.Carries] reports.
type Typical struct {
	*Trace
	Within map[*Operation][]Span // the loops of which an operation stands for all iterations but the first, the outermost first
	Runs   []symbolic.Expr       // the counts of loops, which are at least 1
}

// carried is the kind of an operation that stands for passing a tensor from one iteration of a loop to the next, and out of the
// last one.
var carried = &arch.Kind{Name: "carried"}

// Carries reports whether an operation stands for passing a tensor from one iteration to the next, or out of a loop.
func (*Typical) Carries(op *Operation) bool { return op.Kind == carried }

// Typical takes the first and one more iteration of each loop. Its error names a loop inside another one that may not run in
// some of its iterations, or a loop with too many operations.
func (t *Trace) Typical() (*Typical, error) { return t.typical(nil) }

// TypicalCounted is Typical, but with all iterations of loops whose counts are numbers, except those that mirror one another.
func (t *Trace) TypicalCounted() (*Typical, error) {
	mirrored := map[*Loop]bool{}
	var visit func(nodes []Node)
	visit = func(nodes []Node) {
		for _, n := range nodes {
			if l, is := n.(*Loop); is {
				for _, m := range l.Mirrors {
					mirrored[l], mirrored[m.Of] = true, true
				}
				visit(l.Body)
			}
		}
	}
	visit(t.Body)
	return t.typical(func(l *Loop) bool { return !mirrored[l] })
}

// typical takes all iterations of the loops for which all holds, where their counts are numbers.
func (t *Trace) typical(all func(*Loop) bool) (*Typical, error) {
	out := &Typical{
		Trace:  &Trace{Network: t.Network, Bound: t.Bound, Free: t.Free, Budget: t.Budget, Input: t.Input, Assumptions: t.Assumptions},
		Within: map[*Operation][]Span{},
	}
	b := &typifier{out: out, all: all, budget: t.Budget.Copy(), now: map[*Value]*Value{t.Input: t.Input}, names: symbolic.Bindings{}, ids: t.Input.ID}
	if err := b.nodes(t.Body); err != nil {
		return nil, err
	}
	out.Output = b.now[t.Output]
	for _, v := range t.Outputs {
		out.Outputs = append(out.Outputs, b.now[v])
	}
	return out, nil
}

type typifier struct {
	out     *Typical
	all     func(*Loop) bool // see [Trace.typical]; nil for none
	now     map[*Value]*Value
	names   symbolic.Bindings // the indices of first iterations
	around  []Span            // of the others
	skipped bool              // a loop inside did not run in the first iteration
	ids     int
	budget  *symbolic.Budget
}

func (b *typifier) nodes(nodes []Node) error {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Operation:
			b.operation(n)
		case *Loop:
			if err := b.loop(n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *typifier) operation(op *Operation) {
	made := *op
	made.Inputs = make([]*Value, len(op.Inputs))
	for k, in := range op.Inputs {
		made.Inputs[k] = b.now[in]
	}
	made.Extends = b.now[op.Extends]
	b.now[op.Output] = b.make(&made, op.Output.Shape)
}

func (b *typifier) make(op *Operation, shape arch.Shape) *Value {
	b.ids++
	b.budget.Spend(symbolic.Layers, 1)
	op.Output = &Value{ID: b.ids, Shape: shape.Substitute(b.names), Producer: op}
	b.out.Body = append(b.out.Body, op)
	b.out.Within[op] = slices.Clone(b.around)
	return op.Output
}

// carry makes the tensor that replaces another one, with a shape of its own.
func (b *typifier) carry(l *Loop, from *Value, shape arch.Shape) *Value {
	return b.make(&Operation{Name: l.Name, Kind: carried, Inputs: []*Value{from}, Pos: l.Pos}, shape)
}

func (b *typifier) loop(l *Loop) error {
	if b.budget.Over(symbolic.Layers) {
		return fmt.Errorf("%s is nested too deep: two iterations of each repeat are %s", l.Name, b.budget.Beyond(symbolic.Layers))
	}
	if l.Past != nil {
		return fmt.Errorf("%s: an iteration reads what all before it made", l.Name)
	}
	times := l.Times.Substitute(b.names)
	if times.IsZero() {
		b.skipped = b.skipped || !l.Times.IsZero()
		b.now[l.Result] = b.now[l.Start]
		return nil
	}
	if err := b.runs(l, times); err != nil {
		return err
	}
	b.now[l.In] = b.now[l.Start]
	count, counted := times.Int64()
	if counted = counted && b.all != nil && b.all(l); !counted {
		count = 1
	}
	skipped := b.skipped
	b.skipped = false
	err := b.first(l, count)
	if b.skipped && !counted && err == nil { // loops that only run in later iterations need some of these
		err = b.runs(l, times.Sub(symbolic.Int(1)))
	}
	b.skipped = skipped
	if err != nil || counted {
		b.now[l.Result] = b.now[l.Out]
		return err
	}
	b.around = append(b.around, Span{Index: l.Index, First: 1, Times: times})
	b.now[l.In] = b.carry(l, b.now[l.Out], l.In.Shape)
	err = b.iteration(l)
	b.around = b.around[:len(b.around)-1]
	b.now[l.Result] = b.carry(l, b.now[l.Out], l.Result.Shape)
	return err
}

// first takes a number of the first iterations of a loop, each by itself.
func (b *typifier) first(l *Loop, count int64) error {
	defer delete(b.names, l.Index)
	for k := range count {
		if b.budget.Over(symbolic.Layers) {
			return fmt.Errorf("%s runs too often: its iterations are %s", l.Name, b.budget.Beyond(symbolic.Layers))
		}
		if k > 0 {
			b.now[l.In] = b.now[l.Out]
		}
		b.names[l.Index] = symbolic.Int(k)
		if err := b.iteration(l); err != nil {
			return err
		}
	}
	return nil
}

// runs makes sure that a loop runs at least once, or notes that it must.
func (b *typifier) runs(l *Loop, times symbolic.Expr) error {
	if _, constant := times.Rational(); constant {
		return nil
	}
	symbols := times.Symbols()
	if !slices.ContainsFunc(b.around, func(s Span) bool { return slices.Contains(symbols, s.Index) }) {
		b.out.Runs = append(b.out.Runs, times)
		return nil
	}
	if conditions, ok := Spans(b.around).AtLeast(times, 1); !ok || len(conditions) > 0 {
		return fmt.Errorf("%s: it may not run at all in some iterations of the repeat around it", l.Name)
	}
	return nil
}

// mirror lets a loop read the tensors of the one that it mirrors, of all iterations but the first.
func (b *typifier) mirror(l *Loop) {
	for _, m := range l.Mirrors {
		if b.now[m.In] = b.now[m.Made]; m.Made.Shape.Has(m.Of.Index) {
			b.now[m.In] = b.carry(l, b.now[m.Made], m.In.Shape)
		}
	}
}

// iteration runs the body.
func (b *typifier) iteration(l *Loop) error {
	b.mirror(l)
	if err := b.nodes(l.Body); err != nil {
		return err
	}
	for _, v := range l.Outputs {
		b.out.Outputs = append(b.out.Outputs, b.now[v])
	}
	return nil
}
