package command

import (
	"math/big"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/report"
)

// pipeWidth is how wide tables are where there is no terminal: in a pipe or a file.
const pipeWidth = 100

// tableWidth names the flag that is --width for short where that is not something else.
const tableWidth = "table-width"

// widthFlags say how tables are laid out. In calc, --width is the units of the schemes' layers, and where no scheme is
// priced it is the width of tables, as in the other commands.
func widthFlags(name string, aliases ...string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: name, Aliases: aliases,
			Usage: "fit tables into this number of `COLUMNS`, 0 for no limit; by default the width of the terminal, or 100 where there is none",
		},
		&cli.BoolFlag{Name: "wide", Usage: "print all columns, formulas and rows of tables, however wide"},
	}
}

// layout reads --width and --wide. Without --width a table has the width of the terminal that it goes to; with --wide alone
// it may be wider.
func (s *streams) layout(c *cli.Context) (report.Layout, error) {
	l := report.Layout{Width: pipeWidth, Wide: c.Bool("wide")}
	name := tableWidth
	if c.IsSet("width") && !pricesSchemes(c) { // as for the long name, of which it is the short one
		name = "width"
	}
	switch f, isFile := s.out.(*os.File); {
	case c.IsSet(name):
		e, err := wholeFlag(c, name, 0)
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
	case isFile && c.String("output") == "":
		if n := terminalWidth(f); n > 0 {
			l.Width = max(n, report.MinWidth)
		}
	}
	return l, nil
}
