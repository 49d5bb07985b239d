package request

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/render"
)

func sweepFormats() []report.Format {
	return slices.Concat(calcFormats(), []report.Format{report.FormatLines}, pictureFormats())
}

func sweepCommand() *Command {
	return &Command{
		Name: "sweep",
		Options: slices.Concat([]Option{
			list("over", "go over these `RANGES`, as in --over L=2:200,N=16:1024:16,k=4,12,24,dtype=fp32,bf16; the last varies fastest"),
			setOption(),
			text("where", "keep the points that meet this `CONDITION` on costs and symbols, as in --where 'params<=1M && macs<=100M'"),
			list("pareto", "keep the points that no other beats in these `COSTS`, of which less is better, or more with max: before it, as in --pareto params,max:mean_path").among(costNames),
			text("top", "keep the first `N` points by the cost of --by"),
			text("by", "order by this `COST`, the most first, or the least with min: before it").among(costNames),
			text("histogram", "count the points by the magnitude of this `COST`, in bins from each power of two to the next").among(costNames),
			text("shard", "go over the `I/N` part of the grid alone, and write what merge reads to -o"),
			toggle("resume", "go on where a run with this -o was stopped; begin where there was none, and do nothing where it has ended"),
			toggle("force", "write over the file of -o"),
			text("workers", "use so many `CORES`; by default all"),
			batchOption(),
			columnsOption(), dtypeOption(), strictOption(),
		}, memoryOptions(), outputOptions(sweepFormats()...)),
		Formats: sweepFormats(),
		answer:  answerSweep,
	}
}

// Sweep is a sweep that is ready to run: over the whole grid, or over the part of it that shard names.
type Sweep struct {
	*sweep.Sweep
	Grid     *sweep.Grid
	Keeper   sweep.Keeper
	From, To int64 // the range of points to price
	Shard    bool
	Workers  int
	form     form
}

// answerSweep prices the whole grid at once; running it in parts needs files, which the command line manages.
func answerSweep(ctx context.Context, s *Store, req *Request) (*Answer, error) {
	for _, option := range []string{"shard", "resume", "force"} {
		if req.Given(option) {
			return nil, usagef("", "--%s goes with a file that is written", option)
		}
	}
	if req.Merges() {
		return s.merge(req)
	}
	job, err := s.Sweep(req)
	if err != nil {
		return nil, err
	}
	if job.Streamed() {
		return &Answer{write: func(w io.Writer, _ form) error {
			if _, err := io.WriteString(w, job.Rows().Head()); err != nil {
				return err
			}
			_, err := job.Run(ctx, sweep.Written(w, job.Rows()))
			return err
		}}, nil
	}
	outcome, err := job.Run(ctx, sweep.Kept(job.Keeper))
	if err != nil {
		return nil, err
	}
	return job.Answer(outcome), nil
}

// Merges reports whether a sweep is put together from files of its parts.
func (req *Request) Merges() bool {
	return req.command.Name == "sweep" && len(req.Networks) > 0 && req.Networks[0] == Network{Name: mergeShards}
}

// Run goes over all points.
func (j *Sweep) Run(ctx context.Context, out sweep.Output) (sweep.Outcome, error) {
	outcome, err := j.Sweep.Run(ctx, j.From, j.To, j.Workers, out, func(sweep.Outcome) error { return nil })
	if err == nil {
		err = ctx.Err()
	}
	return outcome, err
}

// Streamed reports whether rows are written as they come and not kept.
func (j *Sweep) Streamed() bool {
	return j.Grid.Keep.What == sweep.KeepRows && (j.Shard || j.form.format == report.FormatCSV || j.form.format == report.FormatLines)
}

// Rows is the form in which points are written: CSV or JSON.
func (j *Sweep) Rows() render.SweepRows { return render.SweepRowsOf(j.form.format, j.Grid) }

// Answer is the points that were kept.
func (j *Sweep) Answer(outcome sweep.Outcome) *Answer {
	var reasons []string
	for _, p := range j.Planes() {
		reasons = append(reasons, p.Remarks()...)
	}
	kept := j.Keeper.Points()
	a := points(j.Grid, kept, report.SweepNotes(j.Grid, outcome, len(kept), reasons))
	a.form = j.form
	return a
}

// points is an answer of points that were kept.
func points(g *sweep.Grid, kept []*sweep.Point, notes []string) *Answer {
	whole := &report.Sweep{Grid: g, Points: kept, Notes: notes}
	return &Answer{Report: whole, write: func(w io.Writer, f form) error {
		switch {
		case f.format == report.FormatCSV && g.Keep.What != sweep.KeepHistogram, f.format == report.FormatLines:
			return writePoints(w, render.SweepRowsOf(f.format, g), kept)
		}
		if !slices.Contains(pictureFormats(), f.format) {
			return f.report(w, whole)
		}
		scene, err := (&figure.Front{Grid: g, Points: kept}).Scene()
		if err != nil {
			return err
		}
		return f.draw(w, scene)
	}}
}

func writePoints(w io.Writer, rows render.SweepRows, points []*sweep.Point) error {
	text := []byte(rows.Head())
	for _, p := range points {
		text = rows.Point(text, p)
	}
	_, err := w.Write(text)
	return err
}

// Sweep reads the request for a sweep.
func (s *Store) Sweep(req *Request) (*Sweep, error) {
	f, err := req.form()
	if err != nil {
		return nil, err
	}
	f.means = s.Means
	plan, keep, err := s.sweepPlan(req)
	if err != nil {
		return nil, err
	}
	if slices.Contains(pictureFormats(), f.format) && (keep.What != sweep.KeepFront || len(keep.By) < 2) {
		return nil, usagef("as in --pareto params,max:gradient_gain", "a picture of a sweep is of its front by two costs")
	}
	prepared, err := sweep.New(plan)
	var unknown *sweep.UnknownSymbolError
	if errors.As(err, &unknown) {
		return nil, usagef(choose.Hint(unknown.Symbol, unknown.Known, choose.List("symbols are", unknown.Known)), "%v", unknown)
	}
	if err != nil {
		return nil, usagef("", "--over: %v", err)
	}
	j := &Sweep{Sweep: prepared, Grid: prepared.Grid(keep, givenSettings(req)), To: prepared.Points(), Workers: runtime.GOMAXPROCS(0), form: f}
	if req.Given("workers") {
		n, err := strconv.Atoi(req.Text("workers"))
		if err != nil || n < 1 || n > 4096 {
			return nil, usagef("", "--workers must be a number from 1 to 4096, not %q", req.Text("workers"))
		}
		j.Workers = n
	}
	if req.Given("shard") {
		shard, of, err := parseShard(req.Text("shard"))
		if err != nil {
			return nil, err
		}
		j.Shard = true
		j.From, j.To = j.Grid.Range(shard, of)
	}
	j.Keeper, err = j.Grid.Keeper()
	return j, err
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

// givenSettings are the options that influence costs, as they were given.
func givenSettings(req *Request) []string {
	var out []string
	for _, o := range append(memoryOptions(), dtypeOption(), batchOption()) {
		switch {
		case o.Kind == Switch && req.On(o.Name):
			out = append(out, o.Name+"=true")
		case req.Given(o.Name):
			out = append(out, o.Name+"="+req.Text(o.Name))
		}
	}
	slices.Sort(out)
	return out
}

// sweepPlan reads the networks, the ranges and which points to keep.
func (s *Store) sweepPlan(req *Request) (*sweep.Plan, sweep.Keep, error) {
	var keep sweep.Keep
	if len(req.Networks) == 0 {
		return nil, keep, usagef("skipcost sweep concat add --over L=2:20", "sweep needs the names of networks")
	}
	options, err := costOptions(req)
	if err != nil {
		return nil, keep, err
	}
	subjects, err := s.subjects(req)
	if err != nil {
		return nil, keep, err
	}
	given, err := parseSettings("set", req.List("set"))
	if err != nil {
		return nil, keep, err
	}
	if !req.Given("over") {
		return nil, keep, usagef("as in --over L=2:200,N=16:1024:16", "--over says which ranges to go over")
	}
	over, err := sweep.ParseOver(SweptOptions(), req.List("over")...)
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
	if p.Choices, err = choices(req, over.Choices); err != nil {
		return nil, keep, err
	}
	if p.Columns, err = quantities(req, []cost.Quantity{cost.Params, cost.MACs}); err != nil {
		return nil, keep, err
	}
	if req.Given("where") {
		if p.Where, err = sweep.ParseCondition(req.Text("where")); err != nil {
			return nil, keep, usagef("as in 'params<=1M && (macs<100M || L>=20)'", "--where: %v", err)
		}
	}
	keep, err = kept(req, p)
	return p, keep, err
}

// kept reads which points are kept, and adds the costs that they are compared by to the columns.
func kept(req *Request, p *sweep.Plan) (sweep.Keep, error) {
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
	if req.Given("pareto") {
		if err := set(sweep.KeepFront, "pareto", "min", req.List("pareto")...); err != nil {
			return keep, err
		}
	}
	if req.Given("by") && !req.Given("top") {
		return keep, usagef("as in --top 20 --by macs", "--by needs --top")
	}
	if req.Given("top") {
		n, err := strconv.Atoi(req.Text("top"))
		if err != nil || n < 1 || n > sweep.MaxKept {
			return keep, usagef("--top 20 --by macs", "--top must be a number from 1 to %d, not %q", sweep.MaxKept, req.Text("top"))
		}
		if !req.Given("by") {
			return keep, usagef("as in --top 20 --by macs", "--top needs --by")
		}
		keep.Most = n
		if err := set(sweep.KeepTop, "by", "max", req.Text("by")); err != nil {
			return keep, err
		}
	}
	if req.Given("histogram") {
		if err := set(sweep.KeepHistogram, "histogram", "max", req.Text("histogram")); err != nil {
			return keep, err
		}
	}
	if ways > 1 {
		return keep, usagef("", "--pareto, --top and --histogram keep different points: give one of them")
	}
	return keep, nil
}

// option is an option whose values can be an axis of a sweep.
type option struct {
	name  string
	parse func(string) (func(*cost.Options), error)
}

// sweptOptions are all options that can be an axis.
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

// SweptOptions names the options that can be an axis of a sweep.
func SweptOptions() []string {
	var out []string
	for _, o := range sweptOptions() {
		out = append(out, o.name)
	}
	return out
}

// choices reads the words of the options that a sweep goes over.
func choices(req *Request, over []sweep.Words) ([]sweep.Choice, error) {
	var out []sweep.Choice
	for _, w := range over {
		if req.Given(w.Name) {
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
