package sweep

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/cost"
)

// chunk is how many points are computed at once: their columns stay in the nearest cache.
const chunk = 1024

// Batch is consecutive points of a plane that differ in the last axis alone.
type Batch struct {
	plane   *Plane
	at      int        // the number of the plane
	outer   []int64    // the values of the axes but the last
	last    *grid.Axis // the last axis
	place   int64      // of the first point on it
	first   int64      // the number of the first point among all
	length  int
	columns []grid.Column
	state   []state         // of each point; nil where all are taken from the columns
	alone   map[int]*priced // the points that were priced by themselves
}

// state says what happens with a point.
type state byte

const (
	taken   state = iota // from the columns
	dropped              // it does not count
	alone                // it was priced by itself
)

// count sums up a walk.
type count struct {
	Points  int64  // gone through
	Missing int64  // of them no network
	Reason  string // of the first of these
}

func (c *count) add(d count) {
	c.Points += d.Points
	c.Missing += d.Missing
	if c.Reason == "" {
		c.Reason = d.Reason
	}
}

// walk goes over the points from one number up to another, without that, and yields them in batches, which are overwritten.
func (s *Sweep) walk(from, to int64, take func(*Batch) error) (count, error) {
	var out count
	for from < to {
		plane := from / s.perPlane
		end := min(to, (plane+1)*s.perPlane)
		w := &walker{plane: s.planes[plane], number: int(plane), base: plane * s.perPlane, take: take}
		if err := w.run(from-w.base, end-w.base); err != nil {
			return out, err
		}
		out.add(w.count)
		from = end
	}
	return out, nil
}

// walker goes over points of one plane.
type walker struct {
	plane  *Plane
	number int
	base   int64 // the number of the plane's first point
	take   func(*Batch) error
	reader *grid.Reader // nil where every point is priced by itself
	batch  Batch
	count  count
	signs  []int
}

func (w *walker) run(from, to int64) error {
	axes := w.plane.axes
	if len(axes) == 0 {
		axes = []grid.Axis{grid.List("", 0)}
	}
	last := len(axes) - 1
	w.batch = Batch{plane: w.plane, at: w.number, outer: make([]int64, last), last: &axes[last]}
	if w.plane.form != nil {
		w.reader = w.plane.form.program.Reader()
		w.signs = make([]int, w.plane.form.where)
	}
	places := make([]int64, last)
	for k := range places {
		places[k] = -1 // not bound yet
	}
	for from < to {
		row, place := from/axes[last].Count, from%axes[last].Count
		w.bind(axes, places, row)
		end := min(place+chunk, axes[last].Count, place+to-from)
		if err := w.points(from, place, end); err != nil {
			return err
		}
		from += end - place
	}
	return nil
}

// bind moves the axes but the last to a row, those alone that change.
func (w *walker) bind(axes []grid.Axis, places []int64, row int64) {
	changed := len(places)
	next := make([]int64, len(places))
	for k := len(places) - 1; k >= 0; k-- {
		next[k], row = row%axes[k].Count, row/axes[k].Count
		if next[k] != places[k] {
			changed = k
		}
	}
	for k := changed; k < len(places); k++ {
		places[k], w.batch.outer[k] = next[k], axes[k].At(next[k])
		if w.reader != nil {
			w.reader.Bind(k, w.batch.outer[k])
		}
	}
}

// points hands out those of a row from one place to before another.
func (w *walker) points(from, place, end int64) error {
	b := &w.batch
	b.place, b.first, b.length = place, w.base+from, int(end-place)
	b.state, b.alone = b.state[:0], nil
	if f := w.plane.form; f != nil {
		all := w.reader.Row(place, end)
		b.columns = all[:f.quantities]
		w.guard(all[f.quantities+f.where:])
		w.filter(all[f.quantities : f.quantities+f.where])
	} else {
		b.columns = nil
		b.setAll(alone)
	}
	for k, s := range b.state {
		if s == alone {
			w.price(k)
		}
	}
	w.count.Points += end - place
	return w.take(b)
}

// setAll sets the state of every point.
func (b *Batch) setAll(s state) {
	for len(b.state) < b.length {
		b.state = append(b.state, s)
	}
}

// set sets the state of a point that differs from the others.
func (b *Batch) set(k int, s state) {
	b.setAll(taken)
	b.state[k] = s
}

// guard finds the points for which the formulas do not hold.
func (w *walker) guard(columns []grid.Column) {
	for n, c := range columns {
		zero := w.plane.form.guards[n] == arch.Zero
		if c.Words != nil {
			for k, v := range c.Words {
				if v < 0 || zero && v != 0 {
					w.batch.set(k, alone)
				}
			}
			continue
		}
		for k := range w.batch.length {
			v := c.At(k)
			if v.Err != nil || v.Number.Sign() < 0 || zero && v.Number.Sign() != 0 {
				w.batch.set(k, alone)
			}
		}
	}
}

// filter drops the points that do not meet the condition.
func (w *walker) filter(differences []grid.Column) {
	if len(differences) == 0 {
		return
	}
	for k := range w.batch.length {
		if len(w.batch.state) > 0 && w.batch.state[k] != taken {
			continue
		}
		known := true
		for n, c := range differences {
			if c.Words != nil {
				w.signs[n] = sign(c.Words[k])
				continue
			}
			v := c.At(k)
			if known = known && v.Err == nil; known {
				w.signs[n] = v.Number.Sign()
			}
		}
		if !known || !w.plane.where.root(w.signs) {
			w.batch.set(k, dropped)
		}
	}
}

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// price resolves and prices a point by itself; one that is no network is dropped.
func (w *walker) price(k int) {
	p, err := w.plane.at(w.batch.values(k))
	switch {
	case err != nil:
		w.batch.state[k] = dropped
		if w.count.Missing++; w.count.Reason == "" {
			w.count.Reason = err.Error()
		}
	case !w.plane.where.meets(p):
		w.batch.state[k] = dropped
	default:
		if w.batch.alone == nil {
			w.batch.alone = map[int]*priced{}
		}
		w.batch.alone[k] = p
	}
}

// Len is how many points there are.
func (b *Batch) Len() int { return b.length }

// Has reports whether a point counts.
func (b *Batch) Has(k int) bool { return len(b.state) == 0 || b.state[k] != dropped }

// PlaneNumber is the number of the plane that all points are in.
func (b *Batch) PlaneNumber() int { return b.at }

// Outer are the values of the axes but the last, which all points have.
func (b *Batch) Outer() []int64 { return b.outer }

// Last is the value of the last axis at a point; 0 where there are no axes.
func (b *Batch) Last(k int) int64 { return b.last.At(b.place + int64(k)) }

// Words are a cost of all points in machine words; nil where some are none, or where not all digits can be trusted.
func (b *Batch) Words(quantity int) []int64 {
	if b.columns == nil || b.alone != nil || b.plane.form.digits[quantity] != cost.AllDigits {
		return nil
	}
	return b.columns[quantity].Words
}

// Cost is a quantity at a point.
func (b *Batch) Cost(k, quantity int) Value {
	if p := b.alone[k]; p != nil {
		return p.costs[quantity]
	}
	return Value{b.columns[quantity].At(k), b.plane.form.digits[quantity]}
}

// values are those of the axes at a point.
func (b *Batch) values(k int) []int64 {
	if len(b.plane.axes) == 0 {
		return nil
	}
	return append(append([]int64{}, b.outer...), b.last.At(b.place+int64(k)))
}

// point is a point that stays when the batch is gone.
func (b *Batch) point(k, quantities int) *Point {
	p := &Point{Number: b.first + int64(k), Plane: b.at, Values: b.values(k), Count: 1}
	for q := range quantities {
		p.Costs = append(p.Costs, b.Cost(k, q))
	}
	return p
}

// Point is a network at one setting of the options and one point of the axes, with what it costs.
type Point struct {
	Number int64 // among all, from 0
	Plane  int
	Values []int64 // of the axes
	Costs  []Value // of the columns
	Count  int64   // how many points it stands for
}

// Value is a cost at a point, or why it is not known, and how far its digits can be trusted.
type Value struct {
	grid.Value
	Digits cost.Digits
}
