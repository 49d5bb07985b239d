package wire

import (
	"encoding/binary"
	"math"
	"slices"
)

// A Look is a property that the values of a float tensor have in common. Learned tensors look Ordinary, and Alike before they
// are trained.
type Look int

// The looks. A tensor has the first of them that fits.
const (
	Unseen   Look = iota // the values are not in the file
	Ordinary             // nothing in common
	Alike                // one number
	Mask                 // an infinity, or a number that stands for it, is among the first; or there are two numbers, on several axes
	Grid                 // multiples of a half, three different ones or more, as places and sizes are
	Waves                // rows of sines and cosines: the squares of a row add up to half its length
	Slopes               // rows that rise or fall evenly, with one bend at most; or one long row without a bend, as places along an axis
	Filter               // kernels of a convolution channel by channel that are all the same one
)

const (
	maxLook    = 1 << 18 // values that are looked at
	firstFew   = 64      // values among which a mask shows an infinity
	farBelow   = -1e4    // numbers that stand for the infinity of a mask, and those below
	maxPlace   = 1 << 20 // numbers of a grid
	longVector = 64      // values of a vector, above which it may be a grid
	shortRow   = 4       // values of a row that may be a slope, of rows at least as many; of a wave twice as many
	longRow    = 16      // values of a single row that may be a slope
)

// A trait is a look that a tensor may have, from value to value.
type trait struct {
	look  Look
	fits  func(v float64) bool // reports whether it still may when v is the next value
	shown func() bool          // reports whether it has, after the last
}

// A looker looks at the values of a tensor in turn.
type looker struct {
	traits []trait
	left   int64 // values that it would look at
}

func newLooker(dims []int64) *looker {
	count := elements(dims)
	row, long := int64(1), 0
	for _, n := range dims {
		if row = n; n > 1 {
			long++
		}
	}
	l := &looker{left: min(count, maxLook), traits: []trait{alike(), mask(long > 1), grid(long > 1 || count > longVector)}}
	switch {
	case long > 1 && row >= shortRow:
		l.traits = append(l.traits, slopes(row, shortRow, 1))
	case long == 1 && count >= longRow:
		l.traits = append(l.traits, slopes(count, 1, 0))
	}
	if long > 1 && row >= 2*shortRow {
		l.traits = append(l.traits, waves(float64(row)))
	}
	if len(dims) > 2 && dims[0] > 1 && dims[1] == 1 {
		if kernel := count / dims[0]; kernel > 1 && kernel <= maxValues {
			l.traits = append(l.traits, filter(kernel))
		}
	}
	return l
}

// take looks at one more value and reports whether further ones may matter.
func (l *looker) take(v float64) bool {
	l.traits = slices.DeleteFunc(l.traits, func(t trait) bool { return !t.fits(v) })
	l.left--
	return l.left > 0 && len(l.traits) > 0
}

func (l *looker) look() Look {
	out := Ordinary
	for _, t := range l.traits {
		if t.shown() && (out == Ordinary || t.look < out) {
			out = t.look
		}
	}
	return out
}

// LookOf is the look of a tensor of those dimensions, whose first values these are.
func LookOf(dims []int64, values []float64) Look {
	l := newLooker(dims)
	for _, v := range values {
		if !l.take(v) {
			break
		}
	}
	return l.look()
}

// look finds the look of the values from an offset on.
func (d *decoder) look(offset int64, kind dtype, dims []int64) (Look, error) {
	l := newLooker(dims)
	for chunk := int64(firstFew); l.left > 0; chunk = windowSize / kind.bytes {
		n := min(l.left, chunk)
		b, err := d.peek(offset, n*kind.bytes)
		if err != nil {
			return Unseen, err
		}
		for ; len(b) > 0; b = b[kind.bytes:] {
			var wide [8]byte
			copy(wide[:], b[:kind.bytes])
			if !l.take(kind.float(binary.LittleEndian.Uint64(wide[:]))) {
				return l.look(), nil
			}
		}
		offset += n * kind.bytes
	}
	return l.look(), nil
}

// numbersSeen are up to so many different numbers; false where there are more.
func numbersSeen(most int) (add func(v float64) bool, count func() int) {
	var list []float64
	return func(v float64) bool {
		if !slices.Contains(list, v) {
			if len(list) == most {
				return false
			}
			list = append(list, v)
		}
		return true
	}, func() int { return len(list) }
}

func alike() trait {
	add, _ := numbersSeen(1)
	return trait{Alike, add, func() bool { return true }}
}

func mask(matrix bool) trait {
	add, count := numbersSeen(2)
	far, at := false, 0
	return trait{Mask, func(v float64) bool {
		at++
		far = far || at <= firstFew && (v <= farBelow || math.IsInf(v, 0))
		return far || add(v)
	}, func() bool { return far || matrix && count() == 2 }}
}

func grid(many bool) trait {
	add, _ := numbersSeen(2)
	three := false
	return trait{Grid, func(v float64) bool {
		three = three || !add(v)
		return many && math.Abs(v) <= maxPlace && 2*v == math.Trunc(2*v)
	}, func() bool { return three }}
}

// slopes are at least so many rows of a length, with at most so many bends each. It allows for the rounding of single precision.
func slopes(row, least, most int64) trait {
	var before, last, largest float64
	at, bends, rows, inclined := int64(0), int64(0), int64(0), false
	return trait{Slopes, func(v float64) bool {
		inclined = inclined || at > 0 && v != last
		largest = max(largest, math.Abs(v))
		if at > 1 && math.Abs(v-2*last+before) > 1e-5*(math.Abs(v)+math.Abs(last)+math.Abs(before))+5e-7*largest {
			bends++
		}
		before, last = last, v
		if at++; at == row {
			at, rows = 0, rows+1
		}
		fits := bends <= most
		if at == 0 {
			bends = 0
		}
		return fits && !math.IsNaN(v)
	}, func() bool { return inclined && rows >= least }}
}

// waves allows for the rounding of half precision, and for rows of zeros, which stand for no position.
func waves(row float64) trait {
	const rounding = 2e-3
	want := math.Floor(row / 2)
	squares, at, rows := 0., 0., 0
	return trait{Waves, func(v float64) bool {
		squares += v * v
		at++
		fits := math.Abs(v) <= 1+rounding && squares <= want*(1+rounding)
		if at < row {
			return fits
		}
		if squares != 0 {
			rows++
			fits = fits && squares >= want*(1-rounding)
		}
		squares, at = 0, 0
		return fits
	}, func() bool { return rows > 1 }}
}

func filter(kernel int64) trait {
	var first []float64
	at, again := int64(0), false
	return trait{Filter, func(v float64) bool {
		if int64(len(first)) < kernel {
			first = append(first, v)
			return true
		}
		again = true
		fits := first[at] == v
		at = (at + 1) % kernel
		return fits
	}, func() bool { return again }}
}
