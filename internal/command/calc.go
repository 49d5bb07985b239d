package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// schemeFlags bind the symbols of the schemes; each names its symbol.
var schemeFlags = [...]struct{ flag, symbol string }{
	{"depth", "L"}, {"width", "N"}, {"growth", "k"}, {"classes", "M"}, {"kernel", "K"}, {"map", "S"}, {"every", "every"},
}

// switchFlags turn layers of the schemes on; symbols of the same name are 1 then.
var switchFlags = [...]string{"bias", "norm", "relu"}

func (s *streams) calcCommand() *cli.Command {
	return &cli.Command{
		Name:      "calc",
		Usage:     "what networks cost, side by side",
		UsageText: "skipcost calc [FLAGS] [NETWORK ...]",
		Description: "Without names, the schemes of skip connections: L layers of N units joined by L − 1 weight matrices.\n" +
			"A NETWORK is a shipped one (skipcost zoo lists them), a YAML or ONNX file, or - for YAML on standard input.\n\n" +
			"Examples:\n" +
			"  skipcost calc --depth 10 --width 100\n" +
			"  skipcost calc --depth 16 --width 64 --kernel 3 --map 32\n" +
			"  skipcost calc resnet50 mynet.yaml model.onnx --layers\n" +
			"  skipcost calc densenet-bc --set L=190,k=40 --format json\n" +
			"  skipcost calc mynet.yaml --limit params=25M,inference_peak_bytes=64MiB   # ends with code 3 above them",
		Flags: slices.Concat(schemeFlagList(zoo.AllSchemes()), []cli.Flag{
			batchFlag(),
			&cli.BoolFlag{Name: "layers", Usage: "list the layers too, one row each"},
			&cli.BoolFlag{Name: "peak", Usage: "list the tensors in memory at the inference peak, and what keeps each alive"},
			&cli.StringFlag{Name: "device", Usage: "say whether compute or memory limits networks and layers on a device of `PEAK-FLOPS,BANDWIDTH` per second, as in --device 312T,1555G"},
			limitFlag(), asFlag(), columnsFlag(), dtypeFlag(), strictFlag(),
		}, memoryFlags(), formatFlags(calcFormats()...), widthFlags(tableWidth)),
		BashComplete: completeNetworks,
		Action:       s.calc,
	}
}

// schemeFlagList are the flags of commands that take the schemes of skip connections.
func schemeFlagList(schemes []string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "depth", Aliases: []string{"L"}, Value: "10", Usage: "number of `LAYERS` of the schemes"},
		&cli.StringFlag{Name: "width", Aliases: []string{"N"}, Value: "100", Usage: "`UNITS` (or channels) of each layer of the schemes; where only networks are named, the width of tables, as --table-width"},
		&cli.StringFlag{Name: "growth", Aliases: []string{"k"}, Value: "12", Usage: "growth `RATE` of the scheme densenet: units that each layer adds"},
		&cli.StringFlag{Name: "classes", Aliases: []string{"M"}, Value: "10", Usage: "number of `OUTPUTS` of each head in the scheme heads, which has one behind every layer"},
		&cli.StringFlag{Name: "kernel", Aliases: []string{"K"}, Value: "3", Usage: "convolutions in place of full connections, with kernels of this `EXTENT`, as in --kernel 3 for 3×3"},
		&cli.StringFlag{Name: "map", Aliases: []string{"S"}, Value: "32", Usage: "convolutions in place of full connections, on maps of this `SIDE`, as in --map 32 for 32×32"},
		&cli.BoolFlag{Name: "bias", Usage: "a bias in each layer of the schemes"},
		&cli.BoolFlag{Name: "norm", Usage: "a batch norm after each weight layer of the schemes"},
		&cli.BoolFlag{Name: "relu", Usage: "a ReLU after each weight layer of the schemes"},
		&cli.StringSliceFlag{Name: "scheme", Usage: "only these `SCHEMES`: " + strings.Join(schemes, ", ")},
		&cli.StringFlag{Name: "every", Value: "1", Usage: "let the skips of add and concat span this many `LAYERS`, as in --every 3"},
		setFlag(),
	}
}

func (s *streams) calc(c *cli.Context) error {
	if err := s.checkOutput(c, calcFormats()...); err != nil {
		return err
	}
	options, err := costOptions(c)
	if err != nil {
		return err
	}
	if options.Quantities, err = quantitiesFlag(c, calcQuantities(c)); err != nil {
		return err
	}
	limited, err := limits(c, &options)
	if err != nil {
		return err
	}
	subjects, baseline, err := s.calcSubjects(c)
	if err != nil {
		return err
	}
	r := &report.Calc{Quantities: slices.DeleteFunc(slices.Clone(options.Quantities), cost.Quantity.PerLayer), OfLayers: options.Quantities, Layers: c.Bool("layers"), Chosen: c.IsSet("columns")}
	if r.Device, err = deviceFlag(c, &options); err != nil {
		return err
	}
	if err := fillCalc(c, r, subjects, options); err != nil {
		return err
	}
	if r.Baseline, err = summarizeBaseline(baseline, r.Summaries, options); err != nil {
		return err
	}
	if r.Excesses, err = excesses(limited, r.Summaries, options); err != nil {
		return err
	}
	if err := s.write(c, r, calcFormats()...); err != nil {
		return err
	}
	return over(r.Excesses)
}

// fillCalc prices the networks, and adds what is asked for of each.
func fillCalc(c *cli.Context, r *report.Calc, subjects []cost.Subject, options cost.Options) error {
	r.Notes = presetNotes(subjects)
	named := len(subjects) - c.NArg() // schemes come first, and nothing was read for them
	r.Readings = make([]*cost.Reading, len(subjects))
	order := make([]int, len(subjects))
	for k := range order {
		order[k] = k
	}
	var err error
	r.Summaries, err = each(order, func(k int) (*cost.Summary, error) {
		m, err := cost.Summarize(subjects[k], options)
		if err == nil && (k >= named || r.Layers) {
			err = writeOut(r, k, m, k >= named, options)
		}
		return m, err
	})
	if err != nil {
		return err
	}
	if err := checkFrozen(options, traces(r.Summaries, func(m *cost.Summary) *trace.Trace { return m.Trace })...); err != nil {
		return err
	}
	if c.Bool("peak") {
		for _, m := range r.Summaries {
			peak, err := cost.ExplainPeak(m.Trace, options)
			if err != nil {
				return err
			}
			r.Peaks = append(r.Peaks, report.NamedPeak{Name: m.Name, Peak: peak})
		}
	}
	if r.As, err = printedFigures(c, r.Summaries, options); err != nil {
		return err
	}
	if r.As != nil {
		r.Notes = append(r.Notes, codeNotes(subjects[named:]...)...)
	}
	return nil
}

// writeOut adds what needs the k-th network written out: what was read of it, and its layers if they are asked for.
func writeOut(r *report.Calc, k int, m *cost.Summary, read bool, o cost.Options) error {
	out, err := m.Trace.Unrolled()
	if err == nil && read {
		r.Readings[k] = cost.Read(out)
	}
	switch {
	case !r.Layers: // too many layers to be written out are no error: the line on what was read is left out then
		return nil
	case err != nil:
		return err
	}
	return m.List(out, o)
}

// deviceFlag reads --device; what limits a network needs its flops and traffic.
func deviceFlag(c *cli.Context, o *cost.Options) (*cost.Device, error) {
	if !c.IsSet("device") {
		return nil, nil
	}
	d, err := cost.ParseDevice(c.String("device"))
	if err != nil {
		return nil, usagef("", "--device: %v", err)
	}
	o.Quantities = append(slices.Clone(o.Quantities), cost.FLOPs, cost.TrafficBytes)
	return &d, nil
}

// calcQuantities are the costs shown unless --columns chooses: all of them to machines, a screenful to people.
func calcQuantities(c *cli.Context) []cost.Quantity {
	out := report.DefaultQuantities()
	if c.String("format") == string(report.FormatJSON) {
		out = cost.Quantities()
	}
	if c.Bool("layers") {
		out = append(out, cost.LayerQuantities()...)
	}
	return out
}

// summarizeBaseline prices what the ratios compare with, unless it is priced already.
func summarizeBaseline(baseline *cost.Subject, done []*cost.Summary, o cost.Options) (*cost.Summary, error) {
	if baseline == nil {
		return nil, nil
	}
	for _, m := range done {
		if m.Trace.Network == baseline.Network {
			return m, nil
		}
	}
	return cost.Summarize(*baseline, o)
}

// pricesSchemes reports whether calc prices schemes, alone or beside named networks.
func pricesSchemes(c *cli.Context) bool {
	return c.Command.Name == "calc" && (c.NArg() == 0 || len(c.StringSlice("scheme")) > 0)
}

// calcSubjects gathers what is to be priced, and what the ratios compare with: the add scheme, or the first network.
func (s *streams) calcSubjects(c *cli.Context) (subjects []cost.Subject, baseline *cost.Subject, err error) {
	return s.schemeOrNamed(c, zoo.Schemes())
}

// schemeOrNamed is calcSubjects with the schemes that are taken where nothing is named.
func (s *streams) schemeOrNamed(c *cli.Context, byDefault []string) (subjects []cost.Subject, baseline *cost.Subject, err error) {
	schemes := c.StringSlice("scheme")
	if c.NArg() == 0 && len(schemes) == 0 {
		schemes = byDefault
	}
	if len(schemes) == 0 {
		if err := refuseSchemeFlags(c); err != nil {
			return nil, nil, err
		}
	} else {
		if subjects, err = schemeSubjects(c, schemes); err != nil {
			return nil, nil, err
		}
		if baseline, err = addSubject(c, subjects); err != nil {
			return nil, nil, err
		}
	}
	named, err := s.subjects(c)
	if err != nil {
		return nil, nil, err
	}
	set, err := parseSettings("set", c.StringSlice("set"))
	if err != nil {
		return nil, nil, err
	}
	subjects, err = applySettings("set", append(subjects, named...), set)
	if err == nil && baseline == nil && len(subjects) > 1 {
		baseline = &subjects[0]
	}
	return subjects, baseline, err
}

// addSubject is the add scheme, the one among the subjects if it is there.
func addSubject(c *cli.Context, subjects []cost.Subject) (*cost.Subject, error) {
	for k := range subjects {
		if subjects[k].Name == "add" {
			return &subjects[k], nil
		}
	}
	add, err := schemeSubjects(c, []string{"add"})
	if err != nil {
		return nil, err
	}
	return &add[0], nil
}

func refuseSchemeFlags(c *cli.Context) error {
	for _, f := range schemeFlags {
		if c.IsSet(f.flag) && f.flag != "width" { // that of tables

			return usagef(fmt.Sprintf("bind a network's symbols with --set %s=%s", f.symbol, c.String(f.flag)), "--%s is for the schemes", f.flag)
		}
	}
	for _, f := range switchFlags {
		if c.IsSet(f) {
			return usagef("", "--%s is for the schemes", f)
		}
	}
	return nil
}

// schemeSubjects binds the schemes to the flags.
func schemeSubjects(c *cli.Context, names []string) ([]cost.Subject, error) {
	conv := c.IsSet("kernel") || c.IsSet("map")
	values := map[string]symbolic.Expr{}
	for _, f := range schemeFlags {
		v, err := wholeFlag(c, f.flag, 1)
		if err != nil {
			return nil, err
		}
		values[f.symbol] = v
	}
	for _, f := range switchFlags {
		if c.Bool(f) {
			values[f] = symbolic.Int(1)
		}
	}
	return each(names, func(name string) (cost.Subject, error) {
		if !slices.Contains(zoo.AllSchemes(), name) {
			hint := choose.Hint(name, zoo.AllSchemes(), choose.List("schemes are", zoo.AllSchemes()))
			return cost.Subject{}, usagef(hint, "--scheme: unknown scheme %q", name)
		}
		file := name
		if long, has := zoo.Every(name); has && c.IsSet("every") {
			file = long
		}
		n, err := zoo.Scheme(file, conv)
		if err != nil {
			return cost.Subject{}, err
		}
		own := map[string]symbolic.Expr{}
		for _, symbol := range n.Symbols {
			if v, ok := values[symbol.Name]; ok {
				own[symbol.Name] = v
			}
		}
		return cost.Subject{Name: name, Network: n, Set: own}, nil
	})
}
