package report

import "github.com/skipcost/skipcost/cost"

// boundColumns are the columns for the resource that limits a network or layer on a device, and the least time it takes.
func boundColumns() []Column {
	return []Column{{Head: "bound by", Path: "bound.by"}, {Head: "seconds", Path: "bound.seconds", Right: true, Show: Wide}}
}

// boundCells are empty for a layer without work.
func boundCells(d cost.Device, c cost.Costs) Row {
	by, seconds, ok := d.Bound(c)
	if !ok {
		return Row{Missing(""), Missing("")}
	}
	return Row{boundCell(by, seconds), Quotient(seconds)}
}
