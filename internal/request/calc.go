package request

import (
	"context"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// schemeSymbols bind the symbols of the schemes; each names its symbol.
var schemeSymbols = [...]struct{ flag, symbol string }{
	{"depth", "L"}, {"width", "N"}, {"growth", "k"}, {"classes", "M"}, {"kernel", "K"}, {"map", "S"}, {"every", "every"},
}

// schemeSwitches turn layers of the schemes on; symbols of the same name are 1 then.
var schemeSwitches = [...]string{"bias", "norm", "relu"}

func calcCommand() *Command {
	return &Command{
		Name: "calc",
		Options: slices.Concat(schemeOptions(zoo.AllSchemes()), []Option{
			batchOption(),
			toggle("layers", "list the layers too, one row each"),
			toggle("peak", "list the tensors in memory at the inference peak, and what keeps each alive"),
			text("device", "say whether compute or memory limits networks and layers on a device of `PEAK-FLOPS,BANDWIDTH` per second, as in --device 312T,1555G"),
			limitOption(), asOption(), decodeOption(), columnsOption(), dtypeOption(), strictOption(),
		}, memoryOptions(), grouped(Output, formatOption(calcFormats()...)), widthOptions(tableWidth)),
		Formats: calcFormats(),
		answer:  answerCalc,
	}
}

// schemeOptions are the flags of commands that take the schemes of skip connections.
func schemeOptions(schemes []string) []Option {
	return append(grouped(Schemes,
		text("depth", "number of `LAYERS` of the schemes").or("10").also("L"),
		text("width", "`UNITS` (or channels) of each layer of the schemes; where only networks are named, the width of tables, as --table-width").or("100").also("N"),
		text("growth", "growth `RATE` of the scheme densenet: units that each layer adds").or("12").also("k"),
		text("classes", "number of `OUTPUTS` of each head in the scheme heads, which has one behind every layer").or("10").also("M"),
		text("kernel", "convolutions in place of full connections, with kernels of this `EXTENT`, as in --kernel 3 for 3×3").or("3").also("K"),
		text("map", "convolutions in place of full connections, on maps of this `SIDE`, as in --map 32 for 32×32").or("32").also("S"),
		toggle("bias", "a bias in each layer of the schemes"),
		toggle("norm", "a batch norm after each weight layer of the schemes"),
		toggle("relu", "a ReLU after each weight layer of the schemes"),
		list("scheme", "only these `SCHEMES`: %s").among(func() []string { return schemes }),
		text("every", "let the skips of add and concat span this many `LAYERS`, as in --every 3").or("1"),
	), setOption())
}

func answerCalc(_ context.Context, s *Store, req *Request) (*Answer, error) {
	options, err := costOptions(req)
	if err != nil {
		return nil, err
	}
	if options.Quantities, err = quantities(req, calcQuantities(req)); err != nil {
		return nil, err
	}
	limited, err := limits(req, &options)
	if err != nil {
		return nil, err
	}
	subjects, baseline, err := s.calcSubjects(req)
	if err != nil {
		return nil, err
	}
	r := &report.Calc{Quantities: slices.DeleteFunc(slices.Clone(options.Quantities), cost.Quantity.PerLayer), OfLayers: options.Quantities, Layers: req.On("layers"), Chosen: req.Given("columns")}
	if r.Device, err = device(req, &options); err != nil {
		return nil, err
	}
	if err := fillCalc(req, r, subjects, options); err != nil {
		return nil, err
	}
	if r.Baseline, err = summarizeBaseline(baseline, r.Summaries, options); err != nil {
		return nil, err
	}
	if r.Excesses, err = excesses(limited, r.Summaries, options); err != nil {
		return nil, err
	}
	answer := tables(r)
	for _, x := range slices.Concat(r.Excesses...) {
		answer.exceed(report.ExcessText(x))
	}
	return answer, nil
}

// fillCalc prices the networks, and adds the further tables that are asked for.
func fillCalc(req *Request, r *report.Calc, subjects []cost.Subject, options cost.Options) error {
	r.Notes = presetNotes(subjects)
	named := len(subjects) - len(req.Networks) // schemes come first, and have no line of their own
	r.Readings = make([]*cost.Reading, len(subjects))
	order := make([]int, len(subjects))
	for k := range order {
		order[k] = k
	}
	withFormula := options
	withFormula.Formula = true
	var err error
	r.Summaries, err = each(order, func(k int) (*cost.Summary, error) {
		m, err := cost.Summarize(subjects[k], withFormula)
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
	if req.On("peak") {
		for _, m := range r.Summaries {
			peak, err := cost.ExplainPeak(m.Trace, options)
			if err != nil {
				return err
			}
			r.Peaks = append(r.Peaks, report.NamedPeak{Name: m.Name, Peak: peak})
		}
	}
	if r.As, err = printedFigures(req, r.Summaries, options); err != nil {
		return err
	}
	if r.As != nil {
		r.Notes = append(r.Notes, codeNotes(subjects[named:]...)...)
	}
	return nil
}

// writeOut adds the parts that need the k-th network written out: the line that describes it, and its layers if they are asked
// for.
func writeOut(r *report.Calc, k int, m *cost.Summary, read bool, o cost.Options) error {
	out, err := m.Trace.Unrolled()
	if err == nil && read {
		r.Readings[k] = cost.Read(out)
	}
	switch {
	case !r.Layers: // a network with too many layers to write out is no error: its line is left out
		return nil
	case err != nil:
		return err
	}
	return m.List(out, o)
}

// device reads --device, and adds flops and traffic to the costs, which it needs.
func device(req *Request, o *cost.Options) (*cost.Device, error) {
	if !req.Given("device") {
		return nil, nil
	}
	d, err := cost.ParseDevice(req.Text("device"))
	if err != nil {
		return nil, usagef("", "--device: %v", err)
	}
	o.Quantities = append(slices.Clone(o.Quantities), cost.FLOPs, cost.TrafficBytes)
	return &d, nil
}

// calcQuantities are the costs shown unless --columns chooses: all of them to machines, a screenful to people.
func calcQuantities(req *Request) []cost.Quantity {
	out := report.DefaultQuantities()
	if req.wants(report.FormatJSON) {
		out = cost.Quantities()
	}
	if req.On("layers") {
		out = append(out, cost.LayerQuantities()...)
	}
	return out
}

// summarizeBaseline prices the network that ratios compare with, unless it is priced already.
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
func pricesSchemes(req *Request) bool {
	return req.command.Name == "calc" && (len(req.Networks) == 0 || len(req.List("scheme")) > 0)
}

// calcSubjects gathers the networks to price, and the one that ratios compare with: the add scheme, or the first network.
func (s *Store) calcSubjects(req *Request) (subjects []cost.Subject, baseline *cost.Subject, err error) {
	return s.schemeOrNamed(req, zoo.Schemes())
}

// schemeOrNamed is calcSubjects with the schemes that are taken where nothing is named.
func (s *Store) schemeOrNamed(req *Request, byDefault []string) (subjects []cost.Subject, baseline *cost.Subject, err error) {
	schemes := req.List("scheme")
	if len(req.Networks) == 0 && len(schemes) == 0 {
		schemes = byDefault
	}
	if len(schemes) == 0 {
		if err := refuseSchemeOptions(req); err != nil {
			return nil, nil, err
		}
	} else {
		if subjects, err = s.schemeSubjects(req, schemes); err != nil {
			return nil, nil, err
		}
		if baseline, err = s.addSubject(req, subjects); err != nil {
			return nil, nil, err
		}
	}
	named, err := s.subjects(req)
	if err != nil {
		return nil, nil, err
	}
	set, err := parseSettings("set", req.List("set"))
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
func (s *Store) addSubject(req *Request, subjects []cost.Subject) (*cost.Subject, error) {
	for k := range subjects {
		if subjects[k].Name == "add" {
			return &subjects[k], nil
		}
	}
	add, err := s.schemeSubjects(req, []string{"add"})
	if err != nil {
		return nil, err
	}
	return &add[0], nil
}

func refuseSchemeOptions(req *Request) error {
	for _, f := range schemeSymbols {
		if req.Given(f.flag) && f.flag != "width" { // that of tables

			return usagef(fmt.Sprintf("bind a network's symbols with --set %s=%s", f.symbol, req.Text(f.flag)), "--%s is for the schemes", f.flag)
		}
	}
	for _, f := range schemeSwitches {
		if req.Given(f) {
			return usagef("", "--%s is for the schemes", f)
		}
	}
	return nil
}

// schemeSubjects binds the schemes to the flags.
func (s *Store) schemeSubjects(req *Request, names []string) ([]cost.Subject, error) {
	conv := req.Given("kernel") || req.Given("map")
	values := map[string]symbolic.Expr{}
	for _, f := range schemeSymbols {
		v, err := whole(req, f.flag, 1)
		if err != nil {
			return nil, err
		}
		values[f.symbol] = v
	}
	for _, f := range schemeSwitches {
		if req.On(f) {
			values[f] = symbolic.Int(1)
		}
	}
	return each(names, func(name string) (cost.Subject, error) {
		if !slices.Contains(zoo.AllSchemes(), name) {
			hint := choose.Hint(name, zoo.AllSchemes(), choose.List("schemes are", zoo.AllSchemes()))
			return cost.Subject{}, usagef(hint, "--scheme: unknown scheme %q", name)
		}
		file := name
		if long, has := zoo.Every(name); has && req.Given("every") {
			file = long
		}
		n, err := s.scheme(file, conv)
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
