package explain

import (
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/report"
)

// Flow shows the rules by which signal and gradient are followed, and the initialisations.
type Flow struct{}

// Document is a row for each rule, and one for each initialisation.
func (Flow) Document() *report.Document {
	t := report.Table{Columns: []report.Column{
		{Head: "layers", Path: "kinds", Fit: report.Prose}, {Head: "forward", Fit: report.Prose}, {Head: "backward", Fit: report.Prose}, {Head: "assumes", Fit: report.Prose}, {Head: "source", Fit: report.Prose},
	}}
	for _, r := range flow.Rules() {
		assumption := r.Assumption
		if r.Known() && assumption == "" {
			assumption = "nothing: exact"
		}
		t.Rows = append(t.Rows, report.Row{report.Text(strings.Join(r.Kinds, ", ")), report.Text(r.Forward), report.Text(r.Backward), report.Text(assumption), report.Text(r.Source)})
	}
	t.Notes = report.Remarks(
		"m, u, q: mean over channels, second moment of the channel means, second moment; G: expected squared norm of the gradient for a random unit cotangent at each output",
		"g: variance of a weight times fan-in; inputs are standard normal; expectations are over the initial weights, and say nothing of how training goes",
		"paths: Veit et al. 2016, arXiv:1605.06431; every path counts, and effective_path weights it by the gradient that it carries",
	)
	inits := report.Table{Title: []report.Cell{report.Text("initialisations")}, Columns: []report.Column{{Head: "init"}, {Head: "meaning", Fit: report.Prose}}}
	for _, i := range arch.Inits() {
		inits.Rows = append(inits.Rows, report.Row{report.Text(i.Name), report.Text(i.Doc)})
	}
	return &report.Document{Tables: []report.Table{t, inits}, Data: report.Object{{Key: "rules", Value: t.Objects()}, {Key: "initialisations", Value: inits.Objects()}}}
}
