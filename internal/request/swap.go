package request

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func swapCommand() *Command {
	return &Command{
		Name: "swap",
		Options: append([]Option{
			oneOf(text("to", "the `KIND` that skips become: %s"), rewrite.Changes()),
			text("streams", "how `MANY` parallel streams of --to streams").or("4"),
			text("form", "the `FORM` of --to streams: static, dynamic or mhc; or of the sums of --to weighted: static, channels, gated or dynamic").or("static"),
			text("blocks", "sum the layers that --to attention reads up into `COUNT` blocks; each by itself unless given"),
			text("growth", "growth `RATE` of --to densenet: channels that each body adds").or("12").also("k"),
			list("only", "rewrite only these `LINKS`, by the number, range, kind or name that skipcost skips lists, as in --only 3,7-9 or --only concat"),
			oneOf(text("projections", "`WHAT` becomes of projections, layers whose only task is to make widths meet: keep them, drop those that a concat needs no more, or add one to the shortcut of each add whose widths differ").or("keep"), rewrite.ProjectionChoices()),
			toggle("reduce", "bring each concat back to the old width by a 1×1 convolution or linear layer"),
			text("equal", "scale the widths of the rewritten network until this `COST` is that of the original, as in --equal params").among(costNames),
			text("by", "with --equal, change this `SYMBOL` of the network instead of all widths, as in --by N"),
			setOption(),
			batchOption(),
			toggle("layers", "list the layers that change too, one row each"),
			columnsOption(), dtypeOption(), strictOption(),
		}, slices.Concat(memoryOptions(), outputOptions(calcFormats()...))...),
		Formats: calcFormats(),
		answer:  answerSwap,
	}
}

func answerSwap(_ context.Context, s *Store, req *Request) (*Answer, error) {
	so, err := swapOptions(req)
	if err != nil {
		return nil, err
	}
	subject, options, err := s.oneNetwork(req, []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs, cost.TrafficBytes, cost.InferencePeakBytes, cost.TrainingSavedBytes, cost.TrainingTotalBytes})
	if err != nil {
		return nil, err
	}
	if so.Equal != nil {
		if err := hasSymbol(subject, so.Equal.By); err != nil {
			return nil, err
		}
		if !slices.Contains(options.Quantities, so.Equal.Quantity) {
			options.Quantities = append([]cost.Quantity{so.Equal.Quantity}, options.Quantities...)
		}
	}
	options.Layers = req.On("layers")
	result, err := cost.SwapSkips(subject, so, options)
	var selection *cost.SelectionError
	if errors.As(err, &selection) {
		return nil, usagef(selection.Hint, "--only: %s", selection.Message)
	}
	if errors.Is(err, rewrite.ErrFixedWidths) {
		return nil, fmt.Errorf("--equal: %w; --by SYMBOL changes a symbol of the network instead", err)
	}
	if err != nil {
		return nil, err
	}
	if err := checkFrozen(options, result.Original); err != nil {
		return nil, err
	}
	r := &report.Swap{Swap: result, Quantities: options.Quantities, Layers: req.On("layers"), Chosen: req.Given("columns")}
	return tables(r), nil
}

func swapOptions(req *Request) (cost.SwapOptions, error) {
	o := cost.SwapOptions{Only: req.List("only")}
	if !req.Given("to") {
		return o, usagef("as in skipcost swap resnet50 --to concat", "swap needs --to")
	}
	var err error
	if o.To, err = rewrite.ParseChange(req.Text("to")); err != nil {
		return o, usagef("", "--to: %v", err)
	}
	if req.Given("growth") && o.To != rewrite.ToDense {
		return o, usagef("", "--growth goes with --to densenet")
	}
	if o.Growth, err = whole(req, "growth", 1); err != nil {
		return o, err
	}
	if err := recastOptions(req, &o); err != nil {
		return o, err
	}
	o.Projections = rewrite.Projections(req.Text("projections"))
	if !slices.Contains(rewrite.ProjectionChoices(), o.Projections) {
		return o, usagef("", "--projections is keep, drop or add, not %q", req.Text("projections"))
	}
	if o.Projections == rewrite.AddProjections && o.To != rewrite.ToAdd {
		return o, usagef("", "--projections add goes with --to add")
	}
	if o.Reduce = req.On("reduce"); o.Reduce && o.To != rewrite.ToConcat {
		return o, usagef("", "--reduce goes with --to concat")
	}
	o.Equal, err = equalize(req)
	return o, err
}

// recastOptions reads --streams, --form and --blocks.
func recastOptions(req *Request, o *cost.SwapOptions) (err error) {
	if req.Given("streams") && o.To != rewrite.ToStreams {
		return usagef("", "--streams goes with --to streams")
	}
	if o.Streams, err = whole(req, "streams", 1); err != nil {
		return err
	}
	if req.Given("blocks") {
		if o.To != rewrite.ToAttention {
			return usagef("", "--blocks goes with --to attention")
		}
		if o.Blocks, err = whole(req, "blocks", 1); err != nil {
			return err
		}
	}
	switch {
	case o.To == rewrite.ToStreams:
		o.Form, err = choose.Word("form", req.Text("form"), arch.StreamForms())
	case o.To == rewrite.ToWeighted:
		o.Gather, err = sumForm(req.Text("form"))
	case req.Given("form"):
		return usagef("", "--form goes with --to streams or --to weighted")
	}
	if err != nil {
		return usagef("", "--form: %v", err)
	}
	return nil
}

// sumForm reads the form of sums of layers: static is one learned weight for each layer.
func sumForm(name string) (arch.Gathering, error) {
	const static = "static"
	forms := arch.InWays()
	forms[slices.Index(forms, string(arch.GatherWeighted))] = static
	form, err := choose.Word("form", name, forms)
	if err != nil || form == static {
		return arch.GatherWeighted, err
	}
	return arch.Gathering(form), nil
}

// equalize reads --equal and --by; nil without them.
func equalize(req *Request) (*cost.Equalize, error) {
	if !req.Given("equal") {
		if req.Given("by") {
			return nil, usagef("as in --equal params --by N", "--by goes with --equal")
		}
		return nil, nil
	}
	name := req.Text("equal")
	var names []string
	for _, q := range cost.Quantities() {
		switch ratio := q.Unit() == cost.Ratio; {
		case q.String() == name && ratio:
			return nil, usagef("", "--equal: %s is a ratio, not a whole number", name)
		case q.String() == name:
			return &cost.Equalize{Quantity: q, By: req.Text("by")}, nil
		case !ratio:
			names = append(names, q.String())
		}
	}
	hint := choose.Hint(name, names, choose.List("costs are", names))
	return nil, usagef(hint, "--equal: unknown cost %q", name)
}

// hasSymbol refuses the name of a symbol that a network does not have; the empty name is none.
func hasSymbol(s cost.Subject, name string) error {
	var known []string
	for _, symbol := range s.Network.Symbols {
		known = append(known, symbol.Name)
	}
	if name == "" || slices.Contains(known, name) {
		return nil
	}
	return unknownSymbol("by", name, known)
}
