package cost

import (
	"errors"
	"fmt"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// ClosedSkips is the skips of a network as closed formulas.
type ClosedSkips struct {
	Name  string
	Trace *trace.Trace    // with its free symbols and what is assumed of them
	Runs  []symbolic.Expr // the counts of repeats that must be at least 1
	Kinds []SkipForms
}

// SkipForms is the skips of one kind: how many there are and what they hold, each the tensor that it holds longest.
type SkipForms struct {
	Kind     string
	Count    symbolic.Expr
	Elements symbolic.Expr // of one sample
	Bytes    symbolic.Expr // for the whole batch
}

// CloseSkips finds the formulas of the skips of a subject in the free symbols of its network. Its error names the layer or the
// repeat that does not close.
func CloseSkips(s Subject, o Options) (*ClosedSkips, error) {
	resolved, err := resolveFree(s, trace.Options{})
	if err != nil {
		return nil, err
	}
	typical, err := resolved.Typical()
	if err != nil {
		return nil, fmt.Errorf("%s: skips have no closed form: %w", s.Name, err)
	}
	links, err := rewrite.TypicalLinks(typical, pricedMACs())
	if across := (*rewrite.AcrossError)(nil); errors.As(err, &across) { // a repeat that runs a known number of times can be written out
		if counted, e := resolved.TypicalCounted(); e == nil {
			typical = counted
			links, err = rewrite.TypicalLinks(typical, pricedMACs())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: skips have no closed form: %w", s.Name, err)
	}
	out := &ClosedSkips{Name: s.Name, Trace: resolved, Runs: typical.Runs}
	skips := func(yield func(*rewrite.Link) bool) {
		for k := range links {
			if links[k].Class == rewrite.Skip && !yield(&links[k]) {
				return
			}
		}
	}
	budget := resolved.Budget.Again()
	for _, kind := range rewrite.Kinds(skips) {
		forms := SkipForms{Kind: kind}
		for l := range skips {
			if l.Kind() != kind {
				continue
			}
			if err := forms.add(budget, l, typical.Within[l.Merge]); err != nil {
				return nil, fmt.Errorf("%s: what the skip at %s holds has no closed form: %w", s.Name, l.Merge.Name, err)
			}
		}
		forms.Bytes = o.bytes(forms.Elements)
		out.Kinds = append(out.Kinds, forms)
	}
	return out, nil
}

// add adds a link in all iterations that it stands for.
func (f *SkipForms) add(budget *symbolic.Budget, l *rewrite.Link, within []trace.Span) error {
	count, elements := symbolic.Int(1), l.Held.Shape.AllElements()
	for k := len(within) - 1; k >= 0; k-- {
		var err error
		if count, err = sumOver(budget, count, within[k].Index, within[k].First, within[k].Times); err != nil {
			return err
		}
		if elements, err = sumOver(budget, elements, within[k].Index, within[k].First, within[k].Times); err != nil {
			return err
		}
	}
	f.Count, f.Elements = f.Count.Add(count), f.Elements.Add(elements)
	return nil
}
