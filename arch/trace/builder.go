package trace

import (
	"errors"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Builder makes a network operation by operation and finds the output shape of each at once, with all symbols free. It is for
// readers of graphs, which need shapes to continue.
type Builder struct {
	trace   Trace
	run     *resolver
	scope   *scope
	names   []string // of values, by ID
	alike   alike
	current *Value
}

// NewBuilder starts a network of a name. Its input carries samples along the first axis. Layers are spent from the budget.
func NewBuilder(budget *symbolic.Budget, name string, symbols []arch.Symbol, samples symbolic.Expr, input []symbolic.Expr) (*Builder, error) {
	n := &arch.Network{Name: name, Symbols: symbols, Samples: arch.Expression{Expr: samples}, MayBeEmpty: true}
	for _, d := range input {
		n.Input = append(n.Input, arch.Expression{Expr: d})
	}
	b := &Builder{trace: Trace{Network: n}, run: newResolver(n, budget)}
	for _, s := range symbols {
		b.run.symbols[s.Name] = s.Expr()
	}
	b.scope = &scope{names: b.run.symbols, taps: map[string]*Value{}, outputs: &b.trace.Outputs}
	if !b.run.input(&b.trace, b.scope) {
		return nil, b.problem()
	}
	b.append(arch.Step{Do: &arch.Tap{}, As: "input"}, b.trace.Input)
	return b, nil
}

// Grow makes room for a number of steps.
func (b *Builder) Grow(steps int) {
	b.trace.Network.Steps = slices.Grow(b.trace.Network.Steps, steps)
	b.trace.Body = slices.Grow(b.trace.Body, steps)
	b.names = slices.Grow(b.names, steps)
}

// Symbol adds a symbol for use in later layers.
func (b *Builder) Symbol(s arch.Symbol) {
	b.trace.Network.Symbols = append(b.trace.Network.Symbols, s)
	b.run.symbols[s.Name] = s.Expr()
}

// Input is the network's input.
func (b *Builder) Input() *Value { return b.trace.Input }

// Layer adds a layer under a unique name. A source ignores in.
func (b *Builder) Layer(name string, l *arch.Layer, in *Value) (*Value, error) {
	if in == nil {
		in = b.current
	}
	l = b.alike.first(l)
	s := arch.Step{Do: l, As: name}
	if in != b.current && !l.Kind.Source {
		s.From = b.names[in.ID]
	}
	out, _, ok := b.run.layer(s, l, in, b.scope, join("", name))
	if !ok {
		return nil, b.problem()
	}
	b.append(s, out)
	if out.Producer.Kind.Learns() {
		b.scope.taps[name] = out
	}
	return out, nil
}

// Merge adds a merge of values under a unique name.
func (b *Builder) Merge(name string, op arch.MergeOp, in ...*Value) (*Value, error) {
	m, taps := &arch.Merge{Op: op, Paths: make([]arch.Path, len(in))}, make([]arch.Step, len(in))
	for k, v := range in {
		taps[k] = arch.Step{Do: &arch.Tap{}, From: b.names[v.ID]}
		m.Paths[k].Steps = taps[k : k+1 : k+1]
	}
	kind := op.Kind()
	if !b.run.meet(arch.Pos{}, kind, in, false) {
		return nil, b.problem()
	}
	out, ok := b.run.operation(kind, arch.Args{}, in, arch.Pos{}, join("", name))
	if !ok {
		return nil, b.problem()
	}
	b.append(arch.Step{Do: m, As: name}, out)
	return out, nil
}

// Output makes values outputs of the network. The first one is that of its trunk.
func (b *Builder) Output(values ...*Value) {
	b.trace.Output = values[0]
	for k := len(values) - 1; k >= 0; k-- {
		tap := arch.Step{Do: &arch.Tap{}, From: b.names[values[k].ID]}
		if k > 0 {
			tap = arch.Step{Do: &arch.Head{Steps: []arch.Step{tap}}}
			b.trace.Outputs = append(b.trace.Outputs, values[k])
		}
		b.trace.Network.Steps = append(b.trace.Network.Steps, tap)
	}
}

// Trace is the finished trace with its network, as [Resolve] would make it with all symbols free that are read.
func (b *Builder) Trace() *Trace {
	t := &b.trace
	t.read = readNames(t.Network)
	reached := reachable(t.Network, t.read, nil, nil)
	for _, s := range t.Network.Symbols {
		if reached[s.Name] {
			t.Free = append(t.Free, s.Name)
		}
	}
	b.run.demand(t)
	t.Assumptions = needed(b.run.assumptions)
	return t
}

func (b *Builder) append(s arch.Step, out *Value) {
	b.trace.Network.Steps = append(b.trace.Network.Steps, s)
	if op := out.Producer; op != nil {
		b.trace.Body = append(b.trace.Body, op)
	}
	for len(b.names) <= out.ID {
		b.names = append(b.names, "")
	}
	b.names[out.ID] = s.As
	b.current = out
}

// problem is the problem of the last step.
func (b *Builder) problem() error { return errors.New(b.run.take().Message) }
