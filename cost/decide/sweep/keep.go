package sweep

import (
	"fmt"
	"math/big"
)

// Keeper chooses which points are kept. The points of one range of a sweep are joined with those of the next; the result does
// not depend on where the ranges meet.
type Keeper interface {
	// fresh is a keeper of the same kind that has kept nothing, for another range.
	fresh() Keeper
	take(*Batch) error
	// join adds what a keeper of the same kind kept of the points that follow.
	join(Keeper) error
	// Points are those that were kept, in the order in which they are shown.
	Points() []*Point
	// Restore takes a point that an earlier keeper of the same kind kept.
	Restore(*Point) error
}

// Key is a cost that points are compared by: less is better, or more where Most is set.
type Key struct {
	Column int
	Most   bool
}

// worth is a cost with the sign by which less is better.
func (k Key) worth(v *big.Rat) *big.Rat {
	if k.Most {
		return new(big.Rat).Neg(v)
	}
	return v
}

// MaxKept is the largest number of points that are kept.
const MaxKept = 100_000

func tooManyKept() error {
	return fmt.Errorf("more than %d points would be kept: ask for fewer costs, a narrower --where, or rows in a file", MaxKept)
}

// All keeps every point.
type All struct {
	columns int
	points  []*Point
}

// NewAll keeps every point with the first columns.
func NewAll(columns int) *All { return &All{columns: columns} }

func (a *All) fresh() Keeper { return NewAll(a.columns) }

func (a *All) take(b *Batch) error {
	for k := range b.length {
		if b.Has(k) {
			a.points = append(a.points, b.point(k, a.columns))
		}
	}
	if len(a.points) > MaxKept {
		return tooManyKept()
	}
	return nil
}

func (a *All) join(k Keeper) error {
	a.points = append(a.points, k.Points()...)
	if len(a.points) > MaxKept {
		return tooManyKept()
	}
	return nil
}

// Points are all, in order.
func (a *All) Points() []*Point { return a.points }

// Restore keeps a point that was kept before.
func (a *All) Restore(p *Point) error {
	a.points = append(a.points, p)
	return nil
}
