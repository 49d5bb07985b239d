package picture

import "slices"

// Bars are stacked bars, one below the other, measured along the X axis.
type Bars struct {
	Min, Max Point // of the room for the bars
	X        Scale // from 0
	Title    string
	Note     string   // a remark, at the right
	Names    []string // of the parts
	Rows     []Bar
}

// Bar is one of them: the sizes of its parts, in the numbers of the axis.
type Bar struct {
	Name  string
	Sizes []float64
	Notes []string // of the parts
	Total string   // written behind it
}

// DropEmpty leaves out the name of each part that no bar has.
func (b *Bars) DropEmpty() {
	for k := range b.Names {
		if !slices.ContainsFunc(b.Rows, func(r Bar) bool { return r.Sizes[k] > 0 }) {
			b.Names[k] = ""
		}
	}
}

// Add puts bars into a scene: names on the left, totals behind, and the names of the parts above.
func (b Bars) Add(s *Scene) {
	s.Add(Text{At: Point{b.Min.X, b.Min.Y - 34}, Text: b.Title, Size: 13, Role: Label})
	if b.Note != "" {
		s.Add(Text{At: Point{b.Max.X, b.Min.Y - 34}, Anchor: End, Text: b.Note, Size: 11, Role: Quiet})
	}
	x := b.Min.X
	for k, name := range b.Names {
		if name == "" {
			continue
		}
		s.Add(Box{Min: Point{x, b.Min.Y - 22}, Max: Point{x + 10, b.Min.Y - 12}, Role: PartRoles()[k]})
		s.Add(Text{At: Point{x + 15, b.Min.Y - 13}, Text: name, Size: 12, Role: Label})
		x += 15 + span(name, 12) + 16
	}
	for _, v := range b.X.ticks(7) {
		x := b.X.place(v, b.Min.X, b.Max.X)
		s.Add(Line{Points: []Point{{x, b.Min.Y}, {x, b.Max.Y}}, Role: Axis})
		s.AddApart(Text{At: Point{x, b.Max.Y + 16}, Anchor: Middle, Text: b.X.Tell(v), Size: 11, Role: Quiet})
	}
	height := (b.Max.Y - b.Min.Y) / float64(len(b.Rows))
	for k, row := range b.Rows {
		top := b.Min.Y + height*(float64(k)+0.18)
		b.row(s, row, top, top+height*0.64)
	}
}

func (b Bars) row(s *Scene, row Bar, top, bottom float64) {
	middle := (top+bottom)/2 + 4
	s.Add(Text{At: Point{b.Min.X - 8, middle}, Anchor: End, Text: Fit(row.Name, 12, b.Min.X-12), Size: 12, Role: Label})
	sum, left := 0.0, b.Min.X
	for k, size := range row.Sizes {
		sum += size
		right := b.X.place(sum, b.Min.X, b.Max.X)
		if right-left > 0.05 {
			s.Add(Box{Min: Point{left, top}, Max: Point{right, bottom}, Role: PartRoles()[k], Note: row.Notes[k], Sharp: true})
			s.Add(Line{Points: []Point{{right, top}, {right, bottom}}, Role: Paper, Weight: 1})
		}
		left = right
	}
	s.Add(Text{At: Point{left + 6, middle}, Text: row.Total, Size: 12, Role: Label})
}
