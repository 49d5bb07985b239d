package picture

import "math"

// Cloud is points of several series in the frame of a chart, each series with a sign of its own.
type Cloud struct {
	Chart
	Series []Series
}

// Series is points that belong together.
type Series struct {
	Name   string
	Points []Mark
}

// Add puts the points on top of their chart, with as many of their texts as stand apart, and the signs behind the frame.
func (c Cloud) Add(s *Scene) {
	c.Chart.Add(s)
	for k, series := range c.Series {
		for _, m := range series.Points {
			s.Add(marker(c.at(m.At), k, m.Text))
		}
		y := c.Min.Y + 6 + lineHeight*1.2*float64(k)
		x := c.Max.X + 14
		s.Add(marker(Point{x, y}, k, series.Name), Text{At: Point{x + 10, y + 4}, Text: Fit(series.Name, 12, s.Width-x-14), Size: 12, Role: SeriesRoles()[k]})
	}
	for _, series := range c.Series {
		every := (len(series.Points) + toldPoints - 1) / toldPoints
		for k, m := range series.Points {
			if k%every == 0 || k == len(series.Points)-1 {
				c.tell(s, m)
			}
		}
	}
}

// toldPoints is how many points of a series have their texts beside them; on a page, every point shows its text when it is
// pointed at.
const toldPoints = 10

// marker is the sign of a series: a disc, a ring, a square, a diamond, and triangles that point up and down.
func marker(at Point, k int, note string) Item {
	role := SeriesRoles()[k]
	corners := func(n int, first, radius float64) Item {
		var points []Point
		for j := range n {
			a := first + 2*math.Pi*float64(j)/float64(n)
			points = append(points, Point{at.X + radius*math.Cos(a), at.Y + radius*math.Sin(a)})
		}
		return Line{Points: points, Role: role, Fill: true, Note: note}
	}
	switch k {
	case 0:
		return Dot{At: at, Radius: 3.6, Role: role, Note: note}
	case 1:
		return Dot{At: at, Radius: 3.6, Role: role, Ring: true, Note: note}
	case 2:
		return corners(4, math.Pi/4, 4.6)
	case 3:
		return corners(4, 0, 5)
	case 4:
		return corners(3, -math.Pi/2, 5)
	}
	return corners(3, math.Pi/2, 5)
}
