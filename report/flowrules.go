package report

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/flow"
)

// FlowRules shows the rules by which signal and gradient are followed, and the initialisations.
type FlowRules struct{}

// Document is a row for each rule, and one for each initialisation.
func (FlowRules) Document() *Document {
	t := Table{Columns: []Column{
		{Head: "layers", Path: "kinds", Fit: Prose}, {Head: "forward", Fit: Prose}, {Head: "backward", Fit: Prose}, {Head: "assumes", Fit: Prose}, {Head: "source", Fit: Prose},
	}}
	for _, r := range flow.Rules() {
		assumption := r.Assumption
		if r.Known() && assumption == "" {
			assumption = "nothing: exact"
		}
		t.Rows = append(t.Rows, Row{Text(strings.Join(r.Kinds, ", ")), Text(r.Forward), Text(r.Backward), Text(assumption), Text(r.Source)})
	}
	t.Notes = remark(
		"m, u, q: mean over channels, second moment of the channel means, second moment; G: expected squared norm of the gradient for a random unit cotangent at each output",
		"g: variance of a weight times fan-in; inputs are standard normal; expectations are over the initial weights, and say nothing of how training goes",
		"paths: Veit et al. 2016, arXiv:1605.06431; every path counts, and effective_path weights it by the gradient that it carries",
	)
	inits := Table{Title: []Cell{Text("initialisations")}, Columns: []Column{{Head: "init"}, {Head: "meaning", Fit: Prose}}}
	for _, i := range arch.Inits() {
		inits.Rows = append(inits.Rows, Row{Text(i.Name), Text(i.Doc)})
	}
	return &Document{Tables: []Table{t, inits}, Data: Object{{"rules", t.objects()}, {"initialisations", inits.objects()}}}
}
