package picture

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Scale is an axis: from one number to another, by their logarithms or by themselves.
type Scale struct {
	From, To float64
	Log      bool
	Binary   bool // ticks stand at powers of two, as of bytes
	Whole    bool // and at whole numbers alone
	Title    string
	Tell     func(float64) string // writes a number at a tick
}

// Reach makes the axis go up to a number, or down to it. An axis that reaches nothing yet goes from +∞ to −∞.
func (s *Scale) Reach(v float64) {
	s.From, s.To = math.Min(s.From, v), math.Max(s.To, v)
}

// Open makes an axis by numbers reach 0, and separates ends that are equal.
func (s *Scale) Open() {
	if !s.Log {
		s.From = math.Min(0, s.From)
	}
	switch {
	case s.To > s.From:
	case s.Log:
		s.From, s.To = s.From/2, s.To*2
	default:
		s.To = s.From + math.Max(1, math.Abs(s.From))
	}
}

// place is where a number stands between two places.
func (s Scale) place(v, from, to float64) float64 {
	a, b := s.From, s.To
	if s.Log {
		v, a, b = math.Log(v), math.Log(a), math.Log(b)
	}
	if b == a {
		return (from + to) / 2
	}
	return from + (v-a)/(b-a)*(to-from)
}

// ticks are round numbers on the axis, about as many as are wanted.
func (s Scale) ticks(wanted int) []float64 {
	switch {
	case s.Log && s.Binary && s.To > 4*s.From:
		return s.octaves(wanted)
	case s.Log && s.To > 8*s.From:
		return s.decades(wanted)
	}
	return s.even(wanted)
}

// even are multiples of a round step.
func (s Scale) even(wanted int) []float64 {
	step := math.Pow(10, math.Floor(math.Log10((s.To-s.From)/float64(wanted))))
	for _, factor := range []float64{1, 2, 5, 10} {
		if (s.To-s.From)/(step*factor) <= float64(wanted) {
			step *= factor
			break
		}
	}
	if s.Binary {
		step = math.Exp2(math.Ceil(math.Log2((s.To - s.From) / float64(wanted))))
	}
	if s.Whole {
		step = math.Max(step, 1)
	}
	var out []float64
	for k := math.Ceil(s.From / step); k*step <= s.To*(1+1e-12); k++ {
		out = append(out, k*step)
	}
	return out
}

// octaves are powers of two, thinned out.
func (s Scale) octaves(wanted int) []float64 {
	first, last := int(math.Ceil(math.Log2(s.From)-1e-9)), int(math.Floor(math.Log2(s.To)+1e-9))
	step := 10
	for _, n := range []int{1, 2, 5} {
		if (last-first)/n < wanted {
			step = n
			break
		}
	}
	for (last-first)/step >= wanted {
		step *= 2
	}
	var out []float64
	for k := first; k <= last; k++ {
		if k%step == 0 {
			out = append(out, math.Exp2(float64(k)))
		}
	}
	return out
}

// decades are powers of ten, thinned out, or with 2 and 5 times them where they are few.
func (s Scale) decades(wanted int) []float64 {
	first, last := int(math.Ceil(math.Log10(s.From)-1e-9)), int(math.Floor(math.Log10(s.To)+1e-9))
	step := max(1, (last-first+wanted-1)/wanted)
	var out []float64
	for k := first - 1; k <= last; k++ {
		factors := []float64{1}
		if last-first < 3 {
			factors = []float64{1, 2, 5}
		}
		for _, f := range factors {
			if v := f * math.Pow(10, float64(k)); v >= s.From*(1-1e-9) && v <= s.To*(1+1e-9) && (k-first)%step == 0 {
				out = append(out, v)
			}
		}
	}
	return out
}

// Plain writes a number of up to a few digits, large and small ones with a power of ten.
func Plain(v float64) string {
	switch {
	case v == 0:
		return "0"
	case math.Abs(v) >= 1e6 || math.Abs(v) < 1e-4:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
		if m, err := strconv.ParseFloat(mantissa, 64); err == nil {
			mantissa = fmt.Sprintf("%.4g·", m)
		}
		n, _ := strconv.Atoi(exponent) // as it was just written
		return strings.TrimPrefix(mantissa, "1·") + "10" + raised(n)
	case v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// raised is an exponent.
func raised(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return '⁻'
		}
		return digits[r-'0']
	}, strconv.Itoa(n))
}
