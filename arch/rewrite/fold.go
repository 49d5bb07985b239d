package rewrite

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// ErrUnevenFolds is the error for a repeat in which a norm folds in some iterations only: it stands behind another operation in
// them than in the others, or more operations read what is before it there.
var ErrUnevenFolds = errors.New("norms fold in some iterations of a repeat only; bind the symbols")

// Fold is the trace as exporters write it for inference: a norm directly behind a product that nothing else reads is gone, its
// scale in the weights of the product and its shift in a bias, which the product gets if it has none. Weights that are shared
// stay as they are. Where symbols are free it holds where runs are at least 1. The error is ErrUnevenFolds.
func Fold(t *trace.Trace) (folded *trace.Trace, runs []symbolic.Expr, err error) {
	f := newFolder(t)
	for _, op := range t.Operations() {
		if op.Kind.Folds && !op.Shared() {
			if err := f.settle(func() verdict { return f.fold(op) }); err != nil {
				return nil, nil, err
			}
		}
	}
	return f.changed(t), f.runs, nil
}

// changed is the trace without the operations that have folded.
func (f *folder) changed(t *trace.Trace) *trace.Trace {
	if len(f.gone) == 0 {
		return t
	}
	return t.Changed(f.gone, f.args)
}

func newFolder(t *trace.Trace) *folder {
	f := &folder{
		reads: newReads(t), enter: map[*trace.Value]*trace.Loop{}, leave: map[*trace.Value]*trace.Loop{}, mirror: map[*trace.Value]*trace.Value{},
		gone: map[*trace.Operation]*trace.Value{}, args: map[*trace.Operation]arch.Args{},
	}
	f.loops(t.Body)
	return f
}

// folder finds what folds into products.
type folder struct {
	*reads
	enter  map[*trace.Value]*trace.Loop      // loops by the tensors that enter their iterations
	leave  map[*trace.Value]*trace.Loop      // and by their results
	mirror map[*trace.Value]*trace.Value     // the tensor of an earlier loop that a mirrored one stands for
	gone   map[*trace.Operation]*trace.Value // folded norms and sums, with the tensors that replace them
	args   map[*trace.Operation]arch.Args    // of products that get a bias
	runs   []symbolic.Expr                   // see [Fold]
}

// settle finds out whether an operation folds. Where that depends on free symbols, loops are taken to run at least once, or else twice.
func (f *folder) settle(folds func() verdict) error {
	for least := range int64(3) {
		f.grant(least)
		if folds() != maybe {
			f.takeForGranted()
			return nil
		}
	}
	return ErrUnevenFolds
}

// takeForGranted records what the last verdict depends on.
func (f *folder) takeForGranted() {
	for _, e := range f.taken {
		if !slices.ContainsFunc(f.runs, e.Equal) {
			f.runs = append(f.runs, e)
		}
	}
}

// loops records the tensors that enter and leave loops.
func (f *folder) loops(nodes []trace.Node) {
	for _, n := range nodes {
		l, is := n.(*trace.Loop)
		if !is {
			continue
		}
		f.enter[l.In], f.leave[l.Result] = l, l
		for _, m := range l.Mirrors {
			f.mirror[m.In] = m.Made
		}
		f.loops(l.Body)
	}
}

// behind lists the tensors that one which enters or leaves a loop may stand for; none for the output of an operation.
func (f *folder) behind(v *trace.Value) []*trace.Value {
	if l := f.enter[v]; l != nil {
		return []*trace.Value{l.Start, l.Out}
	}
	if made := f.mirror[v]; made != nil {
		return []*trace.Value{made}
	}
	l := f.leave[v]
	if l == nil {
		return nil
	}
	var made []*trace.Value
	runs := f.iterations(l)
	if runs != never {
		made = append(made, l.Out)
	}
	if runs&never != 0 {
		made = append(made, l.Start)
	}
	return made
}

// fold takes a norm into the product before it, if there is one. In a chain of norms each follows those before it.
func (f *folder) fold(norm *trace.Operation) verdict {
	product, is := f.product(norm.Inputs[0], norm, map[*trace.Value]bool{})
	if is = min(is, f.weights(norm).are(never)); is != yes {
		return is
	}
	f.gone[norm] = norm.Inputs[0]
	f.args[product] = product.Args.With(map[string]symbolic.Expr{arch.Bias: symbolic.Int(1)})
	return yes
}

// product is the operation that makes a tensor, norms that have folded apart, and says whether the reader of the tensor folds into
// it: where it is the only one, in the same iterations.
func (f *folder) product(v *trace.Value, by *trace.Operation, seen map[*trace.Value]bool) (*trace.Operation, verdict) {
	alone := f.tensor(v).are(justOnce)
	if alone == no || seen[v] {
		return nil, no
	}
	seen[v] = true
	op, is := v.Producer, no
	switch {
	case op == nil:
		for _, made := range f.behind(v) {
			if _, may := f.product(made, by, seen); may != no {
				is = maybe
			}
		}
	case f.gone[op] != nil, op.Kind.Folds && len(seen) > 1: // in an earlier iteration, in which it may fold
		op, is = f.product(op.Inputs[0], by, seen)
	case op.Training == by.Training:
		is = f.takes(op)
	}
	if is == yes && f.of[op] != f.of[by] {
		is = maybe
	}
	return op, min(is, alone)
}

// takes says whether others may fold into an operation: it is a product, and no other uses its weights.
func (f *folder) takes(op *trace.Operation) verdict {
	if !op.Kind.TakesFolds || op.Shared() {
		return no
	}
	return f.weights(op).are(never)
}
