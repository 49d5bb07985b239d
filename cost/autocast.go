package cost

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Casting says in which type a layer runs under autocast, which keeps parameters in fp32 and casts what layers read. The lists
// of operations are PyTorch's for GPUs.
type Casting int

// A layer runs in the widest type of its operands unless its rule says otherwise.
const (
	Widest   Casting = iota
	Narrow           // a product: operands and weights are cast to 16 bit
	Wide             // what loses too much in 16 bit: operands are cast to fp32
	Promoted         // operands stay as they are and meet an fp32 tensor, so that what comes out is in fp32
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

// elementTypes says in which type each tensor of a trace is stored.
type elementTypes struct {
	bytes    symbolic.Expr // of an element, but for those that are wide
	autocast bool
	wide     map[*trace.Value]bool
	even     bool // in every loop, all iterations read elements of one type
}

func newElementTypes(t *trace.Trace, o Options) (*elementTypes, error) {
	e := &elementTypes{bytes: symbolic.Int(o.elementBytes()), autocast: o.Precision.Autocast, wide: map[*trace.Value]bool{}, even: true}
	if !e.autocast {
		return e, nil
	}
	e.wide[t.Input] = true
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
			for _, in := range n.Inputs {
				for _, v := range in.Tensors() {
					e.even = e.even && e.wide[v] == e.wide[in.Tensors()[0]]
				}
				e.wide[in] = e.wide[in.Tensors()[0]]
			}
			if n.Extends != nil && n.Extends.Producer == nil && slices.Contains(n.Inputs, n.Extends) { // what iterations before have added to a list
				e.even = e.even && !slices.ContainsFunc(n.Inputs, func(in *trace.Value) bool { return e.wide[in] != e.wide[n.Extends] })
			}
			e.wide[n.Output] = e.widens(rule, n)
		case *trace.Loop:
			e.wide[n.In] = e.wide[n.Start]
			if p := n.Past; p != nil {
				e.wide[p.In], e.wide[p.Result] = e.wide[n.In], e.wide[n.In]
				for _, v := range p.Before {
					e.even = e.even && e.wide[v] == e.wide[n.In]
				}
			}
			for _, m := range n.Mirrors {
				e.wide[m.In] = e.wide[m.Made]
			}
			if err := e.nodes(n.Body); err != nil {
				return err
			}
			e.even = e.even && e.wide[n.In] == e.wide[n.Out]
			e.wide[n.Result] = e.wide[n.Out]
		}
	}
	return nil
}

// widens reports whether an operation puts out fp32. What no operand says is as it is stored, which is fp32.
func (e *elementTypes) widens(rule *compiled, op *trace.Operation) bool {
	switch rule.casting {
	case Narrow:
		return false
	case Wide, Promoted:
		return true
	}
	for _, in := range op.Inputs {
		if e.wide[in] {
			return true
		}
	}
	return len(op.Inputs) == 0
}

// of is the bytes of an element of a tensor.
func (e *elementTypes) of(v *trace.Value) symbolic.Expr {
	if e.wide[v] {
		return symbolic.Int(wideBytes)
	}
	return e.bytes
}

// loss is the bytes of an element of what a loss keeps.
func (e *elementTypes) loss() symbolic.Expr {
	if e.autocast {
		return symbolic.Int(wideBytes)
	}
	return e.bytes
}

// casts reports whether an operation reads a copy of one of its operands in another type.
func (e *elementTypes) casts(rule *compiled, op *trace.Operation, in *trace.Value) bool {
	return e.autocast && (rule.casting == Narrow || rule.casting == Wide) && e.wide[in] != e.wide[op.Output]
}

// weightCopies finds the 16-bit copies of weights that autocast makes and the gradients of what layers read need, each once
// however many layers share it.
type weightCopies struct {
	*backprop
	of map[*trace.Operation]symbolic.Expr // elements, by the operation that counts them
}

// errTypesNotClosed is a loop whose first iteration reads elements of another type than the others.
var errTypesNotClosed = errors.New("the first iterations of repeats read elements of another type than the others; bind the symbols")

// newWeightCopies follows the gradients of a trace. The error is errNotClosed where the iterations of a loop differ in them.
func newWeightCopies(t *trace.Trace, o Options) (*weightCopies, error) {
	c := &counter{names: symbolic.Bindings{}, options: o, batch: o.batch(), total: &Total{}}
	c.selects(t)
	w := &weightCopies{backprop: c.backprop(), of: map[*trace.Operation]symbolic.Expr{}}
	if _, err := w.nodes(t.Body); err != nil {
		return nil, errNotClosed
	}
	return w, w.collect(t.Body, map[*trace.Operation]bool{})
}

func (w *weightCopies) collect(nodes []trace.Node, counted map[*trace.Operation]bool) error {
	for _, n := range nodes {
		switch n := n.(type) {
		case *trace.Operation:
			if err := w.copies(n, counted); err != nil {
				return err
			}
		case *trace.Loop:
			if w.needs[n.Start] != w.needs[n.Out] || w.tail(n) > 0 {
				return errNotClosed
			}
			if err := w.collect(n.Body, counted); err != nil {
				return err
			}
		}
	}
	return nil
}

// copies notes the copy that an operation keeps, unless that is of weights that are counted already.
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
	if !elements.IsZero() {
		counted[owner], w.of[op] = true, elements
	}
	return nil
}
