package arch

import (
	"slices"
)

// Skip is a merge whose operands share an origin: something jumped over the layers between. See [Skips].
type Skip struct {
	ID       int // from 1, in execution order
	Merge    *Operation
	Origin   *Value // the latest tensor that every operand comes from
	Trunk    int    // the operand behind the most weight layers
	Shortcut int    // the operand behind the fewest
	// Projected says that the shortcut has weight layers of its own; else it is an identity, up to pooling, cutting and padding.
	Projected bool
	// Span is the number of weight layers on the longest path that is jumped over.
	Span int
	// Life is the number of operations that are jumped over in time: they run between origin and merge, and while they do the
	// shortcut holds a tensor, its origin or what it makes of it.
	Life int
}

// Path lists the operations between the origin and an operand, in execution order.
func (s Skip) Path(operand int) []*Operation {
	var ops []*Operation
	seen := map[*Operation]bool{}
	var visit func(v *Value)
	visit = func(v *Value) {
		if v == s.Origin || v.Producer == nil || seen[v.Producer] || v.ID < s.Origin.ID {
			return
		}
		seen[v.Producer] = true
		ops = append(ops, v.Producer)
		for _, in := range v.Producer.Inputs {
			visit(in)
		}
	}
	visit(s.Merge.Inputs[operand])
	slices.SortFunc(ops, func(a, b *Operation) int { return a.Output.ID - b.Output.ID })
	return ops
}

// Skips finds the skips of an unrolled trace, in execution order. A concat of one tensor and a merge of tensors without a
// common origin are none.
func Skips(t *Trace) []Skip {
	position := map[*Value]int{t.Input: -1}
	ops := t.Operations()
	for k, op := range ops {
		position[op.Output] = k
	}
	var skips []Skip
	for k, op := range ops {
		if !op.Kind.Skip || len(op.Inputs) < 2 {
			continue
		}
		origin := commonOrigin(op.Inputs)
		if origin == nil {
			continue
		}
		s := Skip{ID: len(skips) + 1, Merge: op, Origin: origin}
		s.measure()
		s.Life = k - position[origin] - 1 - len(s.Path(s.Shortcut))
		skips = append(skips, s)
	}
	return skips
}

// commonOrigin walks back from the latest of several tensors until one is left. Values are numbered in the order in which
// they are made, so the latest one cannot be what the others come from.
func commonOrigin(inputs []*Value) *Value {
	front := map[*Value]bool{}
	for _, v := range inputs {
		front[v] = true
	}
	for len(front) > 1 {
		var latest *Value
		for v := range front {
			if latest == nil || v.ID > latest.ID {
				latest = v
			}
		}
		if latest.Producer == nil || len(latest.Producer.Inputs) == 0 {
			return nil
		}
		delete(front, latest)
		for _, v := range latest.Producer.Inputs {
			front[v] = true
		}
	}
	for v := range front {
		return v
	}
	return nil
}

// measure counts the weight layers on the way to each operand. Of equals the first is the shortcut and the last the trunk,
// the order in which people write them.
func (s *Skip) measure() {
	known := map[*Value]int{}
	var longest func(v *Value) int
	longest = func(v *Value) int {
		if v == s.Origin || v.Producer == nil || v.ID < s.Origin.ID {
			return 0
		}
		if n, ok := known[v]; ok {
			return n
		}
		most := 0
		for _, in := range v.Producer.Inputs {
			most = max(most, longest(in))
		}
		if v.Producer.Kind.weights() {
			most++
		}
		known[v] = most
		return most
	}
	least, most := 0, 0
	for k, v := range s.Merge.Inputs {
		n := longest(v)
		if k == 0 || n < least {
			least, s.Shortcut = n, k
		}
		if n >= most {
			most, s.Trunk = n, k
		}
	}
	s.Span, s.Projected = most, least > 0
}

// weights reports whether a kind is a weight layer: its work is a matrix product with learned weights.
func (k *Kind) weights() bool {
	_, out := k.Parameter("out")
	_, heads := k.Parameter("heads")
	return heads || out && k.Name != "zero_pad"
}
