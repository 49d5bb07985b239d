package explain

import (
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// Framework shows which tensors training keeps under the rules of a framework.
type Framework struct{ Framework cost.Framework }

// Document is one row for each rule.
func (p *Framework) Document() *report.Document {
	f := p.Framework
	t := report.Table{
		Title:   []report.Cell{report.Text(f.Name)},
		Columns: []report.Column{{Head: "layer", Fit: report.Prose}, {Head: "training keeps", Fit: report.Prose}, {Head: "in place", Fit: report.Prose}},
		Notes:   report.Remarks(f.Doc),
	}
	var layers []report.Object
	for _, r := range cost.Rules() {
		keeps, inPlace, inPlaceValue := keepsText(r.KeptBy(f, "")), "", any(nil)
		if r.InPlace != nil {
			inPlace = keepsText(*r.InPlace)
			inPlaceValue = inPlace
		}
		t.Rows = append(t.Rows, report.Row{report.Text(strings.Join(r.Kinds, ", ")), report.Text(keeps), report.Text(inPlace)})
		layers = append(layers, report.Object{{Key: "kinds", Value: r.Kinds}, {Key: "training_keeps", Value: keeps}, {Key: "training_keeps_in_place", Value: inPlaceValue}})
	}
	return &report.Document{Tables: []report.Table{t}, Data: report.Object{{Key: "framework", Value: f.Name}, {Key: "also", Value: f.Also}, {Key: "about", Value: f.Doc}, {Key: "layers", Value: layers}}}
}
