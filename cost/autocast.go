package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Casting says in which type a layer runs under autocast, which keeps parameters in fp32 and casts the inputs of layers. The
// lists of operations are PyTorch's for GPUs.
type Casting int

// A layer runs in the widest type of its operands unless its rule says otherwise.
const (
	Widest   Casting = iota
	Narrow           // a product: operands and weights are cast to 16 bit
	Wide             // a layer that loses too much precision in 16 bit: operands are cast to fp32
	Promoted         // operands stay as they are, and so does an fp32 tensor with them, so that the output is in fp32
)

// Doc says in one line what a casting does.
func (c Casting) Doc() string {
	switch c {
	case Narrow:
		return "runs in 16 bit, operands and weights are cast"
	case Wide:
		return "runs in fp32, operands are cast"
	case Promoted:
		return "puts out fp32, operands stay as they are"
	}
	return "runs in the widest type of its operands"
}

// wideBytes is what an fp32 element takes.
const wideBytes = 4

// elementType is narrow, wide, or both of several tensors that a value stands for.
type elementType uint8

const (
	narrow elementType = 1 << iota // as the trace stores tensors
	wide                           // in fp32
)

// elementTypes says in which type each tensor of a trace is stored. The type of an output follows from those of the operands,
// so that all iterations of a loop have equal types if each outputs the type that the first one reads.
type elementTypes struct {
	bytes    symbolic.Expr // of an element, but for those that are wide
	autocast bool
	types    map[*trace.Value]elementType // of the tensors that a value stands for: one, the parts of a list, or those of many iterations
	even     bool                         // iterations have equal types in every loop, and several tensors that are read at once have one type
}

func newElementTypes(t *trace.Trace, o Options) (*elementTypes, error) {
	e := &elementTypes{bytes: symbolic.Int(o.elementBytes()), autocast: o.Precision.Autocast, types: map[*trace.Value]elementType{}, even: true}
	if !e.autocast {
		return e, nil
	}
	e.types[t.Input] = wide
	return e, e.nodes(t.Body)
}

func (e *elementTypes) nodes(nodes []trace.Node) error {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			rule, err := compiledRule(n.Kind.Name)
			if err != nil {
				return err
			}
			e.operation(rule, n)
		case *trace.Loop:
			if err := e.loop(n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *elementTypes) operation(rule *compiled, op *trace.Operation) {
	for _, in := range op.Inputs {
		e.types[in] = e.all(in.Tensors()...)
		if op.ReadsSeveral(in) {
			e.even = e.even && e.types[in] != narrow|wide
		}
	}
	switch {
	case op.Output.IsList():
		e.types[op.Output] = e.all(op.Inputs...)
	case e.widens(rule, op):
		e.types[op.Output] = wide
	default:
		e.types[op.Output] = narrow
	}
}

func (e *elementTypes) loop(l *trace.Loop) error {
	e.types[l.In] = e.types[l.Start]
	if p := l.Past; p != nil {
		e.types[p.In] = e.all(p.Before...) | e.types[l.In]
		e.types[p.Result] = e.types[p.In]
	}
	for _, m := range l.Mirrors {
		e.types[m.In] = e.types[m.Made]
	}
	if err := e.nodes(l.Body); err != nil {
		return err
	}
	e.even = e.even && e.types[l.In] == e.types[l.Out]
	e.types[l.Result] = e.types[l.Out]
	return nil
}

// all are the types of several values together.
func (e *elementTypes) all(values ...*trace.Value) (types elementType) {
	for _, v := range values {
		types |= e.types[v]
	}
	return types
}

// widens reports whether the output of an operation is in fp32. A tensor that is stored, and so has no operands, is in fp32.
func (e *elementTypes) widens(rule *compiled, op *trace.Operation) bool {
	switch rule.casting {
	case Narrow:
		return false
	case Wide, Promoted:
		return true
	}
	return len(op.Inputs) == 0 || slices.ContainsFunc(op.Inputs, e.isWide)
}

// isWide reports whether a tensor is in fp32; the concat of a list is if one of the parts is.
func (e *elementTypes) isWide(v *trace.Value) bool { return e.types[v]&wide != 0 }

// of is the bytes of an element of a tensor.
func (e *elementTypes) of(v *trace.Value) symbolic.Expr {
	if e.isWide(v) {
		return symbolic.Int(wideBytes)
	}
	return e.bytes
}

// loss is the bytes of an element of the tensors that a loss keeps.
func (e *elementTypes) loss() symbolic.Expr {
	if e.autocast {
		return symbolic.Int(wideBytes)
	}
	return e.bytes
}

// casts reports whether an operation reads a copy of one of its operands in another type.
func (e *elementTypes) casts(rule *compiled, op *trace.Operation, in *trace.Value) bool {
	return e.autocast && (rule.casting == Narrow || rule.casting == Wide) && e.isWide(in) != e.isWide(op.Output)
}

// weightCopies finds the 16-bit copies of weights that autocast makes and that the gradients of layer inputs need, each once
// for all layers that share it.
type weightCopies struct {
	*backprop
	of   map[*trace.Operation]symbolic.Expr // elements, by the operation that counts them
	home map[*trace.Operation]*trace.Loop   // the innermost loop around an operation
}

// errTypesNotClosed is a loop whose first iteration reads elements of another type than the others.
const errTypesNotClosed = openError("the first iterations of repeats read elements of another type than the others; bind the symbols")

// newWeightCopies follows the gradients of a trace. The error is errNotClosed where the iterations of a loop differ in them.
func newWeightCopies(t *trace.Trace, o Options) (*weightCopies, error) {
	c := &counter{names: symbolic.Bindings{}, options: o, batch: o.batch(), total: &Total{}}
	c.selects(t)
	w := &weightCopies{backprop: c.backprop(), of: map[*trace.Operation]symbolic.Expr{}, home: map[*trace.Operation]*trace.Loop{}}
	if _, err := w.nodes(t.Body); err != nil {
		return nil, errNotClosed
	}
	return w, w.collect(t.Body, nil, map[*trace.Operation]bool{})
}

// collect notes the copies that the nodes of a loop keep; in is nil for those of the network.
func (w *weightCopies) collect(nodes []trace.Node, in *trace.Loop, counted map[*trace.Operation]bool) error {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			w.home[n] = in
			if err := w.copies(n, counted); err != nil {
				return err
			}
		case *trace.Loop:
			if w.needs[n.Start] != w.needs[n.Out] || w.tail(n) > 0 {
				return errNotClosed
			}
			if err := w.collect(n.Body, n, counted); err != nil {
				return err
			}
		}
	}
	return nil
}

// copies notes the copy that an operation keeps, unless it is of weights that have been counted. The error is errNotClosed for one
// that iterations share although a layer elsewhere has the weights.
func (w *weightCopies) copies(op *trace.Operation, counted map[*trace.Operation]bool) error {
	owner := op
	if op.Shared() {
		owner = op.Owner
	}
	if owner == nil || counted[owner] {
		return nil
	}
	l, err := w.price(op)
	if err != nil {
		return err
	}
	var elements symbolic.Expr
	if w.needs[op.Output] {
		elements = l.rule.castAlways.Substitute(l.names)
	}
	if slices.ContainsFunc(op.Inputs, func(in *trace.Value) bool { return w.needs[in] }) {
		elements = elements.Add(l.rule.cast.Substitute(l.names))
	}
	if elements.IsZero() {
		return nil
	}
	if w.home[op] != nil && w.home[op] != w.home[owner] { // a copy that only the first iteration makes
		return errNotClosed
	}
	counted[owner], w.of[op] = true, elements
	return nil
}
