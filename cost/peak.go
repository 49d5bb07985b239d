package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Peak is the moment of a forward pass without gradients with the most bytes of activations in memory. Operations run in order;
// a tensor is in memory from the operation that makes it until the last one that reads it has run.
type Peak struct {
	Bytes     symbolic.Expr
	InputHeld symbolic.Expr // the same with the network's input held to the end, as callers tend to
	At        *trace.Operation
	Live      []LiveTensor // the tensors in memory at the peak, oldest first
}

// LiveTensor is a tensor in memory at the peak, and the reason why.
type LiveTensor struct {
	Value   *trace.Value
	Bytes   symbolic.Expr
	Reader  *trace.Operation // the last operation that reads it; nil for a tensor that has just been made
	Waiting bool             // the operation at the peak neither reads nor makes it: it waits for later ones
	// Links are the links that keep it alive: it stands on their ways, and its reader there has not run yet. Empty unless asked
	// for, see [ExplainPeak].
	Links []rewrite.Link
}

// lifetimes holds the storages of an unrolled trace, with the operations that make them and that read them last.
type lifetimes struct {
	options Options
	types   *elementTypes
	ops     []*trace.Operation
	root    map[*trace.Value]*trace.Value
	until   map[*trace.Value]int // the last operation that reads the storage
}

// inferencePeak walks an unrolled trace.
func inferencePeak(t *trace.Trace, o Options) (*Peak, error) {
	peak, _, err := peakOf(t, o)
	return peak, err
}

// peakOf is inferencePeak with the lifetimes behind it.
func peakOf(t *trace.Trace, o Options) (*Peak, *lifetimes, error) {
	l, err := newLifetimes(t, o)
	if err != nil {
		return nil, nil, err
	}
	peak, err := l.walk(t, false)
	if err != nil {
		return nil, nil, err
	}
	held, err := l.walk(t, true)
	if err != nil {
		return nil, nil, err
	}
	peak.InputHeld = held.Bytes
	l.explain(peak)
	return peak, l, nil
}

func newLifetimes(t *trace.Trace, o Options) (*lifetimes, error) {
	ops := slices.DeleteFunc(t.Operations(), func(op *trace.Operation) bool { return op.Training })
	types, err := newElementTypes(t, o)
	if err != nil {
		return nil, err
	}
	l := &lifetimes{options: o, types: types, ops: ops, root: map[*trace.Value]*trace.Value{}, until: make(map[*trace.Value]int, len(ops)+1)}
	return l, l.place(t)
}

func (l *lifetimes) rootOf(v *trace.Value) *trace.Value {
	if r, ok := l.root[v]; ok {
		return r
	}
	return v
}

// place gives every value its storage and finds the last reader of each. Outputs of the network stay to the end.
func (l *lifetimes) place(t *trace.Trace) error {
	l.until[t.Input] = -1
	for k, op := range l.ops {
		rule, err := compiledRule(op.Kind.Name)
		if err != nil {
			return err
		}
		for _, in := range op.Inputs {
			l.until[l.rootOf(in)] = k
		}
		if l.options.Memory.allocatesNothing(rule) {
			l.root[op.Output] = l.rootOf(op.Inputs[0])
		}
		l.until[l.rootOf(op.Output)] = k
	}
	for _, v := range append(slices.Clone(t.Outputs), t.Output) {
		l.until[l.rootOf(v)] = len(l.ops)
	}
	return nil
}

// allocatesNothing reports whether an operation writes over its input at inference, or does nothing at all.
func (m Memory) allocatesNothing(rule *compiled) bool {
	return rule.view || m.InPlace && rule.inPlace != nil
}

// walk runs the operations and finds the most bytes in memory at once.
func (l *lifetimes) walk(t *trace.Trace, inputHeld bool) (*Peak, error) {
	peak := &Peak{Bytes: l.size(t.Input)}
	err := l.run(t, inputHeld, func(op *trace.Operation, _, there symbolic.Expr) {
		if l.rootOf(op.Output) != op.Output {
			return
		}
		if sign, ok := there.Sub(peak.Bytes).Sign(); ok && (sign > 0 || peak.At == nil) {
			peak.Bytes, peak.At = there, op
		}
	})
	return peak, err
}

// run calls tell with the bytes in memory before each operation runs, and while it does.
func (l *lifetimes) run(t *trace.Trace, inputHeld bool, tell func(op *trace.Operation, before, there symbolic.Expr)) error {
	dies := make([][]*trace.Value, len(l.ops)+1)
	for v, k := range l.until {
		if k >= 0 && l.rootOf(v) == v && !(inputHeld && v == t.Input) {
			dies[k] = append(dies[k], v)
		}
	}
	live := l.size(t.Input)
	for k, op := range l.ops {
		before, most := live, live
		if l.rootOf(op.Output) == op.Output {
			made := l.size(op.Output)
			there := live.Add(made)
			most = there
			if inner, err := l.workspace(op); err != nil {
				return err
			} else if sign, ok := inner.Sub(made).Sign(); ok && sign > 0 {
				most = live.Add(inner)
			}
			if err := most.Err(); err != nil {
				return err
			}
			live = there
		}
		tell(op, before, most)
		for _, v := range dies[k] {
			live = live.Sub(l.size(v))
		}
	}
	return nil
}

func (l *lifetimes) size(v *trace.Value) symbolic.Expr {
	return activationElements(v).Mul(l.options.batch()).Mul(l.types.of(v))
}

// workspace is the bytes that a layer of several steps holds between them.
func (l *lifetimes) workspace(op *trace.Operation) (symbolic.Expr, error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return symbolic.Expr{}, err
	}
	workspace := l.options.Memory.between(rule).workspace
	if workspace.IsZero() {
		return symbolic.Expr{}, nil
	}
	elements := workspace.Substitute(rule.sizes(op, l.options.batch()))
	return elements.Mul(l.types.of(op.Output)), nil
}

// explain lists the tensors in memory at the peak.
func (l *lifetimes) explain(p *Peak) {
	at := slices.Index(l.ops, p.At)
	if at < 0 {
		return
	}
	made := map[*trace.Value]int{}
	for k, op := range l.ops[:at+1] {
		if l.rootOf(op.Output) == op.Output {
			made[op.Output] = k
		}
	}
	for v, until := range l.until {
		k, isMade := made[v]
		if l.rootOf(v) != v || until < at || !isMade && v.Producer != nil {
			continue
		}
		tensor := LiveTensor{Value: v, Bytes: l.size(v)}
		if until < len(l.ops) && until >= 0 {
			tensor.Reader = l.ops[until]
		}
		tensor.Waiting = v != p.At.Output && !slices.ContainsFunc(p.At.Inputs, func(in *trace.Value) bool { return l.rootOf(in) == v }) && k < at
		p.Live = append(p.Live, tensor)
	}
	slices.SortFunc(p.Live, func(a, b LiveTensor) int { return a.Value.ID - b.Value.ID })
}
