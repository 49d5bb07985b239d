package picture

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Chart is curves or parts of a whole over a number, in a frame with axes.
type Chart struct {
	Min, Max Point // of the frame's inside
	X, Y     Scale
	Title    string
	Note     string    // a remark, at the right
	At       []float64 // the places at which the parts have heights
	Parts    []Part    // stand on each other, the first at the bottom
	Curves   []Curve
	Marks    []Mark
	Limits   []Limit
	Places   []Limit // across, not high
}

// Curve is a line through points, with its name at its end.
type Curve struct {
	Name   string
	Points []Point // in the numbers of the axes
	Role   Role
	Steps  bool // each height holds up to the next place
	Dots   bool // each point is marked
}

// Part is a stacked area, with its name at its end.
type Part struct {
	Name    string
	Heights []float64 // in the numbers of the axis, one for each place
	Role    Role
}

// Mark is a point with a text, such as where two curves cross.
type Mark struct {
	At   Point
	Text string
}

// Limit is a line with a text: at a height, such as a budget, or at a place across.
type Limit struct {
	At   float64
	Text string
}

// Tell describes a chart in words: where its curves and parts begin and end, and its marks.
func (c Chart) Tell() string {
	var b strings.Builder
	for _, curve := range c.Curves {
		if n := len(curve.Points); n > 0 && curve.Name != "" {
			fmt.Fprintf(&b, " %s: %s at %s, %s at %s.", curve.Name, c.Y.Tell(curve.Points[0].Y), c.X.Tell(curve.Points[0].X), c.Y.Tell(curve.Points[n-1].Y), c.X.Tell(curve.Points[n-1].X))
		}
	}
	for _, p := range c.Parts {
		fmt.Fprintf(&b, " %s: at most %s.", p.Name, c.Y.Tell(slices.Max(p.Heights)))
	}
	for _, m := range c.Marks {
		fmt.Fprintf(&b, " Marked: %s.", m.Text)
	}
	for _, l := range c.Limits {
		fmt.Fprintf(&b, " Limit: %s.", l.Text)
	}
	for _, l := range c.Places {
		fmt.Fprintf(&b, " Shown: %s.", l.Text)
	}
	return b.String()
}

// Add puts a chart into a scene. Names stand at the ends of the curves, kept apart.
func (c Chart) Add(s *Scene) {
	s.Add(Text{At: Point{c.Min.X, c.Min.Y - 10}, Text: c.Title, Size: 13, Role: Label})
	if c.Note != "" {
		s.Add(Text{At: Point{c.Max.X, c.Min.Y - 10}, Anchor: End, Text: c.Note, Size: 11, Role: Quiet})
	}
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
	c.parts(s)
	c.limits(s)
	c.places(s)
	for _, curve := range c.Curves {
		c.curve(s, curve)
	}
	c.names(s)
	for _, m := range c.Marks {
		s.Add(Dot{At: c.at(m.At), Radius: 4, Role: Label, Ring: true, Note: m.Text})
		c.tell(s, m)
	}
}

// tell writes the text of a mark beside it, where it stands apart from other texts and within the frame; nowhere, if there is no such
// place.
func (c Chart) tell(s *Scene, m Mark) {
	p := c.at(m.At)
	for i := range s.All() {
		if t, is := i.(Text); is && t.Text == m.Text && math.Hypot(t.At.X-p.X, t.At.Y-p.Y) < 60 {
			return // its text stands there already
		}
	}
	for _, below := range []float64{-9, 18, -24, 33} {
		for _, anchor := range []Anchor{Middle, Start, End} {
			t := Text{At: Point{p.X, p.Y + below}, Anchor: anchor, Text: m.Text, Size: 11, Role: Label}
			inside := t.left() >= c.Min.X && t.left()+span(t.Text, t.Size) <= c.Max.X && t.At.Y <= c.Max.Y && t.At.Y >= c.Min.Y
			if inside && s.AddApart(t) {
				return
			}
		}
	}
}

// parts fills what lies between one part's upper edge and that of the part below.
func (c Chart) parts(s *Scene) {
	below := make([]Point, len(c.At))
	for k, x := range c.At {
		below[k] = Point{x, c.Y.From}
	}
	for _, p := range c.Parts {
		above := make([]Point, len(c.At))
		var round []Point
		for k := range c.At {
			above[k] = Point{c.At[k], below[k].Y + p.Heights[k]}
			round = append(round, c.at(above[k]))
		}
		edge := round[:len(round):len(round)]
		for _, q := range slices.Backward(below) {
			round = append(round, c.at(q))
		}
		s.Add(Line{Points: round, Role: p.Role, Fill: true, Note: p.Name}, Line{Points: edge, Role: Paper, Weight: 1})
		below = above
	}
}

func (c Chart) curve(s *Scene, curve Curve) {
	var points []Point
	for k, p := range curve.Points {
		at := c.at(p)
		if curve.Steps && k > 0 {
			points = append(points, Point{at.X, points[len(points)-1].Y})
		}
		points = append(points, at)
	}
	s.Add(Line{Points: points, Role: curve.Role, Weight: 2, Note: curve.Name})
	if curve.Dots {
		for _, p := range curve.Points {
			s.Add(Dot{At: c.at(p), Radius: 2.2, Role: curve.Role})
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

func (c Chart) places(s *Scene) {
	for _, l := range c.Places {
		x := c.X.place(l.At, c.Min.X, c.Max.X)
		s.Add(Line{Points: []Point{{x, c.Min.Y}, {x, c.Max.Y}}, Role: Faint, Weight: 1.4, Note: l.Text})
		s.AddApart(Text{At: Point{x, c.Min.Y - 10}, Anchor: Middle, Text: l.Text, Size: 11, Role: Label})
	}
}
