package picture

import (
	"fmt"
	"math"
	"sort"
)

// Chart is curves over a number, in a frame with axes.
type Chart struct {
	Min, Max Point // of the frame's inside
	X, Y     Scale
	Title    string
	Curves   []Curve
	Marks    []Mark
	Limits   []Limit
}

// Curve is a line through points, with its name at its end.
type Curve struct {
	Name   string
	Points []Point // in the numbers of the axes
	Role   Role
}

// Mark is a point that is told of, such as where two curves cross.
type Mark struct {
	At   Point
	Text string
}

// Limit is a height that is told of, such as a budget.
type Limit struct {
	At   float64
	Text string
}

// Scale is an axis: from one number to another, by their logarithms or by themselves.
type Scale struct {
	From, To float64
	Log      bool
	Title    string
	Tell     func(float64) string // writes a number at a tick
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
	if s.Log && s.To > 8*s.From {
		return s.decades(wanted)
	}
	step := math.Pow(10, math.Floor(math.Log10((s.To-s.From)/float64(wanted))))
	for _, factor := range []float64{1, 2, 5, 10} {
		if (s.To-s.From)/(step*factor) <= float64(wanted) {
			step *= factor
			break
		}
	}
	var out []float64
	for k := math.Ceil(s.From / step); k*step <= s.To*(1+1e-12); k++ {
		out = append(out, k*step)
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

// Add puts a chart into a scene. Names stand at the ends of the curves, kept apart.
func (c Chart) Add(s *Scene) {
	s.Add(Text{At: Point{c.Min.X, c.Min.Y - 10}, Text: c.Title, Size: 13, Role: Label})
	for _, v := range c.X.ticks(8) {
		x := c.X.place(v, c.Min.X, c.Max.X)
		s.Add(Line{Points: []Point{{x, c.Min.Y}, {x, c.Max.Y}}, Role: Axis})
		s.AddApart(Text{At: Point{x, c.Max.Y + 16}, Anchor: Middle, Text: c.X.Tell(v), Size: 11, Role: Quiet})
	}
	for _, v := range c.Y.ticks(6) {
		y := c.Y.place(v, c.Max.Y, c.Min.Y)
		s.Add(Line{Points: []Point{{c.Min.X, y}, {c.Max.X, y}}, Role: Axis})
		s.AddApart(Text{At: Point{c.Min.X - 8, y + 4}, Anchor: End, Text: c.Y.Tell(v), Size: 11, Role: Quiet})
	}
	s.Add(Text{At: Point{(c.Min.X + c.Max.X) / 2, c.Max.Y + 34}, Anchor: Middle, Text: c.X.Title, Size: 12, Role: Label})
	c.limits(s)
	for _, curve := range c.Curves {
		var points []Point
		for _, p := range curve.Points {
			points = append(points, c.at(p))
		}
		s.Add(Line{Points: points, Role: curve.Role, Weight: 2, Note: curve.Name})
	}
	c.names(s)
	for _, m := range c.Marks {
		p := c.at(m.At)
		s.Add(Dot{At: p, Radius: 4, Role: Label, Ring: true, Note: m.Text})
		for _, below := range []float64{-9, 18, -24, 33} {
			if s.AddApart(Text{At: Point{p.X, p.Y + below}, Anchor: Middle, Text: m.Text, Size: 11, Role: Label}) {
				break
			}
		}
	}
}

func (c Chart) at(p Point) Point {
	return Point{c.X.place(p.X, c.Min.X, c.Max.X), c.Y.place(p.Y, c.Max.Y, c.Min.Y)}
}

func (c Chart) limits(s *Scene) {
	for _, l := range c.Limits {
		if l.At < c.Y.From || l.At > c.Y.To {
			continue
		}
		y := c.Y.place(l.At, c.Max.Y, c.Min.Y)
		s.Add(Line{Points: []Point{{c.Min.X, y}, {c.Max.X, y}}, Role: Budget, Weight: 1.2, Note: l.Text})
		s.AddApart(Text{At: Point{c.Min.X + 6, y - 5}, Text: l.Text, Size: 11, Role: Budget})
	}
}

// lineHeight is how far names at the ends of curves are kept apart.
const lineHeight = 15

// names writes the name of each curve behind its end, the lowest first, each above the one before.
func (c Chart) names(s *Scene) {
	type end struct {
		curve Curve
		y     float64
	}
	var ends []end
	for _, curve := range c.Curves {
		if n := len(curve.Points); n > 0 {
			ends = append(ends, end{curve, c.at(curve.Points[n-1]).Y})
		}
	}
	sort.SliceStable(ends, func(i, j int) bool { return ends[i].y > ends[j].y })
	free := c.Max.Y + lineHeight
	for k, e := range ends {
		ends[k].y = math.Min(e.y, free-lineHeight)
		free = ends[k].y
	}
	if over := c.Min.Y - free; len(ends) > 0 && over > 0 {
		for k := range ends {
			ends[k].y += over // none stands above the frame
		}
	}
	for _, e := range ends {
		s.Add(Text{At: Point{c.Max.X + 8, e.y + 4}, Text: e.curve.Name, Size: 12, Role: e.curve.Role})
	}
}

// Plain writes a number of up to a few digits.
func Plain(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}
