package trace

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// IsList reports whether a value is a concat of a list, whose parts others list again.
func (v *Value) IsList() bool { return v.list != nil }

// ReadsSeveral reports whether an operation reads a value as several tensors: those of many iterations, or the parts of a list,
// whose number is not known in a loop. Other operations read the concat of the parts.
func (o *Operation) ReadsSeveral(in *Value) bool {
	return !in.Many.IsZero() || o.Output.IsList() && in.IsList()
}

// changesList reports whether an iteration of the closed loop makes a list of an input that is none, or the reverse.
func (l *loop) changesList(nodes []Node) bool {
	if len(nodes) == 0 {
		return false
	}
	n, is := nodes[len(nodes)-1].(*Loop)
	return is && (n.Out.list != nil) != (n.In.list != nil)
}

// copies counts the places in the body of the closed loop that depend on whether a list enters, where one enters in some iterations
// only: the concats that make a list of a tensor that is none, and, if there are any, the layers and heads that read such a tensor and the
// layers before the first of these concats. first is that one, as it stands in the first iteration; nil if there is none.
func (l *loop) copies(nodes []Node) (places int, first *Operation) {
	if !l.changesList(nodes) {
		return 0, nil
	}
	n := nodes[len(nodes)-1].(*Loop)
	// An input that is no list is copied where it is read as one.
	entered := map[*Value]bool{n.In: true}
	count, others := 0, 0
	read := func(values []*Value) int {
		return len(slices.DeleteFunc(slices.Clone(values), func(v *Value) bool { return !entered[v] }))
	}
	var visit func(*Loop, Spans)
	visit = func(around *Loop, spans Spans) {
		spans = append(slices.Clone(spans), Span{Index: around.Index, Times: around.Times})
		for _, n := range around.Body {
			switch n := n.(type) {
			case *Loop:
				entered[n.In] = entered[n.Start]
				visit(n, spans)
				// One that does not run hands on what enters it, as does one whose iterations may hand it on.
				entered[n.Result] = entered[n.Start] && (n.Out == n.In || entered[n.Out] || !l.resolver.supposed(spans, n.Times, 1))
			case *Operation:
				if n.Output.list != nil && (l.in.list != nil || len(n.Inputs) == 1 && entered[n.Inputs[0]]) {
					if count++; count == 1 {
						first = l.inFirst(n, spans[len(l.resolver.around):])
					}
				} else if count == 0 || n.Output.list == nil && read(n.Inputs) > 0 {
					others++
				}
			}
		}
		others += read(around.Outputs)
	}
	visit(n, l.resolver.around)
	if count == 0 {
		return 0, nil
	}
	return count + others, first
}

// inFirst is an operation of the closed loop in its first iteration, and in those of the loops in it that are around.
func (l *loop) inFirst(op *Operation, around Spans) *Operation {
	at := symbolic.Bindings{}
	for _, s := range around {
		at[s.Index] = symbolic.Expr{}
	}
	made := *op
	made.Name = l.label + strings.ReplaceAll(op.Name[len(l.label):], "[i]", "[0]")
	made.Survives, made.Iteration.Number = op.Survives.Substitute(at), op.Iteration.Number.Substitute(at)
	return &made
}
