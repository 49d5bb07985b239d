package report

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost/convention"
)

// figureLine says in one line what a column of a convention's figure holds.
func figureLine(f *convention.Figure) string {
	c := f.Convention()
	line := fmt.Sprintf("%s: %q of %s; sees %s", f.Key(), f.Prints, c.Version, c.Sees)
	for _, q := range c.Quirks {
		line += "; " + q
	}
	return line
}

// figureCell is a figure, or the reason why there is none. A remaining half of a figure that is halved is left out.
func figureCell(name string, e symbolic.Expr) Cell {
	if err := e.Err(); err != nil {
		return Missing(name + ": " + FirstLine(err))
	}
	r, known := e.Rational()
	if !known {
		return Expression(e)
	}
	return rationalCell(name, r)
}

func rationalCell(name string, r *big.Rat) Cell {
	whole := new(big.Int).Div(r.Num(), r.Denom())
	if r.IsInt() {
		return Int(whole)
	}
	return Int(whole).Noted(name + ": half an operation is left out")
}

// AsPrinted are figures of conventions for each of several networks.
type AsPrinted struct {
	Figures []*convention.Figure
	Tallies []*convention.Tally  // one for each network
	Errors  []error              // why there is none
	Layers  []*convention.Layers // of each network, where layers are shown
}

// columns have the figures' keys as heads. JSON has them together under one key.
func (w *AsPrinted) columns() []Column {
	if w == nil {
		return nil
	}
	out := make([]Column, len(w.Figures))
	for k, f := range w.Figures {
		out[k] = Column{Head: f.Key(), Path: "as." + f.Key(), Right: true}
	}
	return out
}

// cells are the figures of the k-th network.
func (w *AsPrinted) cells(k int, network string) Row {
	if w == nil {
		return nil
	}
	var row Row
	for _, f := range w.Figures {
		if err := w.Errors[k]; err != nil {
			row = append(row, Missing(network+": "+FirstLine(err)))
			continue
		}
		row = append(row, figureCell(network+", "+f.Key(), f.Of(w.Tallies[k], convention.Reading{})))
	}
	return row
}

// layer is the cells of the figures for a layer of the k-th network.
func (w *AsPrinted) layer(k int, op *trace.Operation) Row {
	if w == nil {
		return nil
	}
	var row Row
	for _, f := range w.Figures {
		row = append(row, figureCell(f.Key(), w.Layers[k].Of(op, f)))
	}
	return row
}

// notes say what each convention counts, each once.
func (w *AsPrinted) notes() []string {
	if w == nil {
		return nil
	}
	var out []string
	for _, f := range w.Figures {
		out = append(out, figureLine(f))
	}
	return slices.Compact(out)
}
