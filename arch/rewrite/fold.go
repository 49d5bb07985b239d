package rewrite

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// ErrUnevenFolds is the error for a repeat in which a norm folds in some iterations only, because in the first or the last one
// it stands behind another operation than in the others.
var ErrUnevenFolds = errors.New("norms fold in some iterations of a repeat only; bind the symbols")

// Fold is the trace as exporters write it for inference: a norm directly behind a product that nothing else reads is gone, its
// scale in the weights of the product and its shift in a bias, which the product gets if it has none. Weights that are shared
// stay as they are. The error is ErrUnevenFolds.
func Fold(t *trace.Trace) (*trace.Trace, error) {
	f := newFolder(t)
	for _, op := range t.Operations() {
		if op.Kind.Folds && !op.Shared() && !f.shared[op] {
			if err := f.fold(op); err != nil {
				return nil, err
			}
		}
	}
	return f.changed(t), nil
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
		indices: map[string]bool{}, home: map[*trace.Operation]*trace.Loop{}, readers: map[*trace.Value]int{}, behind: map[*trace.Value][]*trace.Value{},
		shared: map[*trace.Operation]bool{}, gone: map[*trace.Operation]*trace.Value{}, args: map[*trace.Operation]arch.Args{},
	}
	f.read(nil, t.Body)
	for _, v := range append([]*trace.Value{t.Output}, t.Outputs...) {
		f.readers[v]++
	}
	return f
}

// folder finds what folds into products.
type folder struct {
	indices map[string]bool                   // of loops
	home    map[*trace.Operation]*trace.Loop  // the loop around an operation; nil outside of loops
	readers map[*trace.Value]int              // how many read a tensor
	behind  map[*trace.Value][]*trace.Value   // the tensors that those which enter and leave loops stand for
	shared  map[*trace.Operation]bool         // others use its weights
	gone    map[*trace.Operation]*trace.Value // folded norms and sums, with the tensors that replace them
	args    map[*trace.Operation]arch.Args    // of products that get a bias
}

// read counts the readers of every tensor.
func (f *folder) read(around *trace.Loop, nodes []trace.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			f.home[n], f.shared[n.Owner] = around, true
			for _, in := range n.Inputs {
				f.readers[in]++
			}
		case *trace.Loop:
			f.indices[n.Index] = true
			f.read(n, n.Body)
			f.behind[n.In] = []*trace.Value{n.Start, n.Out}
			for _, m := range n.Mirrors {
				f.behind[m.In] = []*trace.Value{m.Made}
				f.readers[m.Made]++
			}
			if p := n.Past; p != nil {
				for _, v := range append([]*trace.Value{n.Start, n.Out}, p.Before...) {
					f.readers[v] += 2 // and they do not fold
				}
			}
			f.behind[n.Result] = []*trace.Value{n.Out}
			if slices.ContainsFunc(n.Times.Symbols(), func(name string) bool { return f.indices[name] }) { // it may not run
				f.behind[n.Result] = append(f.behind[n.Result], n.Start)
			}
			f.readers[n.Start]++
			f.readers[n.Out]++
			for _, v := range n.Outputs {
				f.readers[v]++
			}
		}
	}
}

// fold takes a norm into the product before it, if there is one. In a chain of norms each follows those before it.
func (f *folder) fold(norm *trace.Operation) error {
	v := f.before(norm.Inputs[0])
	product := v.Producer
	switch {
	case f.readers[v] != 1:
		return nil
	case product == nil:
		if f.mayBeProduct(v, map[*trace.Value]bool{}) {
			return ErrUnevenFolds
		}
		return nil
	case !f.takes(product) || f.home[product] != f.home[norm] || product.Training != norm.Training:
		return nil
	}
	f.gone[norm] = norm.Inputs[0]
	f.args[product] = product.Args.With(map[string]symbolic.Expr{"bias": symbolic.Int(1)})
	return nil
}

// before is the tensor in front of the norms that have folded into it.
func (f *folder) before(v *trace.Value) *trace.Value {
	for f.readers[v] == 1 && v.Producer != nil && f.gone[v.Producer] != nil {
		v = v.Producer.Inputs[0]
	}
	return v
}

func (f *folder) takes(op *trace.Operation) bool {
	return op.Kind.TakesFolds && !op.Shared() && !f.shared[op]
}

// mayBeProduct reports whether a tensor that enters or leaves a loop is made by a product that nothing else reads.
func (f *folder) mayBeProduct(v *trace.Value, seen map[*trace.Value]bool) bool {
	if seen[v] || f.readers[v] != 1 {
		return false
	}
	seen[v] = true
	for _, made := range f.behind[v] {
		made = f.before(made)
		if made.Producer != nil && f.readers[made] == 1 && f.takes(made.Producer) || f.mayBeProduct(made, seen) {
			return true
		}
	}
	return false
}
