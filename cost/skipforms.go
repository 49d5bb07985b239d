package cost

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// ClosedSkips is the skips of a network as closed formulas.
type ClosedSkips struct {
	Name  string
	Trace *trace.Trace    // with its free symbols and the assumptions about them
	Runs  []symbolic.Expr // the counts of repeats that must be at least 1
	Kinds []SkipForms
}

// SkipForms is the formulas of the skips of one kind: their number, and the elements and bytes of the tensors that they hold
// longest.
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
	out := &ClosedSkips{Name: s.Name, Trace: resolved}
	typical, links, err := typicalLinks(resolved)
	if err == nil {
		err = out.add(typical, links)
	} else if e := out.sample(o); e == nil { // iterations that read all before them have no typical one
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: skips have no closed form: %w", s.Name, err)
	}
	for k := range out.Kinds {
		out.Kinds[k].Bytes = o.bytes(out.Kinds[k].Elements)
	}
	return out, nil
}

// typicalLinks are the links of the iterations that stand for all others.
func typicalLinks(resolved *trace.Trace) (*trace.Typical, []rewrite.Link, error) {
	typical, err := resolved.Typical()
	if err != nil {
		return nil, nil, err
	}
	links, err := rewrite.TypicalLinks(typical, pricedMACs())
	if across := (*rewrite.AcrossError)(nil); errors.As(err, &across) { // a repeat that runs a known number of times can be written out
		if counted, e := resolved.TypicalCounted(); e == nil {
			typical = counted
			links, err = rewrite.TypicalLinks(typical, pricedMACs())
		}
	}
	return typical, links, err
}

// skipsOf iterates over the links that are skips.
func skipsOf(links []rewrite.Link) iter.Seq[*rewrite.Link] {
	return func(yield func(*rewrite.Link) bool) {
		for k := range links {
			if links[k].Class == rewrite.Skip && !yield(&links[k]) {
				return
			}
		}
	}
}

// add adds the skips of typical iterations up by their kinds.
func (c *ClosedSkips) add(typical *trace.Typical, links []rewrite.Link) error {
	c.Runs = typical.Runs
	budget := c.Trace.Budget.Copy()
	for _, kind := range rewrite.Kinds(skipsOf(links)) {
		forms := SkipForms{Kind: kind}
		for l := range skipsOf(links) {
			if l.Kind() != kind {
				continue
			}
			if err := forms.add(budget, l, typical.Within[l.Merge]); err != nil {
				return fmt.Errorf("what the skip at %s holds: %w", l.Merge.Name, err)
			}
		}
		c.Kinds = append(c.Kinds, forms)
	}
	return nil
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

// errUnlike is the error for a merge of many tensors that are not all linked alike.
var errUnlike = errors.New("the tensors that a merge reads of all iterations before are not alike")

// sample finds the formulas of all kinds at once: it sums the number and the elements of skips, each multiplied by a symbol of
// its own.
func (c *ClosedSkips) sample(o Options) error {
	var kinds []string
	priced := newCounter(Options{Batch: o.Batch})
	form, err := priced.sampled(c.Trace, func(_ *counter, s *trace.Sampled) (*samplePrice, error) {
		links, err := rewrite.SampledLinks(s, pricedMACs())
		if err != nil {
			return nil, err
		}
		for _, kind := range rewrite.Kinds(skipsOf(links)) {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
		return sampledSkips(links)
	})
	if err != nil {
		return err
	}
	c.Runs = form.runs
	for _, kind := range kinds {
		count, rest, ok := form.sum.Linear(countOf(kind))
		elements, _, also := rest.Linear(elementsOf(kind))
		if !ok || !also {
			return errUnlike
		}
		c.Kinds = append(c.Kinds, SkipForms{Kind: kind, Count: count, Elements: elements})
	}
	return nil
}

// countOf and elementsOf are the symbols for the number and the elements of the skips of a kind in that sum.
func countOf(kind string) string    { return kind + "#count" }
func elementsOf(kind string) string { return kind + "#elements" }

// sampledSkips is the number and elements of the skips at each merge. Of tensors that one value stands for, those that are
// written out are examples of all.
func sampledSkips(links []rewrite.Link) (*samplePrice, error) {
	shares := map[*trace.Operation]symbolic.Expr{}
	add := func(l *rewrite.Link, count symbolic.Expr) {
		if l.Class != rewrite.Skip {
			return
		}
		held := count.Mul(l.Held.Shape.AllElements())
		shares[l.Merge] = symbolic.Sum(shares[l.Merge], count.Mul(symbolic.Symbol(countOf(l.Kind()))), held.Mul(symbolic.Symbol(elementsOf(l.Kind()))))
	}
	shown := map[*trace.Value]*rewrite.Link{} // by the value that stands for many, its first link
	for k := range links {
		l := &links[k]
		many := manyOf(l)
		first := shown[many]
		switch {
		case many == nil:
			add(l, symbolic.Int(1))
		case first == nil:
			shown[many] = l
			count := many.Count()
			if slices.Contains(many.Tensors(), l.Main) {
				count = count.Sub(symbolic.Int(1))
			}
			add(l, count)
		case first.Class != l.Class || first.Kind() != l.Kind() || !first.Held.Shape.AllElements().Equal(l.Held.Shape.AllElements()):
			return nil, errUnlike
		}
	}
	return &samplePrice{share: func(op *trace.Operation) symbolic.Expr { return shares[op] }}, nil
}

// manyOf is the value that stands for the operand of a link and for others; nil where the merge reads the operand by itself.
func manyOf(l *rewrite.Link) *trace.Value {
	for _, in := range l.Merge.Inputs {
		if some := in.Tensors(); some[0] != in && slices.Contains(some, l.Tensor) {
			return in
		}
	}
	return nil
}
