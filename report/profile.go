package report

import (
	"strings"

	"github.com/skipcost/skipcost/cost"
)

// Profile shows which tensors training keeps under the rules of a framework.
type Profile struct{ Framework cost.Framework }

// Document is one row for each rule.
func (p *Profile) Document() *Document {
	f := p.Framework
	t := Table{
		Title:   []Cell{Text(f.Name)},
		Columns: []Column{{Head: "layer", Fit: Prose}, {Head: "training keeps", Fit: Prose}, {Head: "in place", Fit: Prose}},
		Notes:   remark(f.Doc),
	}
	var layers []Object
	for _, r := range cost.Rules() {
		keeps, inPlace, inPlaceValue := keepsText(r.KeptBy(f, "")), "", any(nil)
		if r.InPlace != nil {
			inPlace = keepsText(*r.InPlace)
			inPlaceValue = inPlace
		}
		t.Rows = append(t.Rows, Row{Text(strings.Join(r.Kinds, ", ")), Text(keeps), Text(inPlace)})
		layers = append(layers, Object{{"kinds", r.Kinds}, {"training_keeps", keeps}, {"training_keeps_in_place", inPlaceValue}})
	}
	return &Document{Tables: []Table{t}, Data: Object{{"framework", f.Name}, {"also", f.Also}, {"about", f.Doc}, {"layers", layers}}}
}
