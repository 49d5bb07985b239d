package rewrite

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/trace"
)

// AcrossError is a link of which class or tensor depend on how often a repeat runs.
type AcrossError struct{ Layer string }

// Error names the layer at which the link ends.
func (e *AcrossError) Error() string {
	return fmt.Sprintf("what the link at %s jumps over depends on how often a repeat runs; bind the symbols it depends on", e.Layer)
}

// TypicalLinks finds the links of the iterations that stand for all others. A link that goes past a loop or from one iteration
// to another is the same however often the loop runs where its operand is its origin: there are no layers to weigh against
// those of the trunk. Of any other such link nothing is said: the error is *AcrossError.
func TypicalLinks(t *trace.Typical, macs MACs) ([]Link, error) {
	f := newFinder(t.Trace, macs)
	links := f.all()
	for k := range links {
		l := &links[k]
		if l.Origin == nil || l.Origin == l.Tensor || l.Class == Gate {
			continue
		}
		origin := f.at[l.Origin]
		for _, end := range []*trace.Value{l.Tensor, l.Main} {
			for _, v := range f.between(origin, f.at[end]) {
				if t.Carries(f.ops[v-1]) {
					return nil, &AcrossError{Layer: l.Merge.Name}
				}
			}
		}
	}
	return links, nil
}
