package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// sum adds up the kept storages and the bytes that layers keep beside tensors.
func (s *saver) sum(nodes []trace.Node) (symbolic.Expr, error) {
	var total symbolic.Expr
	for _, n := range nodes {
		var one symbolic.Expr
		var err error
		switch n := n.(type) {
		case *trace.Operation:
			one, err = s.own(n)
		case *trace.Loop:
			one, err = s.sumLoop(n)
		}
		if err != nil {
			return total, err
		}
		total = total.Add(one)
	}
	return total, nil
}

// own is the bytes of one operation: its output if that is kept in every iteration, and its extras.
func (s *saver) own(op *trace.Operation) (symbolic.Expr, error) {
	rule, err := compiledRule(op.Kind.Name)
	if err != nil {
		return symbolic.Expr{}, err
	}
	var sum symbolic.Expr
	if s.kept[op.Output] == always && s.stored(op.Output) {
		sum = s.size(op.Output)
	}
	keeps := s.keeps(rule, op)
	if !s.recomputes(rule, op) && s.segments.of[op] == 0 && !s.memory.remakes(rule, op) {
		sum = sum.Add(s.extras(keeps, rule, op))
	}
	return sum, nil
}

// keeps is what an operation keeps in this training: nothing if it is not recorded.
func (s *saver) keeps(rule *compiled, op *trace.Operation) compiledKeeps {
	if !s.record.needs[op.Output] {
		return compiledKeeps{}
	}
	return s.memory.keeps(rule, op)
}

// operands are the operands that an operation keeps themselves, not as copies in another type.
func (s *saver) operands(keeps compiledKeeps, rule *compiled, op *trace.Operation) []*trace.Value {
	kept := s.record.operands(keeps, rule, op)
	if !s.types.autocast {
		return kept
	}
	return slices.DeleteFunc(slices.Clone(kept), func(in *trace.Value) bool { return s.types.casts(rule, op, in) })
}

// extras is the bytes that an operation keeps beside its operands and its output.
func (s *saver) extras(keeps compiledKeeps, rule *compiled, op *trace.Operation) symbolic.Expr {
	var sum symbolic.Expr
	if !keeps.extra.IsZero() {
		v := s.names
		rule.assign(v, op, s.batch)
		v["bytes"], v["autocast"] = s.types.of(op.Output), symbolic.Int(boolInt(s.types.autocast))
		v["trained"] = symbolic.Int(boolInt(s.record.trained(op)))
		v["queries"] = symbolic.Int(boolInt(needsOneOf(s.record.needs, op, []int{0})))
		sum = keeps.extra.Substitute(v)
	}
	if !s.types.autocast {
		return sum
	}
	for _, in := range s.record.operands(keeps, rule, op) {
		if s.types.casts(rule, op, in) {
			sum = sum.Add(in.Shape.AllElements().Mul(in.Count()).Mul(s.batch).Mul(s.types.of(op.Output)))
		}
	}
	return sum.Add(s.copied.of[op].Mul(s.types.bytes))
}

// stored reports whether a value is a storage of its own.
func (s *saver) stored(v *trace.Value) bool {
	return s.rootOf(v) == v && len(s.parts[v]) == 0
}

// sumLoop sums the body over the iterations, and adds the storages that only some of them keep.
func (s *saver) sumLoop(l *trace.Loop) (symbolic.Expr, error) {
	var body symbolic.Expr
	err := s.within(l, func() (err error) { body, err = s.sum(l.Body); return err })
	if err != nil {
		return body, err
	}
	total, err := sumOver(s.budget, body, l.Index, 0, l.Times)
	if err != nil {
		return total, err
	}
	for _, w := range []when{s.kept[l.In], s.handed[handing{l, false}], s.handed[handing{l, true}]} {
		if w == 0 || w == always {
			continue
		}
		if err := s.runsOften(l, w.distinct()+1); err != nil { // so that the first iteration is none of the last ones that w distinguishes
			return total, err
		}
	}
	for _, n := range l.Body {
		op, is := n.(*trace.Operation)
		if !is || s.kept[op.Output] == 0 || s.kept[op.Output] == always || !s.stored(op.Output) {
			continue
		}
		some, err := s.sumSome(op.Output, l)
		if err != nil {
			return total, err
		}
		total = total.Add(some)
	}
	return total, nil
}
