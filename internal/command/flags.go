package command

import (
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// outputFlags say in which format and where a result goes.
func outputFlags(formats ...report.Format) []cli.Flag {
	names := make([]string, len(formats))
	for k, f := range formats {
		names[k] = string(f)
	}
	return []cli.Flag{
		&cli.StringFlag{Name: "format", Value: "table", Usage: "output `FORMAT`: " + strings.Join(names, ", ")},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE` instead of standard output"},
	}
}

func calcFormats() []report.Format {
	return []report.Format{report.FormatTable, report.FormatMarkdown, report.FormatCSV, report.FormatJSON}
}

func formulaFormats() []report.Format { return append(calcFormats(), report.FormatLaTeX) }

// write shows a report as the flags say; a failure leaves nothing behind.
func (s *streams) write(c *cli.Context, r report.Report, formats ...report.Format) error {
	format, err := report.ParseFormat(c.String("format"), formats...)
	if err != nil {
		return usagef("", "--format: %v", err)
	}
	return s.emit(c, func(w io.Writer) error { return report.Write(w, format, r) })
}

// checkFormat refuses a bad --format before any work is done.
func checkFormat(c *cli.Context, formats ...report.Format) error {
	if _, err := report.ParseFormat(c.String("format"), formats...); err != nil {
		return usagef("", "--format: %v", err)
	}
	return nil
}

func (s *streams) emit(c *cli.Context, render func(io.Writer) error) error {
	if path := c.String("output"); path != "" {
		return plainPathError(report.ToFile(path, render))
	}
	return report.Buffered(s.out, render)
}

func dtypeFlag() cli.Flag {
	var names []string
	for _, d := range cost.DTypes() {
		names = append(names, d.Name)
	}
	return &cli.StringFlag{Name: "dtype", Value: "fp32", Usage: "element `TYPE`: " + strings.Join(names, ", ")}
}

// costOptions reads --batch and --dtype.
func costOptions(c *cli.Context) (cost.Options, error) {
	dtype, err := cost.ParseDType(c.String("dtype"))
	if err != nil {
		return cost.Options{}, usagef("", "--dtype: %v", err)
	}
	batch, err := wholeFlag(c, "batch", 1)
	return cost.Options{Batch: batch, BytesPerElement: dtype.Bytes, Frozen: c.StringSlice("freeze")}, err
}

// wholeFlag reads a whole number of at least least, of any length.
func wholeFlag(c *cli.Context, name string, least int64) (symbolic.Expr, error) {
	text := c.String(name)
	e, err := symbolic.Parse(text)
	if err != nil {
		return e, valueError("--"+name, text, err)
	}
	n, ok := e.Integer()
	if !ok {
		return e, usagef("", "--%s must be a whole number, not %q", name, text)
	}
	if n.Cmp(big.NewInt(least)) < 0 {
		return e, usagef("", "--%s must be at least %d, not %s", name, least, n)
	}
	return e, nil
}

// quantitiesFlag reads --columns params,macs.
func quantitiesFlag(c *cli.Context, byDefault []cost.Quantity) ([]cost.Quantity, error) {
	if !c.IsSet("columns") {
		return byDefault, nil
	}
	var out []cost.Quantity
	for _, name := range c.StringSlice("columns") {
		q, err := quantity(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

func quantity(name string) (cost.Quantity, error) {
	var names []string
	for _, q := range cost.Quantities() {
		if q.String() == name {
			return q, nil
		}
		names = append(names, q.String())
	}
	hint := "columns are " + strings.Join(names, ", ")
	if near := arch.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return 0, usagef(hint, "--columns: unknown column %q", name)
}

func columnsFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "columns", Usage: "show these `COSTS`, in this order (params,macs,…)"}
}
