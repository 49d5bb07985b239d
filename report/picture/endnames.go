package picture

import (
	"math"
	"sort"
)

// lineHeight is how far names at the ends of curves are kept apart.
const lineHeight = 15

// endName is a name behind the frame, at the height where a curve or a part ends.
type endName struct {
	text   string
	role   Role
	swatch bool    // a box of the role's colour stands before it, as the colour is too light for text
	end, y float64 // the height where it ends, and that of the name
}

// names writes the name of each curve and part behind its end, the lowest first, each above the one before. Where a name had to move,
// a line leads to it.
func (c Chart) names(s *Scene) {
	ends := c.ends()
	sort.SliceStable(ends, func(i, j int) bool { return ends[i].end > ends[j].end })
	free := c.Max.Y + lineHeight
	for k, e := range ends {
		ends[k].y = math.Min(e.end, free-lineHeight)
		free = ends[k].y
	}
	if over := c.Min.Y - free; len(ends) > 0 && over > 0 {
		for k := range ends {
			ends[k].y += over // none stands above the frame
		}
	}
	for _, e := range ends {
		x := c.Max.X + 8
		if math.Abs(e.y-e.end) > 3 {
			s.Add(Line{Points: []Point{{c.Max.X + 1, e.end}, {x + 6, e.y}}, Role: Faint})
			x += 8
		}
		role := e.role
		if e.swatch {
			s.Add(Box{Min: Point{x, e.y - 5}, Max: Point{x + 10, e.y + 5}, Role: e.role})
			x, role = x+14, Label
		}
		s.Add(Text{At: Point{x, e.y + 4}, Text: Fit(e.text, 12, s.Width-x-4), Size: 12, Role: role})
	}
}

func (c Chart) ends() []endName {
	var out []endName
	for _, curve := range c.Curves {
		if n := len(curve.Points); n > 0 && curve.Name != "" {
			out = append(out, endName{text: curve.Name, role: curve.Role, end: c.at(curve.Points[n-1]).Y})
		}
	}
	top := c.Y.From
	for _, p := range c.Parts {
		n := len(p.Heights)
		if p.Name == "" {
			continue
		}
		middle := top + p.Heights[n-1]/2
		top += p.Heights[n-1]
		out = append(out, endName{text: p.Name, role: p.Role, swatch: true, end: c.at(Point{c.X.To, middle}).Y})
	}
	return out
}
