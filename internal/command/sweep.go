package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func sweepFormats() []report.Format { return append(calcFormats(), report.FormatLines) }

func (s *streams) sweepCommand() *cli.Command {
	return &cli.Command{
		Name:      "sweep",
		Usage:     "what networks cost at every point of a grid: all of it, or the best of it",
		UsageText: "skipcost sweep [FLAGS] NETWORK ...\nskipcost sweep merge [--format FORMAT] [-o FILE] FILE ...",
		Description: "Ranges are first:last, first:last:step, first:last:*factor, or lists with commas; options are swept by their words:\n" +
			strings.Join(optionNames(), ", ") + "; batch is a number.\n" +
			"merge joins the files that --shard writes.\n\n" +
			"Examples:\n" +
			"  skipcost sweep concat add --over L=2:200,N=16:1024:16 --where 'params<=1M' --pareto params,max:mean_path\n" +
			"  skipcost sweep densenet-bc --over L=10:190:6,k=12,24,40 --top 5 --by macs\n" +
			"  skipcost sweep resnet50 --over batch=1:256:*2,dtype=fp32,bf16,optimizer=sgd,adam --columns training_total_bytes --format csv\n" +
			"  skipcost sweep concat --over L=2:1000,N=1:1000000 --pareto params,macs --shard 3/16 -o part3.jsonl",
		Flags: slices.Concat([]cli.Flag{
			&cli.StringSliceFlag{Name: "over", Usage: "go over these `RANGES`, as in --over L=2:200,N=16:1024:16,k=4,12,24,dtype=fp32,bf16; the last varies fastest"},
			setFlag(),
			&cli.StringFlag{Name: "where", Usage: "keep the points that meet this `CONDITION` on costs and symbols, as in --where 'params<=1M && macs<=100M'"},
			&cli.StringSliceFlag{Name: "pareto", Usage: "keep the points that no other beats in these `COSTS`, of which less is better, or more with max: before it, as in --pareto params,max:mean_path"},
			&cli.StringFlag{Name: "top", Usage: "keep the first `N` points by the cost of --by"},
			&cli.StringFlag{Name: "by", Usage: "order by this `COST`, the most first, or the least with min: before it"},
			&cli.StringFlag{Name: "histogram", Usage: "count the points by the magnitude of this `COST`, in bins from each power of two to the next"},
			&cli.StringFlag{Name: "shard", Usage: "go over the `I/N` part of the grid alone, and write what merge reads to -o"},
			&cli.BoolFlag{Name: "resume", Usage: "go on where a run with this -o was stopped; begin where there was none, and do nothing where it has ended"},
			&cli.BoolFlag{Name: "force", Usage: "write over the file of -o"},
			&cli.StringFlag{Name: "workers", Usage: "use so many `CORES`; by default all"},
			batchFlag(),
			columnsFlag(), dtypeFlag(), strictFlag(),
		}, memoryFlags(), outputFlags(sweepFormats()...)),
		BashComplete: completeNetworks,
		Action:       s.sweep,
	}
}

func (s *streams) sweep(c *cli.Context) error {
	if err := s.checkOutput(c, sweepFormats()...); err != nil {
		return err
	}
	if c.Args().First() == "merge" {
		return s.merge(c, c.Args().Tail())
	}
	job, err := s.sweepJob(c)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // schedulers end a job by the latter
	defer stop()
	return job.run(ctx)
}

// sweepJob reads what a sweep is to do.
func (s *streams) sweepJob(c *cli.Context) (*sweepJob, error) {
	plan, keep, err := s.sweepPlan(c)
	if err != nil {
		return nil, err
	}
	prepared, err := sweep.New(plan)
	var unknown *sweep.UnknownSymbolError
	if errors.As(err, &unknown) {
		return nil, usagef(choose.Hint(unknown.Symbol, unknown.Known, choose.List("symbols are", unknown.Known)), "%v", unknown)
	}
	if err != nil {
		return nil, usagef("", "--over: %v", err)
	}
	j := &sweepJob{streams: s, context: c, sweep: prepared, grid: prepared.Grid(keep, givenSettings(c)), workers: runtime.GOMAXPROCS(0)}
	if c.IsSet("workers") {
		n, err := strconv.Atoi(c.String("workers"))
		if err != nil || n < 1 || n > 4096 {
			return nil, usagef("", "--workers must be a number from 1 to 4096, not %q", c.String("workers"))
		}
		j.workers = n
	}
	j.to = prepared.Points()
	if c.IsSet("shard") {
		shard, of, err := parseShard(c.String("shard"))
		if err != nil {
			return nil, err
		}
		if c.String("output") == "" {
			return nil, usagef("-o FILE says where", "a shard is written to a file")
		}
		j.shard = true
		j.from, j.to = j.grid.Range(shard, of)
	}
	if j.keeper, err = j.grid.Keeper(); err != nil {
		return nil, err
	}
	return j, nil
}

func parseShard(text string) (shard, of int64, err error) {
	a, b, ok := strings.Cut(text, "/")
	shard, err1 := strconv.ParseInt(a, 10, 64)
	of, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil || shard < 1 || shard > of {
		return 0, 0, usagef("", "--shard is I/N with I from 1 to N, as in 3/16, not %q", text)
	}
	return shard, of, nil
}

// givenSettings are the flags that bear on costs, as they were given.
func givenSettings(c *cli.Context) []string {
	var out []string
	for _, f := range append(memoryFlags(), dtypeFlag(), batchFlag()) {
		if name := f.Names()[0]; c.IsSet(name) {
			out = append(out, fmt.Sprintf("%s=%v", name, c.Value(name)))
		}
	}
	slices.Sort(out)
	return out
}

// sweepPlan reads the networks, the ranges and what is to be kept.
func (s *streams) sweepPlan(c *cli.Context) (*sweep.Plan, sweep.Keep, error) {
	var keep sweep.Keep
	if c.NArg() == 0 {
		return nil, keep, usagef("skipcost sweep concat add --over L=2:20", "sweep needs the names of networks")
	}
	options, err := costOptions(c)
	if err != nil {
		return nil, keep, err
	}
	subjects, err := s.subjects(c)
	if err != nil {
		return nil, keep, err
	}
	given, err := parseSettings("set", c.StringSlice("set"))
	if err != nil {
		return nil, keep, err
	}
	if !c.IsSet("over") {
		return nil, keep, usagef("as in --over L=2:200,N=16:1024:16", "--over says which ranges to go over")
	}
	over, err := sweep.ParseOver(optionNames(), c.StringSlice("over")...)
	if err != nil {
		return nil, keep, usagef("ranges are as in L=2:200, N=16:1024:16, k=4,12,24", "--over: %v", err)
	}
	for _, axis := range over.Axes {
		// A name that a scheme and a shipped network share stands for the one that has the symbols of the grid.
		if _, err := (&asked{symbol: axis.Name, set: given}).preferSchemes(subjects); err != nil {
			return nil, keep, err
		}
	}
	if subjects, err = applySettings("set", subjects, given); err != nil {
		return nil, keep, err
	}
	p := &sweep.Plan{Subjects: subjects, Options: options, Axes: over.Axes}
	if p.Choices, err = choices(c, over.Choices); err != nil {
		return nil, keep, err
	}
	if p.Columns, err = quantitiesFlag(c, []cost.Quantity{cost.Params, cost.MACs}); err != nil {
		return nil, keep, err
	}
	if c.IsSet("where") {
		if p.Where, err = sweep.ParseCondition(c.String("where")); err != nil {
			return nil, keep, usagef("as in 'params<=1M && (macs<100M || L>=20)'", "--where: %v", err)
		}
	}
	keep, err = keepFlags(c, p)
	return p, keep, err
}

// keepFlags reads which points are kept, and adds the costs that they are compared by to the columns.
func keepFlags(c *cli.Context, p *sweep.Plan) (sweep.Keep, error) {
	keep := sweep.Keep{What: sweep.KeepRows}
	ways := 0
	set := func(what, flag, direction string, by ...string) error {
		ways++
		keep.What = what
		for _, text := range by {
			key, name := sweep.By(strings.TrimSpace(text), direction)
			q, err := quantityOf(flag, name)
			if err != nil {
				return err
			}
			keep.By = append(keep.By, key)
			if !slices.Contains(p.Columns, q) {
				p.Columns = append(p.Columns, q)
			}
		}
		return nil
	}
	if c.IsSet("pareto") {
		if err := set(sweep.KeepFront, "pareto", "min", c.StringSlice("pareto")...); err != nil {
			return keep, err
		}
	}
	if c.IsSet("top") || c.IsSet("by") {
		n, err := strconv.Atoi(c.String("top"))
		if err != nil || n < 1 || n > sweep.MaxKept {
			return keep, usagef("--top 20 --by macs", "--top must be a number from 1 to %d, not %q", sweep.MaxKept, c.String("top"))
		}
		if !c.IsSet("by") {
			return keep, usagef("as in --top 20 --by macs", "--top needs --by")
		}
		keep.Most = n
		if err := set(sweep.KeepTop, "by", "max", c.String("by")); err != nil {
			return keep, err
		}
	}
	if c.IsSet("histogram") {
		if err := set(sweep.KeepHistogram, "histogram", "max", c.String("histogram")); err != nil {
			return keep, err
		}
	}
	if ways > 1 {
		return keep, usagef("", "--pareto, --top and --histogram keep different points: give one of them")
	}
	return keep, nil
}

// option is a setting that a sweep can go over.
type option struct {
	name  string
	parse func(string) (func(*cost.Options), error)
}

// sweptOptions are all of them.
func sweptOptions() []option {
	return []option{
		{"dtype", func(s string) (func(*cost.Options), error) {
			d, err := cost.ParseDType(s)
			return func(o *cost.Options) { o.BytesPerElement = d.Bits / 8 }, err
		}},
		{"optimizer", func(s string) (func(*cost.Options), error) {
			v, err := cost.ParseOptimizer(s)
			return func(o *cost.Options) { o.Optimizer = v }, err
		}},
		{"concat", func(s string) (func(*cost.Options), error) {
			v, err := choose.Word("storage", s, cost.ConcatStorages())
			return func(o *cost.Options) { o.Memory.Concat = v }, err
		}},
		{"checkpoint", func(s string) (func(*cost.Options), error) {
			v, err := choose.Word("way", s, cost.Checkpoints())
			return func(o *cost.Options) { o.Memory.Checkpoint = v }, err
		}},
		{"precision", func(s string) (func(*cost.Options), error) {
			v, err := cost.ParsePrecision(s)
			return func(o *cost.Options) { o.Precision = v }, err
		}},
	}
}

func optionNames() []string {
	var out []string
	for _, o := range sweptOptions() {
		out = append(out, o.name)
	}
	return out
}

// choices reads the words of the options that a sweep goes over.
func choices(c *cli.Context, over []sweep.Words) ([]sweep.Choice, error) {
	var out []sweep.Choice
	for _, w := range over {
		if c.IsSet(w.Name) {
			return nil, usagef("", "--%s and --over %s=… contradict each other", w.Name, w.Name)
		}
		all := sweptOptions()
		o := all[slices.IndexFunc(all, func(o option) bool { return o.name == w.Name })]
		choice := sweep.Choice{Name: w.Name}
		for _, text := range w.Values {
			apply, err := o.parse(text)
			if err != nil {
				return nil, usagef("", "--over %s: %v", w.Name, err)
			}
			choice.Values = append(choice.Values, sweep.Setting{Text: text, Apply: apply})
		}
		out = append(out, choice)
	}
	return out, nil
}
