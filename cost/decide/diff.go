package decide

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Side is one of two networks that are compared, and how it is priced.
type Side struct {
	Subject cost.Subject
	Options cost.Options
}

// Difference is what changed between two networks.
type Difference struct {
	Before, After *Priced
	Layers        cost.LayerChanges // those that were added, removed or changed, in order, added ones last
	Links         []LinkChange      // likewise
	Listed        []cost.Quantity   // the costs in which layers are compared, those of which layers have shares
}

// Priced is a network with its costs and links.
type Priced struct {
	Name  string
	Trace *trace.Trace // with its loops
	Total *cost.Total
	// Unlisted says why layers and links are not compared, where the network is too long to be written out.
	Unlisted error

	layers *cost.LayerList
	links  []rewrite.Link
}

// LinkChange is a link before and after; one of them is nil if the link was added or removed.
type LinkChange struct{ Before, After *rewrite.Link }

// changed reports whether the link was added or removed, or differs in class, kind, span or the shape that it holds.
func (c LinkChange) changed() bool {
	b, a := c.Before, c.After
	if b == nil || a == nil {
		return true
	}
	return a.Class != b.Class || a.Merge.Kind != b.Merge.Kind || a.Projected != b.Projected || a.Span != b.Span || !a.Held.Shape.Equal(b.Held.Shape)
}

// Diff compares two networks in costs, layers and links.
func Diff(before, after Side, quantities []cost.Quantity) (*Difference, error) {
	d := &Difference{Listed: slices.DeleteFunc(slices.Clone(quantities), func(q cost.Quantity) bool {
		return !q.Closes() || q.Gain() || q.Unit() == cost.Ratio
	})}
	var wait sync.WaitGroup
	var errs [2]error
	wait.Go(func() { d.Before, errs[0] = price(before, quantities, d.Listed) })
	d.After, errs[1] = price(after, quantities, d.Listed)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if d.Before.Unlisted != nil || d.After.Unlisted != nil {
		return d, nil
	}
	layers := matchLayers(d.Before.layers, d.After.layers, d.Listed)
	d.Layers = cost.NewLayerChanges(d.Before.layers, d.After.layers, layers.forth, layers.back)
	d.compareLinks(layers)
	return d, nil
}

func (d *Difference) compareLinks(layers *matching) {
	b, a := d.Before, d.After
	links := matchLinks(b.links, a.links, b.layers.Operations, a.layers.Operations, layers)
	for k, partner := range links.forth {
		c := LinkChange{Before: &b.links[k]}
		if partner >= 0 {
			c.After = &a.links[partner]
		}
		if c.changed() {
			d.Links = append(d.Links, c)
		}
	}
	for k, partner := range links.back {
		if partner < 0 {
			d.Links = append(d.Links, LinkChange{After: &a.links[k]})
		}
	}
}

// price resolves and prices one side, and lists its layers and links.
func price(s Side, quantities, listed []cost.Quantity) (*Priced, error) {
	t, err := s.Subject.Resolve(trace.Options{})
	if err != nil {
		return nil, err
	}
	o := s.Options
	o.Quantities = quantities
	p := &Priced{Name: s.Subject.Name, Trace: t}
	if p.Total, err = cost.Of(t, o); err != nil {
		return nil, err
	}
	out, err := t.Unrolled()
	if err != nil {
		p.Unlisted = err
		return p, nil
	}
	o.Layers, o.Quantities = true, listed
	total, err := cost.Of(out, o)
	if err != nil {
		return nil, err
	}
	p.layers = cost.ListLayers(total.Layers, listed)
	p.links = cost.Editor(out).Links()
	return p, nil
}

// Allowance is how much a cost may rise: by an amount, or by a share of its value before.
type Allowance struct {
	Quantity cost.Quantity
	Amount   *big.Rat // nil where it is a share
	Share    *big.Rat // 1/20 for 5 %
	Text     string   // as it was given: 5%
}

// limit is the largest value that a cost may have after a change, given its value before.
func (a Allowance) limit(before *big.Rat) *big.Rat {
	if a.Share != nil {
		rise := new(big.Rat).Mul(before, a.Share)
		return rise.Add(rise, before)
	}
	return new(big.Rat).Add(before, a.Amount)
}

// ParseAllowances reads params+5%,inference_peak_bytes+1MiB. The error is *choose.UnknownError for an unknown cost.
func ParseAllowances(texts ...string) ([]Allowance, error) {
	var out []Allowance
	for _, list := range texts {
		for text := range strings.SplitSeq(list, ",") {
			a, err := parseAllowance(strings.TrimSpace(text))
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
	}
	return out, nil
}

func parseAllowance(text string) (Allowance, error) {
	name, rise, found := strings.Cut(text, "+")
	if !found {
		return Allowance{}, fmt.Errorf("what a cost may rise by is written as params+5%% or inference_peak_bytes+1MiB, not %q", text)
	}
	q, err := quantityOf(name)
	if err != nil {
		return Allowance{}, err
	}
	a := Allowance{Quantity: q, Text: strings.TrimSpace(rise)}
	percent, relative := strings.CutSuffix(a.Text, "%")
	amount, err := cost.ParseAmount(percent)
	switch {
	case err != nil:
		return a, fmt.Errorf("%s: %w", q, err)
	case relative && amount.Unit == cost.Bytes:
		return a, fmt.Errorf("%s: %q is no percentage", q, a.Text)
	case relative:
		a.Share = new(big.Rat).Quo(amount.Value, big.NewRat(100, 1))
		return a, nil
	}
	a.Amount, err = amount.For(q)
	return a, err
}

// Rise is a cost that rose by more than allowed.
type Rise struct {
	Allowance
	Before, After *big.Rat
}

// Rises lists the costs that rose by more than allowed. A cost that is not known is an error.
func (d *Difference) Rises(allowances []Allowance) ([]Rise, error) {
	var out []Rise
	for _, a := range allowances {
		before, ok := d.Before.Total.Of(a.Quantity).Rational()
		after, known := d.After.Total.Of(a.Quantity).Rational()
		if !ok || !known {
			return nil, fmt.Errorf("whether %s rose by more than %s is not known", a.Quantity, a.Text)
		}
		if after.Cmp(a.limit(before)) > 0 {
			out = append(out, Rise{a, before, after})
		}
	}
	return out, nil
}
