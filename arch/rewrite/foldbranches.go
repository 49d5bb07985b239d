package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// FoldBranches is [Fold], and then each sum of products of one tensor becomes a single product with a bias: products with
// smaller kernels, the tensor itself and its norm fit into the weights of the product with the largest kernel (Ding et al.
// 2021, arXiv:2101.03697, section 3.3). It holds where runs are at least 1. The error is ErrUnevenFolds.
func FoldBranches(t *trace.Trace) (folded *trace.Trace, runs []symbolic.Expr, err error) {
	t, runs, err = Fold(t)
	if err != nil {
		return nil, nil, err
	}
	f := newFolder(t)
	f.runs = runs
	for _, op := range t.Operations() {
		if op.Kind.Sums() && !op.Site() {
			if err := f.settle(func() verdict { return f.foldSum(op) }); err != nil {
				return nil, nil, err
			}
		}
	}
	return f.changed(t), f.runs, nil
}

// foldSum folds a sum into the product with the largest kernel among its paths, where all paths are linear in one tensor.
func (f *folder) foldSum(sum *trace.Operation) verdict {
	largest, is := f.largest(sum)
	if largest == nil {
		return is
	}
	var gone []*trace.Operation
	for _, in := range sum.Inputs {
		if in == largest.Output {
			continue
		}
		fits := no
		if staysInPlace(largest) {
			fits = f.same(in, largest.Inputs[0])
		}
		if fits != yes {
			fits = max(fits, f.branch(in, sum, largest))
			gone = append(gone, in.Producer)
		}
		is = min(is, fits)
	}
	if is != yes {
		return is
	}
	for _, op := range gone {
		f.gone[op] = op.Inputs[0]
	}
	f.gone[sum] = largest.Output
	f.args[largest] = largest.Args.With(map[string]symbolic.Expr{arch.Bias: symbolic.Int(1)})
	return yes
}

// largest is the product with the largest kernel among the paths of a sum that nothing else reads. With maybe there may be others.
func (f *folder) largest(sum *trace.Operation) (largest *trace.Operation, is verdict) {
	is = yes
	for _, in := range sum.Inputs {
		op, folds := f.product(in, sum, map[*trace.Value]bool{})
		switch {
		case folds == no:
		case folds == maybe:
			is = maybe
		case largest == nil || larger(op, largest):
			largest = op
		}
	}
	if largest == nil && is == yes {
		is = no
	}
	return largest, is
}

// branch says whether a path of a sum is a single operation that fits into the weights of another path.
func (f *folder) branch(in *trace.Value, sum, into *trace.Operation) verdict {
	op, is := in.Producer, no
	switch {
	case op == nil:
		if len(f.behind(in)) > 0 && f.tensor(in)&justOnce != 0 {
			is = maybe
		}
		return is
	case len(op.Inputs) != 1:
		return no
	case op.Kind.Folds && !op.Shared() && staysInPlace(into):
		is = f.weights(op).are(never)
	case fitsInto(op, into):
		is = f.takes(op)
	}
	if f.of[op] != f.of[sum] {
		is = min(is, maybe)
	}
	return min(is, f.tensor(in).are(justOnce), f.same(op.Inputs[0], into.Inputs[0]))
}

// same says whether two tensors are one; those that enter or leave loops may be in some iterations.
func (f *folder) same(a, b *trace.Value) verdict {
	if a == b {
		return yes
	}
	all, other := f.everything(a, nil), f.everything(b, nil)
	if slices.ContainsFunc(all, func(v *trace.Value) bool { return slices.Contains(other, v) }) {
		return maybe
	}
	return no
}

// everything adds all tensors that one may stand for to a list.
func (f *folder) everything(v *trace.Value, list []*trace.Value) []*trace.Value {
	if slices.Contains(list, v) {
		return list
	}
	list = append(list, v)
	for _, made := range f.behind(v) {
		list = f.everything(made, list)
	}
	return list
}

// kernelOf is the extents of a kernel; none for a product at each position.
func kernelOf(op *trace.Operation) []symbolic.Expr { return op.Args.Axes("kernel") }

// larger reports whether no extent of a kernel is less than that of another one.
func larger(a, b *trace.Operation) bool {
	for k, e := range kernelOf(a) {
		if k >= len(kernelOf(b)) || !e.Sub(kernelOf(b)[k]).NeverNegative() {
			return false
		}
	}
	return true
}

// centred reports whether the kernel of a product looks as far to each side, over every position, so that smaller ones fit in its middle.
func centred(op *trace.Operation) bool {
	if len(kernelOf(op)) == 0 {
		return true
	}
	for _, e := range kernelOf(op) {
		if n, known := e.Int64(); !known || n%2 == 0 {
			return false
		}
	}
	return op.Args.Word("padding") == arch.SamePadding && allEqual(op.Args.Axes("dilation"), symbolic.Int(1))
}

// staysInPlace reports whether a product can pass on what it reads as it is.
func staysInPlace(op *trace.Operation) bool {
	return centred(op) && !op.Kind.Transposed && allEqual(op.Args.Axes("stride"), symbolic.Int(1)) && op.Output.Shape.Equal(op.Inputs[0].Shape)
}

// fitsInto reports whether the weights of a product fit into those of another one.
func fitsInto(op, into *trace.Operation) bool {
	same := func(name string) bool {
		a, b := op.Args.Axes(name), into.Args.Axes(name)
		for k := range a {
			if len(a) != len(b) || !a[k].Equal(b[k]) {
				return false
			}
		}
		return true
	}
	return op.Kind == into.Kind && !op.Kind.Transposed && larger(into, op) && centred(op) && centred(into) && same("stride") && same("groups") && op.Args.Value(arch.Shared).IsZero()
}
