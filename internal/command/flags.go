package command

import (
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// outputFlags say in which format and where a result goes.
func outputFlags(formats ...report.Format) []cli.Flag {
	return append(formatFlags(formats...), widthFlags("width", tableWidth)...)
}

func formatFlags(formats ...report.Format) []cli.Flag {
	names := make([]string, len(formats))
	for k, f := range formats {
		names[k] = string(f)
	}
	return []cli.Flag{
		&cli.StringFlag{Name: "format", Value: "table", Usage: "print as `FORMAT`: " + strings.Join(names, ", ")},
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
	layout, err := s.layout(c)
	if err != nil {
		return err
	}
	return s.emit(c, func(w io.Writer) error { return report.Write(w, format, layout, r) })
}

// checkOutput refuses a bad --format or --width before any work is done.
func (s *streams) checkOutput(c *cli.Context, formats ...report.Format) error {
	if _, err := report.ParseFormat(c.String("format"), formats...); err != nil {
		return usagef("", "--format: %v", err)
	}
	_, err := s.layout(c)
	return err
}

func (s *streams) emit(c *cli.Context, render func(io.Writer) error) error {
	if path := c.String("output"); path != "" {
		return plainPathError(report.ToFile(path, render))
	}
	return report.Buffered(s.out, render)
}

func setFlag(aliases ...string) cli.Flag {
	return &cli.StringSliceFlag{Name: "set", Aliases: aliases, Usage: "bind symbols of the networks by `NAME=VALUE`, as in --set L=40,k=12"}
}

func batchFlag() cli.Flag {
	return &cli.StringFlag{Name: "batch", Aliases: []string{"B"}, Value: "1", Usage: "number of `SAMPLES` in a batch"}
}

func dtypeFlag() cli.Flag {
	var names []string
	for _, d := range cost.DTypes() {
		names = append(names, d.Name)
	}
	return &cli.StringFlag{Name: "dtype", Value: "fp32", Usage: "store elements as `TYPE`: " + strings.Join(names, ", ")}
}

// memoryFlags say how tensors are stored and trained.
func memoryFlags() []cli.Flag {
	return []cli.Flag{
		initFlag(),
		&cli.StringFlag{Name: "concat", Value: "copy", Usage: "how training stores the outputs of concats, `STORAGE`: " + joined(cost.ConcatStorages()) + "; shared is one buffer that grows, recompute builds them again for the backward pass"},
		&cli.StringFlag{Name: "checkpoint", Value: "none", Usage: "recompute iterations in the backward pass, `WHICH`: " + joined(cost.Checkpoints()) + "; repeats keeps the input of each, sqrt those of about √n segments of n"},
		&cli.BoolFlag{Name: "inplace", Usage: "activations such as ReLU overwrite their input"},
		&cli.BoolFlag{Name: "fold-norms", Usage: "fold each batch norm into the convolution or linear layer before it, as exporters do"},
		&cli.BoolFlag{Name: "loss", Usage: "count a cross-entropy loss behind the output"},
		&cli.StringFlag{Name: "framework", Value: "torch2", Usage: "keep for the backward pass what the framework of this `PROFILE` keeps: " + joined(frameworkNames()) + "; skipcost explain torch2 prints the rules"},
		&cli.StringFlag{Name: "attention", Usage: "compute attention in this `WAY`: " + joined(cost.Attentions()) + "; by default as the framework does"},
		&cli.StringFlag{Name: "optimizer", Value: "sgd", Usage: "count the state of the optimizer `NAME`: " + joined(optimizerNames())},
		&cli.StringFlag{Name: "precision", Usage: "train in the types of this `RECIPE`: " + joined(precisionNames()) + "; as in --precision autocast, which casts as PyTorch's amp does; by default all in --dtype"},
		&cli.BoolFlag{Name: "amp", Usage: "another name for --precision autocast"},
		&cli.StringFlag{Name: "weights", Usage: "store parameters as this `TYPE`: " + joined(weightTypeNames()) + "; as in --weights int4; by default as all elements"},
		&cli.StringSliceFlag{Name: "freeze", Usage: "do not train these `LAYERS`; a block or an iteration stands for all layers in it, as in --freeze stage1,stage2"},
		&cli.StringSliceFlag{Name: "train", Usage: "train these `LAYERS` alone and freeze all others, as in --train linear"},
	}
}

func precisionNames() []string {
	var names []string
	for _, p := range cost.Precisions() {
		names = append(names, p.Name)
	}
	return names
}

func weightTypeNames() []string {
	var names []string
	for _, d := range cost.WeightTypes() {
		names = append(names, d.Name)
	}
	return names
}

func frameworkNames() []string {
	var names []string
	for _, f := range cost.Frameworks() {
		names = append(names, f.Name)
	}
	return names
}

func optimizerNames() []string {
	var names []string
	for _, o := range cost.Optimizers() {
		names = append(names, o.Name)
	}
	return names
}

func joined[T ~string](words []T) string {
	parts := make([]string, len(words))
	for k, w := range words {
		parts[k] = string(w)
	}
	return strings.Join(parts, ", ")
}

// costOptions reads the flags that say under which conditions networks are priced.
func costOptions(c *cli.Context) (cost.Options, error) {
	dtype, err := cost.ParseDType(c.String("dtype"))
	if err != nil {
		return cost.Options{}, usagef("", "--dtype: %v", err)
	}
	o := cost.Options{BytesPerElement: dtype.Bits / 8, Frozen: c.StringSlice("freeze"), Trained: c.StringSlice("train")}
	if err := precisionOptions(c, &o); err != nil {
		return o, err
	}
	if o.Batch, err = wholeFlag(c, "batch", 1); err != nil {
		return o, err
	}
	if o.Init, err = parseInit(c); err != nil {
		return o, err
	}
	return o, trainingOptions(c, &o)
}

// trainingOptions reads the flags of memory, where the command has them.
func trainingOptions(c *cli.Context, o *cost.Options) error {
	o.Memory = cost.Memory{InPlace: c.Bool("inplace"), FoldNorms: c.Bool("fold-norms"), Loss: c.Bool("loss")}
	var err error
	if o.Optimizer, err = cost.ParseOptimizer(c.String("optimizer")); err != nil {
		return usagef("", "--optimizer: %v", err)
	}
	o.Memory.Concat = cost.ConcatStorage(c.String("concat"))
	if !slices.Contains(cost.ConcatStorages(), o.Memory.Concat) {
		return usagef("storages are "+joined(cost.ConcatStorages()), "--concat: unknown storage %q", c.String("concat"))
	}
	o.Memory.Checkpoint = cost.Checkpoint(c.String("checkpoint"))
	if !slices.Contains(cost.Checkpoints(), o.Memory.Checkpoint) {
		return usagef("it is "+joined(cost.Checkpoints()), "--checkpoint: unknown way %q", c.String("checkpoint"))
	}
	return frameworkOptions(c, o)
}

// precisionOptions reads the flags that say in which types training stores tensors, where the command has them.
func precisionOptions(c *cli.Context, o *cost.Options) (err error) {
	recipe, flag := c.String("precision"), "precision"
	if c.Bool("amp") {
		if recipe != "" && recipe != "autocast" {
			return usagef("--amp is another name for --precision autocast", "--amp and --precision %s contradict each other", recipe)
		}
		recipe, flag = "autocast", "amp"
	}
	if recipe != "" && c.IsSet("dtype") {
		return usagef("a recipe of training says all types", "--%s and --dtype contradict each other", flag)
	}
	if recipe != "" {
		if o.Precision, err = cost.ParsePrecision(recipe); err != nil {
			return usagef("", "--precision: %v", err)
		}
		if flag == "amp" {
			o.Precision.Note = "--amp is --precision autocast; --precision mixed stores 16-bit weights and gradients, and an fp32 copy of the weights"
		}
	}
	if name := c.String("weights"); name != "" {
		if o.Weights, err = cost.ParseWeightType(name); err != nil {
			return usagef("", "--weights: %v", err)
		}
	}
	return nil
}

// frameworkOptions reads the flags that say by whose rules training keeps tensors, where the command has them.
func frameworkOptions(c *cli.Context, o *cost.Options) (err error) {
	if name := c.String("framework"); name != "" {
		if o.Memory.Framework, err = cost.ParseFramework(name); err != nil {
			return usagef("", "--framework: %v", err)
		}
	}
	if name := c.String("attention"); name != "" {
		if o.Memory.Attention, err = cost.ParseAttention(name); err != nil {
			return usagef("", "--attention: %v", err)
		}
	}
	return nil
}

// checkFrozen refuses a name to freeze, or to train alone, that no layer or block of any of the networks has.
func checkFrozen(o cost.Options, traces ...*trace.Trace) error {
	for _, list := range []struct {
		flag  string
		names []string
	}{{"freeze", o.Frozen}, {"train", o.Trained}} {
		for _, name := range list.names {
			if err := checkName(list.flag, name, traces); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkName(flag, text string, traces []*trace.Trace) error {
	names, err := cost.ParseNames(text)
	if err != nil {
		return usagef("", "--%s: %q: %v", flag, text, err)
	}
	var known []string
	for _, t := range traces {
		found, others, err := names.Find(t)
		if found || err != nil {
			return err
		}
		known = append(known, others...)
	}
	return usagef(choose.Hint(text, known, "calc --layers lists the names"), "--%s: no layer or block is named %q", flag, text)
}

// traces lists the trace of each of several results.
func traces[T any](results []T, of func(T) *trace.Trace) []*trace.Trace {
	out := make([]*trace.Trace, len(results))
	for k, r := range results {
		out[k] = of(r)
	}
	return out
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

// quantitiesFlag reads --columns params,macs. What only layers have is taken where it is among those by default.
func quantitiesFlag(c *cli.Context, byDefault []cost.Quantity) ([]cost.Quantity, error) {
	if !c.IsSet("columns") {
		return byDefault, nil
	}
	var out []cost.Quantity
	for _, name := range c.StringSlice("columns") {
		q, err := quantityOf("columns", strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		if q.PerLayer() && !slices.Contains(byDefault, q) {
			return nil, usagef("", "--columns: %s is of single layers, which calc --layers lists", q)
		}
		out = append(out, q)
	}
	return out, nil
}

// quantityOf reads the name of a cost that stands in a flag.
func quantityOf(flag, name string) (cost.Quantity, error) {
	q, err := cost.ParseQuantity(name)
	var unknown *choose.UnknownError
	if errors.As(err, &unknown) {
		return 0, usagef(choose.Meant(unknown.Nearest, choose.List("columns are", unknown.Shown)), "--%s: unknown column %q", flag, name)
	}
	return q, err
}

func columnsFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "columns", Usage: "show these `COSTS` in this order, as in --columns params,macs"}
}
