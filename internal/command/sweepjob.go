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

	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/internal/request"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
)

// sweepJob is a sweep with its output. A file is written under another name beside its own, and is renamed when it is complete;
// a third file holds the progress.
type sweepJob struct {
	*request.Sweep
	streams *streams
	path    string // of -o; empty for standard output
	resume  bool
	force   bool

	rows    *countingWriter // what rows are written to; nil where points are kept
	partial *os.File
	started time.Time
	saved   time.Time
	told    time.Time
	before  int64 // the first point of this run
}

// How often progress is shown on a terminal, and how often it is saved.
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

func (j *sweepJob) partialPath() string { return j.path + ".partial" }

func (j *sweepJob) statePath() string { return j.path + ".state" }

func (j *sweepJob) run(ctx context.Context) error {
	at, err := j.open()
	if errors.Is(err, errWhole) {
		return nil
	}
	if err != nil {
		return request.PlainPathError(err)
	}
	if j.partial != nil {
		defer j.partial.Close()
	}
	out := sweep.Kept(j.Keeper)
	if j.Streamed() {
		out = j.output()
	}
	j.started, j.saved, j.before = time.Now(), time.Now(), at.Next
	outcome, err := j.Sweep.Sweep.Run(ctx, at.Next, j.To, j.Workers, out, func(o sweep.Outcome) error {
		o.Merge(at)
		j.tell(o)
		return j.save(o, false)
	})
	outcome.Merge(at)
	j.clear()
	if err == nil && outcome.Next < j.To {
		return j.stopped(outcome)
	}
	if err == nil {
		err = j.finish(outcome)
	}
	return request.PlainPathError(err)
}

// output writes rows in the format that is asked for.
func (j *sweepJob) output() sweep.Output {
	if j.Shard {
		return sweep.Written(j.rows, sweep.Lines(len(j.Grid.Columns)))
	}
	return sweep.Written(j.rows, j.Rows())
}

// errWhole is the error of a job that is started again although its output is complete.
var errWhole = errors.New("the sweep is whole")

// open prepares the output, and finds out where to continue.
func (j *sweepJob) open() (sweep.Outcome, error) {
	at := sweep.Outcome{Next: j.From}
	if j.path == "" {
		if j.resume {
			return at, usagef("", "--resume goes on with a file, which -o names")
		}
		if j.Streamed() {
			return at, j.begin(j.streams.out)
		}
		return at, nil
	}
	if _, err := os.Lstat(j.path); err == nil && !j.force {
		if j.resume {
			return at, errWhole
		}
		return at, usagef("--force writes over it", "%s is there already", j.path)
	}
	if _, err := os.Lstat(j.statePath()); err == nil && j.resume {
		return j.reopen()
	}
	if !j.Streamed() {
		return at, nil
	}
	var err error
	if j.partial, err = os.Create(j.partialPath()); err != nil {
		return at, err
	}
	return at, j.begin(j.partial)
}

// begin writes the header of the output.
func (j *sweepJob) begin(w io.Writer) error {
	j.rows = &countingWriter{out: bufio.NewWriterSize(w, 1<<16)}
	if !j.Shard {
		_, err := io.WriteString(j.rows, j.Rows().Head())
		return err
	}
	writer, err := sweep.NewWriter(j.rows, j.header())
	if err != nil {
		return err
	}
	return writer.Flush()
}

func (j *sweepJob) header() sweep.Header {
	return sweep.Header{Version: request.Version(), Grid: j.Grid, From: j.From, To: j.To}
}

// reopen continues the output of an earlier run of the same sweep.
func (j *sweepJob) reopen() (sweep.Outcome, error) {
	var at sweep.Outcome
	f, err := os.Open(j.statePath())
	if err != nil {
		return at, err
	}
	defer f.Close()
	state, err := sweep.ReadInterim(f, func(h *sweep.Header) error {
		if !j.Grid.Same(h.Grid) || h.From != j.From || h.To != j.To {
			return errors.New("it is of another sweep")
		}
		return nil
	}, j.Keeper.Restore)
	if err != nil {
		return at, fmt.Errorf("%s: %w", j.statePath(), err)
	}
	at = state.Outcome()
	if !j.Streamed() {
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

// save stores the progress, from time to time or at once.
func (j *sweepJob) save(o sweep.Outcome, now bool) error {
	if j.path == "" || !now && time.Since(j.saved) < saveEvery {
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
	return render.ToFile(j.statePath(), func(w io.Writer) error {
		out, err := sweep.NewWriter(w, j.header())
		if err != nil {
			return err
		}
		if j.rows == nil {
			for _, p := range j.Keeper.Points() {
				if err := out.Point(p); err != nil {
					return err
				}
			}
		}
		return out.End(o, written)
	})
}

// stopped keeps the output so far, and says how to continue.
func (j *sweepJob) stopped(o sweep.Outcome) error {
	how := "without -o it cannot go on"
	err := j.save(o, true)
	switch {
	case j.path != "" && j.rows == nil:
		how = "--resume goes on"
	case j.path != "":
		how = fmt.Sprintf("%s has what was done, and --resume goes on", j.partialPath())
	case j.rows != nil:
		err = j.rows.out.Flush()
	}
	return errors.Join(fmt.Errorf("stopped behind %s of %s points; %s", thousands(o.Next-j.From), thousands(j.To-j.From), how), err)
}

func thousands(n int64) string { return report.Thousands(big.NewInt(n)) }

// finish puts the result where it belongs.
func (j *sweepJob) finish(o sweep.Outcome) error {
	switch {
	case j.Streamed() && j.path == "":
		return j.rows.out.Flush()
	case j.Streamed() && j.Shard:
		if err := j.seal(o); err != nil {
			return err
		}
		return j.rename()
	case j.Streamed():
		if err := j.rows.out.Flush(); err != nil {
			return err
		}
		return j.rename()
	case j.Shard:
		if err := render.ToFile(j.path, func(w io.Writer) error { return j.interim(w, o) }); err != nil {
			return err
		}
	default:
		if err := j.streams.put(j.path, j.Answer(o).Write); err != nil {
			return err
		}
	}
	return j.forget()
}

// interim writes the points that were kept, for merge.
func (j *sweepJob) interim(w io.Writer, o sweep.Outcome) error {
	out, err := sweep.NewWriter(w, j.header())
	if err != nil {
		return err
	}
	for _, p := range j.Keeper.Points() {
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

// rename gives the complete file its own name.
func (j *sweepJob) rename() error {
	if err := j.partial.Sync(); err != nil {
		return err
	}
	if err := j.partial.Close(); err != nil {
		return err
	}
	j.partial = nil
	if err := os.Rename(j.partialPath(), j.path); err != nil {
		return err
	}
	return j.forget()
}

// forget removes the progress of a run that is over.
func (j *sweepJob) forget() error {
	if j.path == "" {
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
	left := time.Duration(float64(j.To-o.Next) / rate * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(f, "\r\x1b[K%.1f %%, %s points a second, %s left", 100*float64(o.Next-j.From)/float64(j.To-j.From), report.SI(big.NewInt(int64(rate))), left)
}

// clear removes the line of tell.
func (j *sweepJob) clear() {
	if f, isFile := j.streams.err.(*os.File); isFile && !j.told.IsZero() {
		fmt.Fprint(f, "\r\x1b[K")
	}
}
