package rewrite

import (
	"fmt"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Flatten writes an unrolled trace as a network again: a plain list of layers and merges, in which tensors that are read out of
// order have names. Resolving it gives the same operations.
func Flatten(t *trace.Trace, name, source string) *arch.Network {
	f := &flattener{names: map[*trace.Value]string{}}
	n := &arch.Network{Name: name, Source: source}
	for _, d := range t.Input.Shape.Dims() {
		n.Input = append(n.Input, arch.Expression{Expr: d})
	}
	if !t.Input.Shape.Batch().IsOne() {
		n.Samples = arch.Expression{Expr: t.Input.Shape.Samples}
	}
	ops := t.Operations()
	f.name(t, ops)
	f.current = t.Input
	if as := f.names[t.Input]; as != "" {
		f.steps = append(f.steps, arch.Step{Do: &arch.Tap{}, As: as})
	}
	for len(ops) > 0 {
		ops = f.next(ops)
	}
	for _, v := range t.Outputs {
		f.steps = append(f.steps, arch.Step{Do: &arch.Head{Steps: []arch.Step{{Do: &arch.Tap{}, From: f.names[v]}}}})
	}
	if f.current != t.Output {
		f.steps = append(f.steps, arch.Step{Do: &arch.Tap{}, From: f.names[t.Output]})
	}
	n.Steps = f.steps
	return n
}

type flattener struct {
	names   map[*trace.Value]string // of tensors that are read by name
	current *trace.Value
	steps   []arch.Step
}

// name gives names to the tensors that something reads after another operation has run.
func (f *flattener) name(t *trace.Trace, ops []*trace.Operation) {
	current := t.Input
	need := map[*trace.Value]bool{}
	for _, v := range t.Outputs {
		need[v] = true
	}
	for _, op := range ops {
		for _, in := range op.Inputs {
			if in != current || op.Kind.Merge {
				need[in] = true
			}
		}
		if op.Owner != nil {
			need[op.Owner.Output] = true
		}
		current = op.Output
	}
	if t.Output != current {
		need[t.Output] = true
	}
	if need[t.Input] {
		f.names[t.Input] = "x0"
	}
	for k, op := range ops {
		if need[op.Output] {
			f.names[op.Output] = fmt.Sprintf("x%d", k+1)
		}
	}
}

// next writes the first operation, or all first ones that only run while training, as one head.
func (f *flattener) next(ops []*trace.Operation) []*trace.Operation {
	if !ops[0].Training {
		f.operation(ops[0])
		return ops[1:]
	}
	side := flattener{names: f.names, current: f.current}
	for len(ops) > 0 && ops[0].Training {
		side.operation(ops[0])
		ops = ops[1:]
	}
	f.steps = append(f.steps, arch.Step{Do: &arch.Head{Steps: side.steps, Training: true}})
	return ops
}

func (f *flattener) operation(op *trace.Operation) {
	s := arch.Step{As: f.names[op.Output], Recompute: op.Recompute}
	if !op.Survives.IsZero() {
		share := whole(op.Survives)
		s.Survives = &share
	}
	if op.Kind.Merge {
		m := &arch.Merge{Op: arch.MergeOp(op.Kind.Name), Args: arguments(op)}
		for _, in := range op.Inputs {
			m.Paths = append(m.Paths, arch.Path{Steps: []arch.Step{{Do: &arch.Tap{}, From: f.names[in]}}})
		}
		if len(m.Paths) == 1 && !op.Kind.Alone {
			s.Do, s.From = &arch.Layer{Kind: arch.KindByName(arch.Copy)}, f.names[op.Inputs[0]]
		} else {
			s.Do = m
		}
	} else {
		args := arguments(op)
		if op.Owner != nil {
			args[arch.Shared] = arch.Argument{Word: f.names[op.Owner.Output]}
		}
		s.Do = &arch.Layer{Kind: op.Kind, Args: args}
		if len(op.Inputs) > 0 && op.Inputs[0] != f.current {
			s.From = f.names[op.Inputs[0]]
		}
	}
	f.steps = append(f.steps, s)
	f.current = op.Output
}

// arguments lists those that differ from their defaults.
func arguments(op *trace.Operation) map[string]arch.Argument {
	args := map[string]arch.Argument{}
	for _, p := range op.Kind.Parameters {
		a := arch.Argument{Word: op.Args.Word(p.Name)}
		if a.Word == "" {
			for _, v := range op.Args.Axes(p.Name) {
				a.Values = append(a.Values, whole(v))
			}
		}
		if !isDefault(p, a) {
			args[p.Name] = once(p, a)
		}
	}
	return args
}

func allEqual(values []symbolic.Expr, to symbolic.Expr) bool {
	for _, v := range values {
		if !v.Equal(to) {
			return false
		}
	}
	return true
}
