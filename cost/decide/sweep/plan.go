package sweep

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/cost"
)

// BatchAxis is the axis of how many samples a batch has; a network with a symbol of that name has that instead.
const BatchAxis = "batch"

// Plan is the points of a sweep: each network, at each setting of the options, at every point of the axes. The last axis varies
// fastest, and the networks slowest.
type Plan struct {
	Subjects []cost.Subject
	Options  cost.Options
	Axes     []grid.Axis
	Choices  []Choice
	Columns  []cost.Quantity // the costs that are shown of each point
	Where    *Condition      // which points count; nil for all
}

// Choice is an option with the values it takes.
type Choice struct {
	Name   string
	Values []Setting
}

// Setting is one value of an option.
type Setting struct {
	Text  string
	Apply func(*cost.Options)
}

// Sweep is a plan that can be run. It never changes.
type Sweep struct {
	plan       *Plan
	quantities []cost.Quantity // the columns, and behind them the costs of the condition alone
	planes     []*Plane
	perPlane   int64
}

// Plane is one network at one setting of the options.
type Plane struct {
	Network    string
	Settings   []string // of the choices, in their order
	subject    cost.Subject
	options    cost.Options
	axes       []grid.Axis
	ofBatch    int // the axis that is the batch; −1 if there is none
	where      *Condition
	quantities []cost.Quantity
	form       *form // nil where every point is priced by itself
	Reason     error // why it is
	Notes      []string
}

// New prepares a plan. The error is *UnknownSymbolError where a network lacks one that the sweep is over, or asks for.
func New(p *Plan) (*Sweep, error) {
	s := &Sweep{plan: p, quantities: slices.Clone(p.Columns)}
	if p.Where != nil {
		for _, q := range p.Where.Quantities() {
			if !slices.Contains(s.quantities, q) {
				s.quantities = append(s.quantities, q)
			}
		}
	}
	points := grid.Points(p.Axes)
	settings := combinations(p.Choices)
	all := new(big.Int).Mul(points, big.NewInt(int64(len(settings)*len(p.Subjects))))
	if all.Cmp(big.NewInt(MaxPoints)) > 0 {
		return nil, tooManyPoints(all)
	}
	s.perPlane = points.Int64()
	for _, subject := range p.Subjects {
		for _, chosen := range settings {
			plane, err := newPlane(p, subject, chosen, s.quantities)
			if err != nil {
				return nil, err
			}
			s.planes = append(s.planes, plane)
		}
	}
	return s, nil
}

// Points is how many there are.
func (s *Sweep) Points() int64 { return s.perPlane * int64(len(s.planes)) }

// Planes are the networks at their settings, in order.
func (s *Sweep) Planes() []*Plane { return s.planes }

// combinations are all ways to choose one setting of each choice, the last varying fastest.
func combinations(choices []Choice) [][]Setting {
	out := [][]Setting{nil}
	for _, c := range choices {
		var next [][]Setting
		for _, head := range out {
			for _, s := range c.Values {
				next = append(next, append(slices.Clip(head), s))
			}
		}
		out = next
	}
	return out
}

// UnknownSymbolError is a symbol that a network does not have.
type UnknownSymbolError struct {
	Network, Symbol string
	Known           []string
}

// Error names both.
func (e *UnknownSymbolError) Error() string {
	return fmt.Sprintf("%s has no symbol %q", e.Network, e.Symbol)
}

// Remarks say which numbers of a plane are not exact, and why its points are priced one by one, which takes longer.
func (p *Plane) Remarks() []string {
	out := slices.Clone(p.Notes)
	if p.Reason != nil {
		out = append(out, fmt.Sprintf("%s: each point is resolved and priced by itself: %v", p.Network, p.Reason))
	}
	return out
}

func newPlane(p *Plan, subject cost.Subject, chosen []Setting, quantities []cost.Quantity) (*Plane, error) {
	out := &Plane{Network: subject.Name, options: p.Options, axes: p.Axes, ofBatch: -1, where: p.Where, quantities: quantities}
	out.options.Quantities = quantities
	for _, s := range chosen {
		out.Settings = append(out.Settings, s.Text)
		s.Apply(&out.options)
	}
	known := []string{BatchAxis}
	for _, symbol := range subject.Network.Symbols {
		known = append(known, symbol.Name)
	}
	least := map[string]symbolic.Expr{}
	for k, a := range p.Axes {
		_, own := subject.Network.Symbol(a.Name)
		switch {
		case own:
			least[a.Name] = symbolic.Int(a.At(0))
		case a.Name == BatchAxis:
			out.ofBatch = k
		default:
			return nil, &UnknownSymbolError{subject.Name, a.Name, known}
		}
	}
	if p.Where != nil {
		for _, name := range p.Where.Names() {
			if _, err := cost.ParseQuantity(name); err != nil && !contains(known, name) {
				return nil, &UnknownSymbolError{subject.Name, name, known}
			}
		}
	}
	// Settings of symbols from which a symbol of the grid is derived would have no effect, and are dropped.
	out.subject = subject.With(least)
	for name := range least {
		delete(out.subject.Set, name)
	}
	out.form, out.Reason = out.close()
	return out, nil
}
