package request

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// outputOptions are the options for the format and the output of a result.
func outputOptions(formats ...report.Format) []Option {
	return append(grouped(Output, formatOption(formats...)), widthOptions("width", tableWidth)...)
}

// formatOption is the option for one of some formats, of which the first is the default.
func formatOption(formats ...report.Format) Option {
	return oneOf(text("format", "print as `FORMAT`: %s").or(string(formats[0])), formats)
}

func calcFormats() []report.Format {
	return []report.Format{report.FormatTable, report.FormatMarkdown, report.FormatCSV, report.FormatJSON}
}

func formulaFormats() []report.Format {
	return append(calcFormats(), report.FormatLaTeX, report.FormatMathML)
}

func setOption(aliases ...string) Option {
	return list("set", "bind symbols of the networks by `NAME=VALUE`, as in --set L=40,k=12").also(aliases...)
}

func batchOption() Option {
	return text("batch", "number of `SAMPLES` in a batch").or("1").also("B")
}

func dtypeOption() Option {
	return oneNamed(text("dtype", "store elements as `TYPE`: %s").or("fp32"), cost.DTypes(), dtypeName, cost.DType.Doc)
}

func dtypeName(d cost.DType) string { return d.Name }

func frameworkName(f cost.Framework) string { return f.Name }

func optimizerName(o cost.Optimizer) string { return o.Name }

func precisionName(p cost.Precision) string { return p.Name }

// memoryOptions are the options for how tensors are stored and trained.
func memoryOptions() []Option {
	return grouped(Training,
		initOption(),
		oneOf(text("concat", "how training stores the outputs of concats, `STORAGE`: %s; shared is one buffer that grows, recompute builds them again for the backward pass").or("copy"), cost.ConcatStorages()),
		oneOf(text("checkpoint", "recompute iterations in the backward pass, `WHICH`: %s; repeats keeps the input of each, sqrt those of about √n segments of n").or("none"), cost.Checkpoints()),
		toggle("inplace", "activations such as ReLU overwrite their input"),
		toggle("fold-norms", "fold each batch norm into the convolution or linear layer before it, as exporters do"),
		toggle("fold", "fold norms, and products that are added up as in RepVGG, into one product, as for deployment"),
		oneOf(text("fused", "count what goes over memory in one pass once: chains of `WHAT`, %s; skipcost explain fused has the rule"), cost.Fusions()),
		toggle("loss", "count a cross-entropy loss behind the output"),
		oneNamed(text("framework", "keep for the backward pass what the framework of this `PROFILE` keeps: %s; skipcost explain torch2 prints the rules").or("torch2"), cost.Frameworks(), frameworkName, func(f cost.Framework) string { return f.Doc }),
		oneOf(text("attention", "compute attention in this `WAY`: %s; by default as the framework does"), cost.Attentions()),
		oneNamed(text("optimizer", "count the state of the optimizer `NAME`: %s").or("sgd"), cost.Optimizers(), optimizerName, func(o cost.Optimizer) string { return o.Doc }),
		oneNamed(text("precision", "train in the types of this `RECIPE`: %s; as in --precision autocast, which casts as PyTorch's amp does; by default all in --dtype"), cost.Precisions(), precisionName, func(p cost.Precision) string { return p.Doc }),
		toggle("amp", "another name for --precision autocast"),
		oneNamed(text("weights", "store parameters as this `TYPE`: %s; as in --weights int4; by default as all elements"), cost.WeightTypes(), dtypeName, cost.DType.Doc),
		list("freeze", "do not train these `LAYERS`; a block or an iteration stands for all layers in it, as in --freeze stage1,stage2"),
		list("train", "train these `LAYERS` alone and freeze all others, as in --train linear"),
	)
}

// names are the names of all.
func names[T any](all []T, name func(T) string) []string {
	out := make([]string, len(all))
	for k, one := range all {
		out[k] = name(one)
	}
	return out
}

// spelled are words as texts.
func spelled[T ~string](words []T) []string {
	return names(words, func(w T) string { return string(w) })
}

func joined[T ~string](words []T) string { return strings.Join(spelled(words), ", ") }

// costOptions reads the flags that say under which conditions networks are priced.
func costOptions(req *Request) (cost.Options, error) {
	dtype, err := cost.ParseDType(req.Text("dtype"))
	if err != nil {
		return cost.Options{}, usagef("", "--dtype: %v", err)
	}
	o := cost.Options{BytesPerElement: dtype.Bits / 8, Frozen: req.List("freeze"), Trained: req.List("train")}
	if err := precisionOptions(req, &o); err != nil {
		return o, err
	}
	if o.Batch, err = whole(req, "batch", 1); err != nil {
		return o, err
	}
	if o.Init, err = parseInit(req); err != nil {
		return o, err
	}
	return o, trainingOptions(req, &o)
}

// trainingOptions reads the flags of memory, where the command has them.
func trainingOptions(req *Request, o *cost.Options) error {
	o.Memory = cost.Memory{InPlace: req.On("inplace"), FoldNorms: req.On("fold-norms"), FoldBranches: req.On("fold"), Loss: req.On("loss")}
	var err error
	if o.Optimizer, err = cost.ParseOptimizer(req.Text("optimizer")); err != nil {
		return usagef("", "--optimizer: %v", err)
	}
	o.Memory.Concat = cost.ConcatStorage(req.Text("concat"))
	if !slices.Contains(cost.ConcatStorages(), o.Memory.Concat) {
		return usagef("storages are "+joined(cost.ConcatStorages()), "--concat: unknown storage %q", req.Text("concat"))
	}
	o.Memory.Checkpoint = cost.Checkpoint(req.Text("checkpoint"))
	if !slices.Contains(cost.Checkpoints(), o.Memory.Checkpoint) {
		return usagef("it is "+joined(cost.Checkpoints()), "--checkpoint: unknown way %q", req.Text("checkpoint"))
	}
	if name := req.Text("fused"); name != "" {
		if o.Memory.Fused = cost.Fused(name); !slices.Contains(cost.Fusions(), o.Memory.Fused) {
			return usagef("it is "+joined(cost.Fusions()), "--fused: unknown layers %q", name)
		}
	}
	return frameworkOptions(req, o)
}

// precisionOptions reads the flags that say in which types training stores tensors, where the command has them.
func precisionOptions(req *Request, o *cost.Options) (err error) {
	recipe, flag := req.Text("precision"), "precision"
	if req.On("amp") {
		if recipe != "" && recipe != "autocast" {
			return usagef("--amp is another name for --precision autocast", "--amp and --precision %s contradict each other", recipe)
		}
		recipe, flag = "autocast", "amp"
	}
	if recipe != "" && req.Given("dtype") {
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
	if name := req.Text("weights"); name != "" {
		if o.Weights, err = cost.ParseWeightType(name); err != nil {
			return usagef("", "--weights: %v", err)
		}
	}
	return nil
}

// frameworkOptions reads the flags that say by whose rules training keeps tensors, where the command has them.
func frameworkOptions(req *Request, o *cost.Options) (err error) {
	if name := req.Text("framework"); name != "" {
		if o.Memory.Framework, err = cost.ParseFramework(name); err != nil {
			return usagef("", "--framework: %v", err)
		}
	}
	if name := req.Text("attention"); name != "" {
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

// whole reads a whole number of at least least, of any length.
func whole(req *Request, name string, least int64) (symbolic.Expr, error) {
	text := req.Text(name)
	e, err := symbolic.Parse(text)
	var syntax *symbolic.SyntaxError
	if errors.As(err, &syntax) && !strings.Contains(syntax.Hint, "*") { // there are no symbols to be multiplied with
		return e, valueError("--"+name, text, err)
	}
	n, ok := e.Integer()
	if err != nil || !ok {
		return e, usagef("", "--%s must be a whole number, not %q", name, text)
	}
	if n.Cmp(big.NewInt(least)) < 0 {
		return e, usagef("", "--%s must be at least %d, not %s", name, least, n)
	}
	return e, nil
}

// quantities reads --columns params,macs. A cost that only layers have is accepted where it is among the defaults.
func quantities(req *Request, byDefault []cost.Quantity) ([]cost.Quantity, error) {
	if !req.Given("columns") {
		return byDefault, nil
	}
	var out []cost.Quantity
	for _, name := range req.List("columns") {
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

func columnsOption() Option {
	return list("columns", "show these `COSTS` in this order, as in --columns params,macs").among(costNames)
}

// costNames are the words for costs.
func costNames() []string { return names(cost.Quantities(), cost.Quantity.String) }
