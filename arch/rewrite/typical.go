package rewrite

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// AcrossError is the error for a link whose class or tensor depends on the number of iterations of a repeat.
type AcrossError struct{ Layer string }

// Error names the layer at which the link ends.
func (e *AcrossError) Error() string {
	return fmt.Sprintf("what the link at %s jumps over depends on how often a repeat runs; bind the symbols it depends on", e.Layer)
}

// TypicalLinks finds the links of the iterations that stand for all others. A link past a loop, or from one iteration to
// another, is the same for every number of iterations if its operand is its origin: then it has no layers to compare with those
// of the trunk. For any other such link the error is *AcrossError.
func TypicalLinks(t *trace.Typical, macs MACs) ([]Link, error) {
	f := newFinder(t.Trace, macs)
	return f.within(func(l *Link) bool { return f.crosses(l, l.Tensor, t.Carries) || f.crosses(l, l.Main, t.Carries) })
}

// SampledLinks is TypicalLinks for a trace of which some iterations are left out. Operands that one value stands for have a
// link each, as far as they are written. An identity link is the same for every large enough number of iterations if only the
// tensor that it holds longest waits while left-out iterations run.
func SampledLinks(s *trace.Sampled, macs MACs) ([]Link, error) {
	f := newFinder(s.Trace, macs)
	return f.within(func(l *Link) bool {
		if _, counts := s.Within(l.Merge); !counts {
			return false
		}
		return f.crosses(l, l.Tensor, s.Jumps) || f.crosses(l, l.Main, s.Jumps) && (l.Projected || !f.waitsOnce(l, s.Jumps))
	})
}

// within finds the links, and refuses those that depend on how often a repeat runs.
func (f *finder) within(depends func(*Link) bool) ([]Link, error) {
	links := f.all()
	for k := range links {
		if l := &links[k]; l.Origin != nil && l.Origin != l.Tensor && l.Class != Gate && depends(l) {
			return nil, &AcrossError{Layer: l.Merge.Name}
		}
	}
	return links, nil
}

// crosses reports whether iterations are left out on a way from the origin of a link to a tensor.
func (f *finder) crosses(l *Link, end *trace.Value, leaves func(*trace.Operation) bool) bool {
	return slices.ContainsFunc(f.between(f.at[l.Origin], f.at[end]), func(v int32) bool { return leaves(f.ops[v-1]) })
}

// waitsOnce reports whether the tensor that a link holds longest is the only one of its way that waits while iterations that are left
// out run.
func (f *finder) waitsOnce(l *Link, leaves func(*trace.Operation) bool) bool {
	at, made := f.at[l.Origin], f.at[l.Merge.Output]
	for _, next := range append(f.between(at, f.at[l.Tensor]), made) {
		if slices.ContainsFunc(f.ops[at:next-1], leaves) && f.tensor(at) != l.Held {
			return false
		}
		at = next
	}
	return true
}
