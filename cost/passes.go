package cost

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Fused says which layers run in one pass over memory. The zero value is one pass for each layer.
type Fused string

// FusedElementwise joins chains of layers that work position by position.
const FusedElementwise Fused = "elementwise"

// Fusions lists them.
func Fusions() []Fused { return []Fused{FusedElementwise} }

// Doc says which layers are fused, and what a pass reads and writes.
func (f Fused) Doc() string {
	return "activations, norms, element-wise merges, scales, shifts, and products with matrices of at most 16 rows and columns, as those that mix parallel streams, are one pass where each reads what another makes " +
		"and no other layer lies between: a pass reads each tensor from outside once and writes what others read. A norm that learns nothing " +
		"and that products alone read is no pass: they scale what they make of what it reads. A layer that one later pass alone reads " +
		"runs there, where that moves less"
}

// errNotFused is the error for a trace whose passes are not known.
const errNotFused = openError("passes are found layer by layer, in networks that are written out and not too long, or by their typical iterations: bind the symbols")

// errSizesOpen is the error for a pass that depends on sizes which are symbols.
var errSizesOpen = errors.New("which of two passes moves less hangs on symbols: bind them")

// passes are the fused passes over memory of a trace without loops.
type passes struct {
	counter *counter
	usual   symbolic.Bindings                     // the values that the network gives its free symbols
	runs    []symbolic.Expr                       // expressions that must be at least 1, from comparisons of sizes
	same    map[*trace.Value]*trace.Value         // the tensor that another one is a view of
	stage   map[*trace.Value]int                  // layers that are not fused on the longest way to it
	pass    map[*trace.Operation]*trace.Operation // the next operation on the way to the one that stands for the pass; nil for operations that are not fused
	readers map[*trace.Value][]*trace.Operation
	moved   map[*trace.Operation]symbolic.Expr // bytes
}

// newPasses finds the passes of a trace.
func newPasses(c *counter, t *trace.Trace) (*passes, error) {
	p := &passes{
		counter: c, usual: t.Usual(), same: map[*trace.Value]*trace.Value{}, stage: map[*trace.Value]int{}, pass: map[*trace.Operation]*trace.Operation{},
		readers: map[*trace.Value][]*trace.Operation{}, moved: map[*trace.Operation]symbolic.Expr{},
	}
	ops := t.Operations()
	for _, op := range ops {
		for _, in := range tensors(op.Inputs) {
			p.readers[in] = append(p.readers[in], op)
		}
	}
	for _, v := range append(t.Outputs, t.Output) {
		p.readers[v] = append(p.readers[v], nil) // the caller
	}
	for _, op := range ops {
		if err := p.join(op); err != nil {
			return nil, err
		}
	}
	for _, op := range ops {
		if p.pass[op] != nil {
			p.pass[op] = p.of(op)
		}
	}
	if err := p.sink(ops); err != nil {
		return nil, err
	}
	p.move(ops)
	return p, nil
}

// tensors lists what values stand for.
func tensors(values []*trace.Value) []*trace.Value {
	if !slices.ContainsFunc(values, func(v *trace.Value) bool { return len(v.Tensors()) > 1 || v.Tensors()[0] != v }) {
		return values
	}
	var out []*trace.Value
	for _, v := range values {
		out = append(out, v.Tensors()...)
	}
	return out
}

// join puts an operation into the pass of the operations that make its inputs.
func (p *passes) join(op *trace.Operation) error {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return err
	}
	stage := 0
	for _, in := range tensors(op.Inputs) {
		stage = max(stage, p.stage[in])
	}
	fuses := rule.cheap || rule.local || op.Kind.ElementWise() || p.short(op)
	switch {
	case rule.view || fuses && p.scalesProducts(op):
		p.same[op.Output] = p.seen(op.Inputs[0])
	case fuses:
		p.pass[op] = op
		for _, in := range tensors(op.Inputs) {
			if by := p.seen(in).Producer; by != nil && p.pass[by] != nil && p.stage[in] == stage {
				p.pass[p.of(by)] = p.of(op)
			}
		}
	default:
		stage++
	}
	p.stage[op.Output] = stage
	return nil
}

// maxShort is the largest number of rows and columns of matrices that are read in the pass of their operand.
const maxShort = 16

// short reports whether an operation multiplies by a small matrix, as mixing parallel streams does. Where sizes are symbols,
// streams are assumed to be few, and all other sizes to be large.
func (p *passes) short(op *trace.Operation) bool {
	if !op.Kind.Products {
		return false
	}
	few := op.Mixes
	var open []symbolic.Expr
	for _, size := range []symbolic.Expr{op.Inputs[0].Shape.Width, op.Output.Shape.Positions()} {
		switch n, known := size.Int64(); {
		case !known:
			open = append(open, size)
		case n > maxShort:
			return false
		}
	}
	if len(open) > 0 && !few {
		p.takes(open[0].Sub(symbolic.Int(maxShort)))
		return false
	}
	for _, size := range open {
		p.takes(symbolic.Int(maxShort + 1).Sub(size))
	}
	return true
}

// takes adds the assumption that an expression is at least 1.
func (p *passes) takes(e symbolic.Expr) {
	if !slices.ContainsFunc(p.runs, e.Equal) {
		p.runs = append(p.runs, e)
	}
}

// scalesProducts reports whether an operation is a norm without parameters whose only readers, through views, are products with
// weights.
func (p *passes) scalesProducts(op *trace.Operation) bool {
	return op.Kind.Rescales && len(op.Inputs) == 1 && op.WeightElements().IsZero() && p.productsRead(op.Output)
}

func (p *passes) productsRead(v *trace.Value) bool {
	for _, by := range p.readers[v] {
		if by == nil || !by.Kind.WeightLayer() {
			return false
		}
	}
	return len(p.readers[v]) > 0
}

// seen is the tensor that another one is a view of.
func (p *passes) seen(v *trace.Value) *trace.Value {
	if of, is := p.same[v]; is {
		return of
	}
	return v
}

// sink moves operations into the one later pass that reads them, where that moves fewer bytes, beginning with the last.
func (p *passes) sink(ops []*trace.Operation) error {
	outside := p.outside()
	reads := map[*trace.Operation]map[*trace.Value]bool{}
	for _, op := range ops {
		for _, in := range tensors(op.Inputs) {
			p.reading(reads, p.pass[op], p.seen(in))
		}
	}
	for k := len(ops) - 1; k >= 0; k-- {
		op := ops[k]
		to := p.onlyReader(op)
		if p.pass[op] == nil || to == nil || to == p.pass[op] {
			continue
		}
		less := op.Output.Shape.AllElements().Mul(symbolic.Int(2))
		for _, in := range op.Inputs {
			v := p.seen(in)
			if by := v.Producer; by != nil && p.pass[by] != nil && p.pass[by] == p.pass[op] && !outside[v] {
				less = less.Sub(v.Shape.AllElements()) // which must be written then
			}
			if !reads[to][v] {
				less = less.Sub(in.Shape.AllElements().Mul(in.Count()))
			}
		}
		switch sign, known := p.signOf(less); {
		case !known:
			return errSizesOpen
		case sign <= 0:
			continue
		}
		p.pass[op] = to
		for _, in := range tensors(op.Inputs) {
			outside[p.seen(in)] = true
			p.reading(reads, to, p.seen(in))
		}
	}
	return nil
}

// signOf is the sign of a difference of positive sizes. Where it depends on free symbols it is that at the network's own values
// of them, and the passes hold where the sign is the same.
func (p *passes) signOf(e symbolic.Expr) (sign int, known bool) {
	switch {
	case e.IsZero():
		return 0, true
	case e.NeverNegative():
		return 1, true
	case e.Neg().NeverNegative():
		return -1, true
	}
	if sign, known = e.Substitute(p.usual).Sign(); !known {
		return 0, false
	}
	if sign > 0 {
		p.takes(e.Primitive())
	} else {
		p.takes(symbolic.Int(1).Add(e.Neg().Primitive()))
	}
	return sign, true
}

// equal reports whether two sizes are equal. Where that depends on free symbols it is so at the network's own values of them, as in signOf.
func (p *passes) equal(a, b symbolic.Expr) bool {
	e := a.Sub(b)
	if e.IsZero() || e.NeverNegative() || e.Neg().NeverNegative() {
		return e.IsZero()
	}
	sign, known := e.Substitute(p.usual).Sign()
	switch {
	case !known: // it depends on the iteration
	case sign == 0:
		p.takes(symbolic.Int(1).Add(e.Primitive()))
		p.takes(symbolic.Int(1).Sub(e.Primitive()))
	default:
		p.takes(e.Mul(symbolic.Int(int64(sign))).Primitive())
	}
	return known && sign == 0
}

// reading notes that a pass reads a tensor.
func (p *passes) reading(reads map[*trace.Operation]map[*trace.Value]bool, pass *trace.Operation, v *trace.Value) {
	if pass == nil {
		return
	}
	if reads[pass] == nil {
		reads[pass] = map[*trace.Value]bool{}
	}
	reads[pass][v] = true
}

// onlyReader is the only pass that reads the output of an operation, through views; nil if there are several.
func (p *passes) onlyReader(op *trace.Operation) *trace.Operation {
	var only *trace.Operation
	values := []*trace.Value{op.Output}
	for len(values) > 0 {
		v := values[0]
		values = values[1:]
		for _, by := range p.readers[v] {
			switch {
			case by != nil && p.same[by.Output] != nil:
				values = append(values, by.Output)
			case by == nil || p.pass[by] == nil || only != nil && p.pass[by] != only:
				return nil
			default:
				only = p.pass[by]
			}
		}
	}
	return only
}

// of is the operation that stands for a pass; nil for none.
func (p *passes) of(op *trace.Operation) *trace.Operation {
	for op != nil && p.pass[op] != op {
		op = p.pass[op]
	}
	return op
}

// move finds the bytes that each operation reads and writes: tensors that its pass has read before, or makes, cost nothing.
func (p *passes) move(ops []*trace.Operation) {
	outside := p.outside()
	read := map[*trace.Operation]map[*trace.Value]bool{}
	for _, op := range ops {
		if _, view := p.same[op.Output]; view {
			continue
		}
		pass := p.pass[op]
		var elements symbolic.Expr
		add := func(v *trace.Value, count symbolic.Expr) {
			elements = elements.Add(v.Shape.AllElements().Mul(count).Mul(p.counter.types.of(v)))
		}
		for _, in := range op.Inputs {
			count := in.Count()
			for _, one := range in.Tensors() {
				if p.there(read, pass, one) {
					count = count.Sub(symbolic.Int(1))
				}
			}
			add(in, count)
		}
		if pass == nil || outside[op.Output] {
			add(op.Output, symbolic.Int(1))
		}
		p.moved[op] = elements.Mul(p.counter.batch)
	}
}

// there reports whether a pass makes a tensor or has read it before, and records that it reads it now.
func (p *passes) there(read map[*trace.Operation]map[*trace.Value]bool, pass *trace.Operation, v *trace.Value) bool {
	if pass == nil {
		return false
	}
	of := p.seen(v)
	if of.Producer != nil && p.pass[of.Producer] == pass || read[pass][v] || read[pass][of] {
		return true
	}
	if p.reading(read, pass, v); v != of && p.equal(v.Shape.AllElements(), of.Shape.AllElements()) {
		p.reading(read, pass, of)
	}
	return false
}

// outside finds the tensors that an operation of another pass reads, through views.
func (p *passes) outside() map[*trace.Value]bool {
	out := map[*trace.Value]bool{}
	for v, readers := range p.readers {
		made := p.seen(v)
		for _, by := range readers {
			if by != nil && p.same[by.Output] != nil {
				continue // a view, of which others read
			}
			if by == nil || made.Producer == nil || p.pass[by] == nil || p.pass[by] != p.pass[made.Producer] {
				out[made] = true
			}
		}
	}
	return out
}
