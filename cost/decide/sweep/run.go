package sweep

import (
	"context"
	"io"
	"sync"
)

// How many points a block has, the part of a sweep that one worker goes through at once: few where each is priced by itself, and
// where their rows wait in memory for those before them.
const (
	keptBlock    = 1 << 20
	writtenBlock = 1 << 15
	pricedBlock  = 1 << 6
)

// Output takes the points of a sweep: each worker gives the batches of a block to a part, and the parts are joined in order.
type Output interface {
	part() part
	join(part) error
	block() int64 // how many points a part is for
}

type part interface{ take(*Batch) error }

// Kept joins the points that keepers keep.
func Kept(k Keeper) Output { return kept{k} }

type kept struct{ keeper Keeper }

func (k kept) part() part        { return k.keeper.fresh() }
func (k kept) join(p part) error { return k.keeper.join(p.(Keeper)) }
func (k kept) block() int64      { return keptBlock }

// Rows writes batches of points as text.
type Rows interface {
	// Append adds the rows of the points that count.
	Append(dst []byte, b *Batch) []byte
}

// Written writes a row for each point.
func Written(w io.Writer, r Rows) Output { return written{w, r} }

type written struct {
	out  io.Writer
	rows Rows
}

type text struct {
	rows  Rows
	bytes []byte
}

func (t *text) take(b *Batch) error {
	t.bytes = t.rows.Append(t.bytes, b)
	return nil
}

func (w written) part() part   { return &text{rows: w.rows} }
func (w written) block() int64 { return writtenBlock }

func (w written) join(p part) error {
	_, err := w.out.Write(p.(*text).bytes)
	return err
}

// Outcome is how far a sweep got.
type Outcome struct {
	Next int64 // the first point that was not gone through
	count
}

// Merge adds the outcome of an earlier part of the same sweep.
func (o *Outcome) Merge(earlier Outcome) {
	o.Points += earlier.Points
	o.Missing += earlier.Missing
	if earlier.Reason != "" {
		o.Reason = earlier.Reason
	}
}

// block is consecutive points of one plane.
type block struct {
	from, to int64
	part     part
	count    count
	err      error
	done     chan struct{}
}

// Run prices the points from one number up to another, without that, on a number of workers, and reports its progress. It stops
// early, between two blocks, when the context ends; that is no error.
func (s *Sweep) Run(ctx context.Context, from, to int64, workers int, out Output, tell func(Outcome) error) (Outcome, error) {
	queue, ordered := make(chan *block), make(chan *block, 2*workers)
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for b := range queue {
				b.count, b.err = s.walk(b.from, b.to, b.part.take)
				close(b.done)
			}
		})
	}
	go func() {
		defer close(ordered)
		defer close(queue)
		for at := from; at < to && stop.Err() == nil; {
			b := &block{from: at, to: min(to, s.blockEnd(at, out.block())), part: out.part(), done: make(chan struct{})}
			at = b.to
			ordered <- b
			queue <- b
		}
	}()
	result := Outcome{Next: from}
	var failed error
	for b := range ordered {
		<-b.done
		if failed == nil {
			if failed = b.err; failed == nil {
				failed = out.join(b.part)
			}
			if failed != nil {
				cancel()
				continue
			}
			result.Next = b.to
			result.add(b.count)
			if failed = tell(result); failed != nil {
				cancel()
			}
		}
	}
	working.Wait()
	return result, failed
}

// blockEnd is where the block that begins at a point ends.
func (s *Sweep) blockEnd(at, size int64) int64 {
	plane := at / s.perPlane
	if s.planes[plane].form == nil {
		size = pricedBlock
	}
	return min(at+size, (plane+1)*s.perPlane)
}
