package report

import (
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/cost/convention"
)

// Match shows under which counting conventions a network has the quoted figures.
type Match struct {
	Name   string // of the network
	About  convention.Subject
	Quoted convention.Quoted
	Found  *convention.Found
	Notes  []string // further remarks
}

// Document is a row for each match, or where there is none for each of the nearest misses.
func (m *Match) Document() *Document {
	columns := func(ratio Show) []Column {
		return []Column{
			{Head: "convention", Fit: Names}, {Head: "prints", Fit: Prose, Show: WithRoom}, {Head: "figure", Show: Wide}, {Head: "input", Right: true}, {Head: "value", Right: true},
			{Head: "quoted", Right: true, Show: Wide}, {Head: "× quoted", Key: "ratio", Right: true, Show: ratio}, {Head: "times", Right: true, Show: Wide},
			{Head: "read as", Key: "reading", Fit: Prose},
		}
	}
	matches := Table{Columns: columns(Wide), Rows: m.rows(m.Found.Matches)}
	near := Table{Columns: columns(Always), Rows: m.rows(m.Found.Near)}
	d := &Document{Data: Object{
		{"network", m.Name}, {"quantity", string(m.About)}, {"quoted", m.Quoted.Text}, {"matches", matches.Objects()}, {"near", near.Objects()},
	}}
	shown := matches
	if len(matches.Rows) == 0 {
		shown = near
		shown.Title = []Cell{Text("no convention prints " + m.Quoted.Text + " for " + m.Name + "; the nearest:")}
	}
	shown.Notes = append(shown.Notes, Remarks(m.Notes...)...)
	if m.Found.Fixed && m.About != convention.Parameters {
		shown.Notes = append(shown.Notes, Remarks(m.Name+": at its own input alone; other sizes are not tried")...)
	}
	shown.Notes = append(shown.Notes, Legend("skipcost explain "+m.first()+" says what a convention charges")...)
	d.Tables = []Table{shown}
	return d
}

// first is the convention of the first match, for a hint to explain it.
func (m *Match) first() string {
	for _, list := range [][]convention.Match{m.Found.Matches, m.Found.Near} {
		if len(list) > 0 {
			return list[0].Figure.Convention().Name
		}
	}
	return "conventions"
}

func (m *Match) rows(list []convention.Match) []Row {
	var rows []Row
	for _, one := range list {
		c := one.Figure.Convention()
		middle := new(big.Rat).Add(m.Quoted.Low, m.Quoted.High)
		middle.Quo(middle, big.NewRat(2, 1))
		var ratio *big.Rat
		if middle.Sign() > 0 {
			ratio = new(big.Rat).Quo(one.Value, middle)
		}
		rows = append(rows, Row{
			Text(c.Name), Text(one.Figure.Prints), Text(one.Figure.Name), Text(one.Input.Text()), rationalCell(one.Figure.Key(), one.Value),
			Text(m.Quoted.Text), Quotient(ratio), timesCell(one.Times), Text(readAs(one)),
		})
	}
	return rows
}

// timesCell is what a figure was multiplied by: 2, 1 or 1/2.
func timesCell(times *big.Rat) Cell {
	if times.IsInt() {
		return Int(times.Num())
	}
	return Quotient(times)
}

// readAs says in which respects a match differs from the figure that a tool prints for the network itself.
func readAs(m convention.Match) string {
	var parts []string
	switch m.Times.Cmp(big.NewRat(1, 1)) {
	case 1:
		parts = append(parts, "a multiply-accumulate as two operations")
	case -1:
		parts = append(parts, "two operations as a multiply-accumulate")
	}
	if m.Code.Name != "" {
		parts = append(parts, m.Code.Name)
	}
	if m.Heads {
		parts = append(parts, "with the heads that only run while training")
	}
	if m.Bare {
		parts = append(parts, "without the heads that only run while training")
	}
	return strings.Join(parts, "; ")
}
