package render

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/report"
)

// SweepCSV writes the points of a sweep as rows of comma-separated values, under the header that it has.
type SweepCSV struct{ Grid *sweep.Grid }

// Head is the header.
func (r SweepCSV) Head() string {
	names := []string{"network"}
	for _, c := range r.Grid.Choices {
		names = append(names, c.Name)
	}
	for _, a := range r.Grid.Axes {
		names = append(names, a.Name)
	}
	var out []byte
	for k, name := range append(names, r.Grid.Columns...) {
		if k > 0 {
			out = append(out, ',')
		}
		out = appendCSV(out, name)
	}
	return string(append(out, '\n'))
}

// Point adds the row of a point.
func (r SweepCSV) Point(dst []byte, p *sweep.Point) []byte {
	dst = r.plane(dst, p.Plane)
	for _, v := range p.Values {
		dst = strconv.AppendInt(append(dst, ','), v, 10)
	}
	for _, c := range p.Costs {
		dst = r.cost(append(dst, ','), c)
	}
	return append(dst, '\n')
}

func (r SweepCSV) plane(dst []byte, plane int) []byte {
	network, settings := r.Grid.Plane(plane)
	dst = appendCSV(dst, network)
	for _, s := range settings {
		dst = appendCSV(append(dst, ','), s)
	}
	return dst
}

func (SweepCSV) cost(dst []byte, v sweep.Value) []byte {
	if v.Err != nil {
		return dst
	}
	if c, ok := report.Estimated(v.Number, v.Digits); ok {
		return append(dst, c.Text(report.Machine)...)
	}
	return append(dst, v.Number.RatString()...)
}

// Append adds the rows of a batch.
func (r SweepCSV) Append(dst []byte, b *sweep.Batch) []byte {
	same := r.plane(nil, b.PlaneNumber())
	for _, v := range b.Outer() {
		same = strconv.AppendInt(append(same, ','), v, 10)
	}
	return appendRows(dst, b, len(r.Grid.Columns), rowShape{
		same: same, last: ",", costs: slices.Repeat([]string{","}, len(r.Grid.Columns)), end: "\n", hasLast: len(r.Grid.Axes) > 0, exact: r.cost,
	})
}

// SweepLines writes the points of a sweep as objects of JSON, one a line.
type SweepLines struct{ Grid *sweep.Grid }

// Head is empty: every line is a point.
func (SweepLines) Head() string { return "" }

// Point adds the line of a point.
func (r SweepLines) Point(dst []byte, p *sweep.Point) []byte {
	var last int64
	outer := p.Values
	if n := len(p.Values); n > 0 {
		outer, last = p.Values[:n-1], p.Values[n-1]
	}
	s := r.shape(p.Plane, outer)
	dst = append(dst, s.same...)
	if s.hasLast {
		dst = strconv.AppendInt(append(dst, s.last...), last, 10)
	}
	for k, c := range p.Costs {
		dst = r.cost(append(dst, s.costs[k]...), c)
	}
	return append(dst, s.end...)
}

// Append adds the lines of a batch.
func (r SweepLines) Append(dst []byte, b *sweep.Batch) []byte {
	return appendRows(dst, b, len(r.Grid.Columns), r.shape(b.PlaneNumber(), b.Outer()))
}

// shape is the text around the numbers of points that differ only in the last symbol.
func (r SweepLines) shape(plane int, outer []int64) rowShape {
	network, settings := r.Grid.Plane(plane)
	same := appendJSON([]byte(`{"network":`), network)
	same = append(same, `,"options":{`...)
	for k, s := range settings {
		if k > 0 {
			same = append(same, ',')
		}
		same = appendJSON(append(appendJSON(same, r.Grid.Choices[k].Name), ':'), s)
	}
	same = append(same, `},"symbols":{`...)
	for k, v := range outer {
		same = strconv.AppendInt(append(appendJSON(same, r.Grid.Axes[k].Name), ':'), v, 10)
		same = append(same, ',')
	}
	out := rowShape{same: same, hasLast: len(r.Grid.Axes) > 0, end: "}}\n", exact: r.cost}
	if out.hasLast {
		out.last = string(appendJSON(nil, r.Grid.Axes[len(outer)].Name)) + ":"
	}
	for k, name := range r.Grid.Columns {
		before := `},"costs":{`
		if k > 0 {
			before = ","
		}
		out.costs = append(out.costs, before+string(appendJSON(nil, name))+":")
	}
	return out
}

func (SweepLines) cost(dst []byte, v sweep.Value) []byte {
	if v.Err != nil {
		return append(dst, "null"...)
	}
	c, few := report.Estimated(v.Number, v.Digits)
	switch {
	case few:
		return append(dst, c.Text(report.Machine)...)
	case v.Number.IsInt():
		return append(dst, v.Number.RatString()...)
	}
	return append(append(append(dst, '"'), v.Number.RatString()...), '"')
}

// rowShape is the text of rows around their numbers.
type rowShape struct {
	same    []byte // before all of them
	last    string // before the value of the last symbol
	hasLast bool
	costs   []string // before each cost
	end     string
	exact   func([]byte, sweep.Value) []byte // writes a cost that is no machine word
}

// appendRows writes the points of a batch that count.
func appendRows(dst []byte, b *sweep.Batch, columns int, s rowShape) []byte {
	words := make([][]int64, columns)
	for q := range words {
		words[q] = b.Words(q)
	}
	for k := range b.Len() {
		if !b.Has(k) {
			continue
		}
		dst = append(dst, s.same...)
		if s.hasLast {
			dst = strconv.AppendInt(append(dst, s.last...), b.Last(k), 10)
		}
		for q, w := range words {
			dst = append(dst, s.costs[q]...)
			if w != nil {
				dst = strconv.AppendInt(dst, w[k], 10)
			} else {
				dst = s.exact(dst, b.Cost(k, q))
			}
		}
		dst = append(dst, s.end...)
	}
	return dst
}

// appendJSON writes a text in JSON.
func appendJSON(dst []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // texts have no part that cannot be written
	return append(dst, quoted...)
}

// SweepRows writes points as rows under a head.
type SweepRows interface {
	sweep.Rows
	Head() string
	Point(dst []byte, p *sweep.Point) []byte
}

// SweepRowsOf writes points in a format: as CSV, or else as lines of JSON.
func SweepRowsOf(f report.Format, g *sweep.Grid) SweepRows {
	if f == report.FormatCSV {
		return SweepCSV{Grid: g}
	}
	return SweepLines{Grid: g}
}
