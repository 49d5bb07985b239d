package report

import (
	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Flow shows paths, signal and gradient of networks at initialisation, beside costs.
type Flow struct {
	Subjects []FlowSubject
	Tensors  bool // a table of tensors for each network
}

// FlowSubject is one network with its flow.
type FlowSubject struct {
	Name    string
	Trace   *trace.Trace
	Costs   cost.Costs // in the FlowCosts
	Reading *flow.Reading
}

// FlowCosts are the costs that are shown beside the flow of a network.
func FlowCosts() []cost.Quantity {
	return []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes}
}

// quantities are the numbers of a reading under their names, in order.
func (s FlowSubject) quantities() []named {
	r := s.Reading
	return []named{
		{"paths", r.Paths}, {"shortest_path", r.ShortestPath}, {"mean_path", r.MeanPath}, {"longest_path", r.LongestPath},
		{"signal_gain", r.SignalGain}, {"gradient_gain", r.GradientGain}, {"effective_path", r.EffectivePath},
	}
}

type named struct {
	name string
	flow.Quantity
}

// Document is a row for each network, and a table of tensors for each where asked.
func (f *Flow) Document() *Document {
	t := Table{Columns: []Column{{Head: "network", Path: "name"}}}
	for _, q := range FlowCosts() {
		t.Columns = append(t.Columns, costColumn(q))
	}
	names := FlowSubject{Reading: &flow.Reading{}}.quantities()
	for _, q := range names {
		column := Column{Head: q.name, Right: true}
		if q.name == "shortest_path" || q.name == "longest_path" {
			column.Show = WithRoom
		}
		t.Columns = append(t.Columns, column)
	}
	rows := make([]Object, 0, len(f.Subjects))
	var tables []Table
	var notes []string
	for _, s := range f.Subjects {
		row := Row{Text(s.Name)}
		for _, q := range FlowCosts() {
			row = append(row, Cost(s.Name, q, s.Costs))
		}
		exactly := Object{}
		for _, q := range s.quantities() {
			row = append(row, flowCell(s.Name, q.Quantity))
			_, known := q.Exact()
			exactly = append(exactly, Field{q.name, known || isPower(q.Quantity)})
		}
		t.Rows = append(t.Rows, row)
		o := append(t.Object(row), Field{"effective_spread", flowCell(s.Name, s.Reading.EffectiveSpread)}, Field{"exact", exactly})
		if f.Tensors {
			tensors := tensorTable(s)
			tables = append(tables, tensors)
			o = append(o, Field{"tensors", tensors.Objects()})
		}
		rows = append(rows, o)
		notes = append(notes, readingNotes(s.Name, s.Trace)...)
		for _, text := range s.Reading.Notes {
			notes = append(notes, s.Name+": "+text)
		}
	}
	t.Notes = append(Remarks(notes...), Legend(
		"paths: ways from the input to an output, with the weight layers on them; effective_path: their mean length by the gradient they carry",
		"signal_gain: mean square of the output over the input's; gradient_gain: of the gradient at the first weight layer over the last's")...)
	return &Document{Tables: append([]Table{t}, tables...), Data: Object{{"rows", rows}}}
}

// tensorTable is signal, gradient and distance to the outputs along the depth.
func tensorTable(s FlowSubject) Table {
	t := Table{Title: []Cell{Text(s.Name)}, Columns: []Column{
		{Head: "tensor", Path: "name", Key: "name", Fit: Names}, {Head: "units", Right: true}, {Head: "second_moment", Right: true}, {Head: "gradient", Right: true},
		{Head: "paths", Right: true}, {Head: "shortest_path", Right: true}, {Head: "mean_path", Right: true}, {Head: "longest_path", Right: true},
	}}
	for _, x := range s.Reading.Tensors {
		row := Row{Text(x.Name), exact(x.Units)}
		for _, q := range []flow.Quantity{x.SecondMoment, x.Gradient, x.Paths, x.Shortest, x.Mean, x.Max} {
			row = append(row, flowCell(s.Name, q))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func isPower(q flow.Quantity) bool { return q.Power.Err() == nil && !q.Power.IsZero() }

// flowCell is a number of a reading: exact, a power with its logarithm, a float of a model, or why it is not known.
func flowCell(name string, q flow.Quantity) Cell {
	if isPower(q) {
		return Power(q.Power.ASCII(), q.PowerLog10)
	}
	if err := q.Err(); err != nil {
		return Missing(name + ": " + OneLine(err.Error()))
	}
	e, ok := q.Exact()
	if !ok {
		return Estimate(q, q.Model())
	}
	if r, number := e.Rational(); number && !r.IsInt() {
		return Quotient(r)
	}
	return exact(e)
}
