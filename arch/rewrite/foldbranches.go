package rewrite

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// FoldBranches is [Fold], and then each sum of products of one tensor becomes a single product with a bias: products with
// smaller kernels, the tensor itself and its norm fit into the weights of the product with the largest kernel (Ding et al.
// 2021, arXiv:2101.03697, section 3.3). The error is ErrUnevenFolds.
func FoldBranches(t *trace.Trace) (*trace.Trace, error) {
	t, err := Fold(t)
	if err != nil {
		return nil, err
	}
	f := newFolder(t)
	for _, op := range t.Operations() {
		if op.Kind.Sums() && !op.Site() {
			f.foldSum(op)
		}
	}
	return f.changed(t), nil
}

// foldSum folds a sum into the product with the largest kernel among its paths, where all paths are linear in one tensor.
func (f *folder) foldSum(sum *trace.Operation) {
	var largest *trace.Operation
	for _, in := range sum.Inputs {
		if op := in.Producer; op != nil && f.takes(op) && f.readers[in] == 1 && f.home[op] == f.home[sum] && (largest == nil || larger(op, largest)) {
			largest = op
		}
	}
	if largest == nil {
		return
	}
	var gone []*trace.Operation
	for _, in := range sum.Inputs {
		switch op := in.Producer; {
		case op == largest:
		case in == largest.Inputs[0] && staysInPlace(largest):
		case op == nil || f.readers[in] != 1 || f.home[op] != f.home[sum] || len(op.Inputs) != 1 || op.Inputs[0] != largest.Inputs[0]:
			return
		case op.Kind.Folds && !op.Shared() && !f.shared[op] && staysInPlace(largest), f.takes(op) && fitsInto(op, largest):
			gone = append(gone, op)
		default:
			return
		}
	}
	for _, op := range gone {
		f.gone[op] = op.Inputs[0]
	}
	f.gone[sum] = largest.Output
	f.args[largest] = largest.Args.With(map[string]symbolic.Expr{"bias": symbolic.Int(1)})
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

// centred reports whether the kernel of a product reaches equally far to each side of every position, so that smaller kernels
// fit in its middle.
func centred(op *trace.Operation) bool {
	if len(kernelOf(op)) == 0 {
		return true
	}
	for _, e := range kernelOf(op) {
		if n, known := e.Int64(); !known || n%2 == 0 {
			return false
		}
	}
	return op.Args.Word("padding") == "same" && allEqual(op.Args.Axes("dilation"), symbolic.Int(1))
}

// staysInPlace reports whether a product could pass its input on unchanged.
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
