package report

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
)

// Sweep shows the points of a sweep that were kept.
type Sweep struct {
	Grid   *sweep.Grid
	Points []*sweep.Point
	Notes  []string
}

// Document is a row for each point; of a histogram, for each bin.
func (s *Sweep) Document() *Document {
	t := Table{Columns: s.columns(), Notes: Remarks(s.Notes...)}
	for _, p := range s.Points {
		t.Rows = append(t.Rows, s.row(p))
	}
	return &Document{Tables: []Table{t}, Data: Object{{"rows", t.Objects()}, {"points", s.Grid.Points}}}
}

func (s *Sweep) columns() []Column {
	var out []Column
	if s.histogram() {
		out = append(out, Column{Head: "from", Right: true}, Column{Head: "to", Right: true}, Column{Head: "points", Right: true}, Column{Head: "the first of them", Key: "network", Fit: Names})
	} else {
		out = append(out, Column{Head: "network", Fit: Names})
	}
	for _, c := range s.Grid.Choices {
		out = append(out, Column{Head: c.Name, Path: "options." + c.Name})
	}
	for _, a := range s.Grid.Axes {
		out = append(out, Column{Head: a.Name, Path: "symbols." + a.Name, Right: true})
	}
	for _, name := range s.Grid.Columns {
		out = append(out, Column{Head: name, Path: "costs." + name, Right: true})
	}
	return out
}

func (s *Sweep) histogram() bool { return s.Grid.Keep.What == sweep.KeepHistogram }

func (s *Sweep) row(p *sweep.Point) Row {
	network, settings := s.Grid.Plane(p.Plane)
	var out Row
	if s.histogram() {
		from, to := s.bin(p)
		out = append(out, Int(from), Int(to), Int(big.NewInt(p.Count)))
	}
	out = append(out, Text(network))
	for _, setting := range settings {
		out = append(out, Text(setting))
	}
	for _, v := range p.Values {
		out = append(out, Int(big.NewInt(v)))
	}
	for k, name := range s.Grid.Columns {
		out = append(out, sweepCost(network, name, p.Costs[k]))
	}
	return out
}

// bin is the range of the cost that a histogram counts by.
func (s *Sweep) bin(p *sweep.Point) (from, to *big.Int) {
	_, by := sweep.By(s.Grid.Keep.By[0], "")
	for k, name := range s.Grid.Columns {
		if name == by {
			return sweep.Bin(p.Costs[k].Number)
		}
	}
	return nil, nil
}

func sweepCost(network, name string, v sweep.Value) Cell {
	q, err := cost.ParseQuantity(name)
	if err == nil {
		err = v.Err
	}
	if err != nil {
		return ExactCost(network, q, symbolic.Failed(err))
	}
	if cell, ok := Estimated(v.Number, v.Digits); ok {
		return cell
	}
	return ExactCost(network, q, symbolic.BigRat(v.Number))
}

// SweepNotes say how many points there were, and how many of them are no networks.
func SweepNotes(g *sweep.Grid, o sweep.Outcome, kept int, reasons []string) []string {
	out := []string{fmt.Sprintf("%s points, of which %s are shown", Thousands(big.NewInt(g.Points)), Thousands(big.NewInt(int64(kept))))}
	if o.Missing > 0 {
		out = append(out, fmt.Sprintf("%s points are no network; the first: %s", Thousands(big.NewInt(o.Missing)), FirstLine(fmt.Errorf("%s", o.Reason))))
	}
	return append(out, reasons...)
}
