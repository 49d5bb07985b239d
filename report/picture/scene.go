package picture

import (
	"iter"
	"maps"
	"slices"
)

// Scene is a picture, in units of a pixel, from the left top corner.
type Scene struct {
	Width, Height float64
	Title         string // what it shows, in one line
	Description   string // the same for those who do not see it
	Items         []Item
}

// Item is one of Line, Arc, Box, Dot, Text or Group.
type Item interface{ item() }

// Role is the meaning of an item, which decides how it looks.
type Role int

// The roles.
const (
	Trunk   Role = iota // the layers of a network, one after another
	Add                 // a link that adds
	Concat              // a link that concatenates
	Faint               // gates, branches and conditioning
	Beside              // layers beside the trunk
	Axis                // axes and what separates stages
	Area                // a background
	Label               // text
	Quiet               // text that matters less
	Series1             // curves, in an order in which neighbours differ well
	Series2
	Series3
	Series4
	Series5
	Series6
	Budget // a limit
	Part1  // parts of a stack, each lighter than the one before on light paper, and darker on dark
	Part2
	Part3
	Part4
	Part5
	Paper // the background of scenes, and the lines between parts
)

// SeriesRoles are those of curves.
func SeriesRoles() []Role { return []Role{Series1, Series2, Series3, Series4, Series5, Series6} }

// PartRoles are those of the parts of a stack.
func PartRoles() []Role { return []Role{Part1, Part2, Part3, Part4, Part5} }

// Point is a place in a scene.
type Point struct{ X, Y float64 }

// Line goes through points.
type Line struct {
	Points []Point
	Role   Role
	Weight float64
	Note   string // shown when it is pointed at
	Fill   bool   // the area that it goes round is filled
}

// Arc is half an ellipse from one place to another, sheared where they are of different heights; above them if Rise is positive and
// below if negative.
type Arc struct {
	From, To Point
	Rise     float64
	Role     Role
	Weight   float64
	Dashed   bool
	Note     string
}

// Box is a rectangle.
type Box struct {
	Min, Max Point
	Role     Role
	Note     string
	Sharp    bool // its corners are not rounded
}

// Dot is a small disc, or a ring.
type Dot struct {
	At     Point
	Radius float64
	Role   Role
	Ring   bool
	Note   string
}

// Text is a line of text.
type Text struct {
	At     Point // of its base line
	Anchor Anchor
	Text   string
	Size   float64
	Role   Role
}

// Group is the items for one thing: a link, or several that are drawn as one.
type Group struct {
	Links string // their numbers, as in 3,7-9; a page finds the group by them
	Note  string // shown when any of it is pointed at
	Items []Item
}

// Anchor is where a text is held.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

func (Line) item()  {}
func (Arc) item()   {}
func (Box) item()   {}
func (Dot) item()   {}
func (Text) item()  {}
func (Group) item() {}

// Add puts items on top of those there are.
func (s *Scene) Add(items ...Item) { s.Items = append(s.Items, items...) }

// All goes through the items, and those of groups.
func (s *Scene) All() iter.Seq[Item] {
	return func(yield func(Item) bool) { eachItem(s.Items, yield) }
}

func eachItem(items []Item, yield func(Item) bool) bool {
	for _, i := range items {
		if g, is := i.(Group); is && !eachItem(g.Items, yield) || !is && !yield(i) {
			return false
		}
	}
	return true
}

// roles are those of the items, in order.
func (s *Scene) roles() []Role {
	seen := map[Role]bool{}
	for i := range s.All() {
		switch i := i.(type) {
		case Line:
			seen[i.Role] = true
		case Arc:
			seen[i.Role] = true
		case Box:
			seen[i.Role] = true
		case Dot:
			seen[i.Role] = true
		case Text:
			seen[i.Role] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// span is about the width of a text, rather too large, as the renderers' fonts differ.
func span(text string, size float64) float64 {
	width := 0.0
	for _, r := range text {
		switch {
		case r == ' ' || r == '.' || r == ',' || r == 'i' || r == 'l' || r == '·':
			width += 0.32
		case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w' || r == '×' || r > 0x2000 && !(r >= 0x2070 && r < 0x208f):
			width += 0.72
		default:
			width += 0.61
		}
	}
	return width * size
}

// Fit is a text that is no wider, shortened in its middle where it would be.
func Fit(text string, size, width float64) string {
	runes := []rune(text)
	for keep := len(runes); keep > 2 && span(text, size) > width; keep-- {
		text = string(runes[:(keep+1)/2]) + "…" + string(runes[len(runes)-keep/2:])
	}
	return text
}

// left is where a text begins.
func (t Text) left() float64 {
	switch t.Anchor {
	case Middle:
		return t.At.X - span(t.Text, t.Size)/2
	case End:
		return t.At.X - span(t.Text, t.Size)
	}
	return t.At.X
}

// Reaches is about where a text begins and ends.
func (t Text) Reaches() (left, right float64) { return t.left(), t.left() + span(t.Text, t.Size) }

// Overlaps reports whether two texts touch, or nearly do.
func (t Text) Overlaps(u Text) bool {
	return t.left() < u.left()+span(u.Text, u.Size)+gap && u.left() < t.left()+span(t.Text, t.Size)+gap &&
		t.At.Y-t.Size < u.At.Y && u.At.Y-u.Size < t.At.Y
}

// gap is what stays free between texts in a line.
const gap = 5

// AddApart adds a text unless it would touch one that is there, and reports whether it did.
func (s *Scene) AddApart(t Text) bool {
	for i := range s.All() {
		if u, is := i.(Text); is && t.Overlaps(u) {
			return false
		}
	}
	if t.left() < 0 || t.left()+span(t.Text, t.Size) > s.Width {
		return false
	}
	s.Add(t)
	return true
}
