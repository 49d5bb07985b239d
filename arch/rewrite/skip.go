package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// Skip is a merge whose operands share an origin: something jumped over the layers between. See [Skips].
type Skip struct {
	ID       int // from 1, in execution order
	Merge    *trace.Operation
	Origin   *trace.Value // the latest tensor that every operand comes from
	Trunk    int          // the operand behind the most weight layers
	Shortcut int          // the operand behind the fewest
	// Projected says that the shortcut has weight layers of its own; else it is an identity, up to pooling, cutting and padding.
	Projected bool
	// Span is the number of weight layers on the longest path that is jumped over.
	Span int
	// Life is the number of operations that are jumped over in time: they run between origin and merge, and while they do the
	// shortcut holds a tensor, its origin or what it makes of it.
	Life int
	// Waiting is the tensor that it holds while most of these run: the origin, if a projection runs only behind the body.
	Waiting *trace.Value
}

// Path lists the operations between the origin and an operand, in execution order.
func (s Skip) Path(operand int) []*trace.Operation {
	var ops []*trace.Operation
	seen := map[*trace.Operation]bool{}
	var visit func(v *trace.Value)
	visit = func(v *trace.Value) {
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
	slices.SortFunc(ops, func(a, b *trace.Operation) int { return a.Output.ID - b.Output.ID })
	return ops
}

// Skips finds the skips of an unrolled trace, in execution order. A concat of one tensor and a merge of tensors without a
// common origin are none.
func Skips(t *trace.Trace) []Skip {
	position := map[*trace.Value]int{t.Input: -1}
	origins := newOrigins(t.Input)
	var spans spans
	var skips []Skip
	for k, op := range t.Operations() {
		position[op.Output] = k
		origins.add(op.Output, op.Inputs)
		if !op.Kind.Links || len(op.Inputs) < 2 {
			continue
		}
		origin := origins[op.Output].parent.value
		if origin == nil {
			continue
		}
		s := Skip{ID: len(skips) + 1, Merge: op, Origin: origin}
		spans.from(origin)
		spans.measure(&s)
		s.wait(position)
		skips = append(skips, s)
	}
	return skips
}

// wait finds what the shortcut holds in the time between origin and merge, and how long.
func (s *Skip) wait(position map[*trace.Value]int) {
	held, since := s.Origin, position[s.Origin]
	longest := -1
	path := s.Path(s.Shortcut)
	until := func(at int) {
		if n := at - since - 1; n >= longest {
			s.Waiting, longest = held, n
		}
		s.Life += at - since - 1
	}
	for _, op := range path {
		until(position[op.Output])
		held, since = op.Output, position[op.Output]
	}
	until(position[s.Merge.Output])
}

// spans counts the weight layers on the longest way from an origin. Skips in a row often have the same one.
type spans struct {
	origin *trace.Value
	known  map[*trace.Value]int
}

func (s *spans) from(origin *trace.Value) {
	if s.origin != origin {
		s.origin, s.known = origin, map[*trace.Value]int{}
	}
}

func (s *spans) longest(v *trace.Value) int {
	if v == s.origin || v.Producer == nil || v.ID < s.origin.ID {
		return 0
	}
	if n, ok := s.known[v]; ok {
		return n
	}
	most := 0
	for _, in := range v.Producer.Inputs {
		most = max(most, s.longest(in))
	}
	most += v.Producer.Kind.WeightLayers
	s.known[v] = most
	return most
}

// measure tells the operands of a skip apart by the weight layers before them. Of equals the first is the shortcut and the
// last the trunk, the order in which people write them.
func (s *spans) measure(skip *Skip) {
	least, most := 0, 0
	for k, v := range skip.Merge.Inputs {
		n := s.longest(v)
		if k == 0 || n < least {
			least, skip.Shortcut = n, k
		}
		if n >= most {
			most, skip.Trunk = n, k
		}
	}
	skip.Span, skip.Projected = most, least > 0
}
