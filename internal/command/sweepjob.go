package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/report"
)

// sweepJob is a sweep with where it goes. A file is written under another name beside it, and gets its own when it is whole; a
// third holds how far the sweep is.
type sweepJob struct {
	streams  *streams
	context  *cli.Context
	sweep    *sweep.Sweep
	grid     *sweep.Grid
	keeper   sweep.Keeper
	from, to int64
	shard    bool
	workers  int

	rows    *countingWriter // what rows are written to; nil where points are kept
	partial *os.File
	started time.Time
	saved   time.Time
	told    time.Time
	before  int64 // the first point of this run
}

// How often a terminal is told how far a sweep is, and how often that is written down.
const (
	tellEvery = 200 * time.Millisecond
	saveEvery = 10 * time.Second
)

// countingWriter counts the bytes that it writes on.
type countingWriter struct {
	out   *bufio.Writer
	bytes int64
}

// Write writes on.
func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.out.Write(p)
	w.bytes += int64(n)
	return n, err
}

func (j *sweepJob) path() string { return j.context.String("output") }

func (j *sweepJob) partialPath() string { return j.path() + ".partial" }

func (j *sweepJob) statePath() string { return j.path() + ".state" }

// streamed reports whether rows are written as they come.
func (j *sweepJob) streamed() bool {
	f := report.Format(j.context.String("format"))
	return j.grid.Keep.What == sweep.KeepRows && (j.shard || f == report.FormatCSV || f == report.FormatLines)
}

// rowFormat is how points are written: as lines for merge, as CSV, or as JSON.
func (j *sweepJob) rowFormat() sweepRows {
	if report.Format(j.context.String("format")) == report.FormatCSV {
		return report.SweepCSV{Grid: j.grid}
	}
	return report.SweepLines{Grid: j.grid}
}

// sweepRows writes points as rows under a head.
type sweepRows interface {
	sweep.Rows
	Head() string
	Point([]byte, *sweep.Point) []byte
}

func (j *sweepJob) run(ctx context.Context) error {
	at, err := j.open()
	if errors.Is(err, errWhole) {
		return nil
	}
	if err != nil {
		return plainPathError(err)
	}
	if j.partial != nil {
		defer j.partial.Close()
	}
	out := sweep.Kept(j.keeper)
	if j.streamed() {
		out = j.output()
	}
	j.started, j.saved, j.before = time.Now(), time.Now(), at.Next
	outcome, err := j.sweep.Run(ctx, at.Next, j.to, j.workers, out, func(o sweep.Outcome) error {
		o.Merge(at)
		j.tell(o)
		return j.save(o, false)
	})
	outcome.Merge(at)
	j.clear()
	if err == nil && outcome.Next < j.to {
		return j.stopped(outcome)
	}
	if err == nil {
		err = j.finish(outcome)
	}
	return plainPathError(err)
}

// output writes rows in the format that is asked for.
func (j *sweepJob) output() sweep.Output {
	if j.shard {
		return sweep.Written(j.rows, sweep.Lines(len(j.grid.Columns)))
	}
	return sweep.Written(j.rows, j.rowFormat())
}

// errWhole says that there is nothing left to go on with: a job that is started again has ended before.
var errWhole = errors.New("the sweep is whole")

// open prepares what is written to, and finds out from where to go on.
func (j *sweepJob) open() (sweep.Outcome, error) {
	at := sweep.Outcome{Next: j.from}
	if j.path() == "" {
		if j.context.Bool("resume") {
			return at, usagef("", "--resume goes on with a file, which -o names")
		}
		if j.streamed() {
			return at, j.begin(j.streams.out)
		}
		return at, nil
	}
	if _, err := os.Lstat(j.path()); err == nil && !j.context.Bool("force") {
		if j.context.Bool("resume") {
			return at, errWhole
		}
		return at, usagef("--force writes over it", "%s is there already", j.path())
	}
	if _, err := os.Lstat(j.statePath()); err == nil && j.context.Bool("resume") {
		return j.reopen()
	}
	if !j.streamed() {
		return at, nil
	}
	var err error
	if j.partial, err = os.Create(j.partialPath()); err != nil {
		return at, err
	}
	return at, j.begin(j.partial)
}

// begin writes what stands before all rows.
func (j *sweepJob) begin(w io.Writer) error {
	j.rows = &countingWriter{out: bufio.NewWriterSize(w, 1<<16)}
	if !j.shard {
		_, err := io.WriteString(j.rows, j.rowFormat().Head())
		return err
	}
	writer, err := sweep.NewWriter(j.rows, j.header())
	if err != nil {
		return err
	}
	return writer.Flush()
}

func (j *sweepJob) header() sweep.Header {
	return sweep.Header{Version: version(), Grid: j.grid, From: j.from, To: j.to}
}

// reopen goes on with what an earlier run of the same sweep left behind.
func (j *sweepJob) reopen() (sweep.Outcome, error) {
	var at sweep.Outcome
	f, err := os.Open(j.statePath())
	if err != nil {
		return at, err
	}
	defer f.Close()
	state, err := sweep.ReadInterim(f, func(h *sweep.Header) error {
		if !j.grid.Same(h.Grid) || h.From != j.from || h.To != j.to {
			return errors.New("it is of another sweep")
		}
		return nil
	}, j.keeper.Restore)
	if err != nil {
		return at, fmt.Errorf("%s: %w", j.statePath(), err)
	}
	at = state.Outcome()
	if !j.streamed() {
		return at, nil
	}
	if j.partial, err = os.OpenFile(j.partialPath(), os.O_RDWR, 0); err != nil {
		return at, err
	}
	if info, err := j.partial.Stat(); err != nil || info.Size() < state.Written {
		return at, errors.Join(fmt.Errorf("%s is shorter than %s says", j.partialPath(), j.statePath()), err)
	}
	if err := j.partial.Truncate(state.Written); err != nil {
		return at, err
	}
	_, err = j.partial.Seek(state.Written, io.SeekStart)
	j.rows = &countingWriter{out: bufio.NewWriterSize(j.partial, 1<<16), bytes: state.Written}
	return at, err
}

// save writes down how far the sweep is, every now and then or at once.
func (j *sweepJob) save(o sweep.Outcome, now bool) error {
	if j.path() == "" || !now && time.Since(j.saved) < saveEvery {
		return nil
	}
	j.saved = time.Now()
	written := int64(0)
	if j.rows != nil {
		if err := j.rows.out.Flush(); err != nil {
			return err
		}
		if err := j.partial.Sync(); err != nil {
			return err
		}
		written = j.rows.bytes
	}
	return report.ToFile(j.statePath(), func(w io.Writer) error {
		out, err := sweep.NewWriter(w, j.header())
		if err != nil {
			return err
		}
		if j.rows == nil {
			for _, p := range j.keeper.Points() {
				if err := out.Point(p); err != nil {
					return err
				}
			}
		}
		return out.End(o, written)
	})
}

// stopped leaves what there is, and how to go on.
func (j *sweepJob) stopped(o sweep.Outcome) error {
	how := "without -o it cannot go on"
	err := j.save(o, true)
	switch {
	case j.path() != "" && j.rows == nil:
		how = "--resume goes on"
	case j.path() != "":
		how = fmt.Sprintf("%s has what was done, and --resume goes on", j.partialPath())
	case j.rows != nil:
		err = j.rows.out.Flush()
	}
	return errors.Join(fmt.Errorf("stopped behind %s of %s points; %s", thousands(o.Next-j.from), thousands(j.to-j.from), how), err)
}

func thousands(n int64) string { return report.Thousands(big.NewInt(n)) }

// finish puts the result where it belongs.
func (j *sweepJob) finish(o sweep.Outcome) error {
	switch {
	case j.streamed() && j.path() == "":
		return j.rows.out.Flush()
	case j.streamed() && j.shard:
		if err := j.seal(o); err != nil {
			return err
		}
		return j.rename()
	case j.streamed():
		if err := j.rows.out.Flush(); err != nil {
			return err
		}
		return j.rename()
	case j.shard:
		if err := report.ToFile(j.path(), func(w io.Writer) error { return j.interim(w, o) }); err != nil {
			return err
		}
	default:
		var reasons []string
		for _, p := range j.sweep.Planes() {
			reasons = append(reasons, p.Remarks()...)
		}
		if err := j.streams.showPoints(j.context, j.grid, j.keeper.Points(), report.SweepNotes(j.grid, o, len(j.keeper.Points()), reasons)); err != nil {
			return err
		}
	}
	return j.forget()
}

// interim writes what was kept for merge.
func (j *sweepJob) interim(w io.Writer, o sweep.Outcome) error {
	out, err := sweep.NewWriter(w, j.header())
	if err != nil {
		return err
	}
	for _, p := range j.keeper.Points() {
		if err := out.Point(p); err != nil {
			return err
		}
	}
	return out.End(o, 0)
}

// seal ends a shard of rows with the checksum of all of them.
func (j *sweepJob) seal(o sweep.Outcome) error {
	if err := j.rows.out.Flush(); err != nil {
		return err
	}
	if _, err := j.partial.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return sweep.Seal(j.partial, o)
}

// rename gives the file its own name, which it has once it is whole.
func (j *sweepJob) rename() error {
	if err := j.partial.Sync(); err != nil {
		return err
	}
	if err := j.partial.Close(); err != nil {
		return err
	}
	j.partial = nil
	if err := os.Rename(j.partialPath(), j.path()); err != nil {
		return err
	}
	return j.forget()
}

// forget removes what was written down of a run that is over.
func (j *sweepJob) forget() error {
	if j.path() == "" {
		return nil
	}
	if err := os.Remove(j.statePath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// tell shows a terminal how far the sweep is.
func (j *sweepJob) tell(o sweep.Outcome) {
	f, isFile := j.streams.err.(*os.File)
	if !isFile || time.Since(j.told) < tellEvery || terminalWidth(f) == 0 {
		return
	}
	j.told = time.Now()
	rate := float64(o.Next-j.before) / time.Since(j.started).Seconds()
	left := time.Duration(float64(j.to-o.Next) / rate * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(f, "\r\x1b[K%.1f %%, %s points a second, %s left", 100*float64(o.Next-j.from)/float64(j.to-j.from), report.SI(big.NewInt(int64(rate))), left)
}

// clear takes the line of tell away.
func (j *sweepJob) clear() {
	if f, isFile := j.streams.err.(*os.File); isFile && !j.told.IsZero() {
		fmt.Fprint(f, "\r\x1b[K")
	}
}

// showPoints shows kept points in the format that is asked for.
func (s *streams) showPoints(c *cli.Context, g *sweep.Grid, points []*sweep.Point, notes []string) error {
	format := report.Format(c.String("format"))
	if format != report.FormatCSV && format != report.FormatLines || g.Keep.What == sweep.KeepHistogram && format == report.FormatCSV {
		return s.write(c, &report.Sweep{Grid: g, Points: points, Notes: notes}, sweepFormats()...)
	}
	return s.emit(c, func(w io.Writer) error { return writePoints(w, sweepRowsOf(format, g), points) })
}

func sweepRowsOf(format report.Format, g *sweep.Grid) sweepRows {
	if format == report.FormatCSV {
		return report.SweepCSV{Grid: g}
	}
	return report.SweepLines{Grid: g}
}

func writePoints(w io.Writer, rows sweepRows, points []*sweep.Point) error {
	text := []byte(rows.Head())
	for _, p := range points {
		text = rows.Point(text, p)
	}
	_, err := w.Write(text)
	return err
}
