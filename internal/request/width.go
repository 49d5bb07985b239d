package request

import (
	"math/big"

	"github.com/skipcost/skipcost/report"
)

// pipeWidth is the width of tables where neither an option nor a terminal sets it.
const pipeWidth = 100

// tableWidth is the long name of the option width, for commands in which width has another meaning.
const tableWidth = "table-width"

// widthOptions are the options for the layout of tables. In calc, width is the units of the schemes' layers; where no scheme is
// priced it is the width of tables, as in the other commands.
func widthOptions(name string, aliases ...string) []Option {
	return grouped(Output,
		text(name, "fit tables into this number of `COLUMNS`, 0 for no limit; by default the width of the terminal, or 100 where there is none").also(aliases...),
		toggle("wide", "print all columns, formulas and rows of tables, however wide"),
	)
}

// widthOption is the option that gives tables their width: that of the long name, or the short one where it means the same.
func (req *Request) widthOption() string {
	if req.command.option(tableWidth) == nil || req.Given("width") && !pricesSchemes(req) {
		return "width"
	}
	return tableWidth
}

// FitTo gives tables the width of a terminal, unless the request sets it.
func (req *Request) FitTo(columns int) {
	if name := req.widthOption(); columns > 0 && req.command.option(name) != nil && !req.Given(name) && !req.On("wide") {
		req.with(name, big.NewInt(int64(max(columns, report.MinWidth))).String())
	}
}

// layout reads the width of tables; with wide alone they may be wider.
func (req *Request) layout() (report.Layout, error) {
	l := report.Layout{Width: pipeWidth, Wide: req.On("wide")}
	name := req.widthOption()
	switch {
	case req.Given(name):
		e, err := whole(req, name, 0)
		if err != nil {
			return l, err
		}
		n, _ := e.Integer()
		if n.Sign() > 0 && n.Cmp(big.NewInt(report.MinWidth)) < 0 {
			return l, usagef("", "--%s must be 0, for no limit, or at least %d, not %s", name, report.MinWidth, n)
		}
		l.Width = 0
		if n.IsInt64() && n.Int64() < 1<<20 {
			l.Width = int(n.Int64())
		}
	case l.Wide:
		l.Width = 0
	}
	return l, nil
}
