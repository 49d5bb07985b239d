package picture

import (
	"bufio"
	"io"
	"math"
	"strings"
)

// Braille writes a scene for a terminal with a number of columns: lines as dots, eight to a character, and texts as they are;
// where several would overlap, the first.
func Braille(w io.Writer, s *Scene, columns int) error {
	scale := float64(2*columns) / s.Width
	rows := int(math.Ceil(s.Height * scale / 4))
	c := &cells{columns: columns, rows: rows, scale: scale, dots: make([]byte, columns*rows), text: make([]rune, columns*rows)}
	for i := range s.All() {
		c.item(i)
	}
	out := bufio.NewWriter(w)
	for row := range rows {
		line := make([]rune, columns)
		for k := range line {
			at := row*columns + k
			switch {
			case c.text[at] != 0:
				line[k] = c.text[at]
			case c.dots[at] != 0:
				line[k] = 0x2800 + rune(c.dots[at])
			default:
				line[k] = ' '
			}
		}
		out.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	return out.Flush()
}

// cells is the grid of characters of a terminal.
type cells struct {
	columns, rows int
	scale         float64 // dots a pixel
	dots          []byte
	text          []rune
}

func (c *cells) item(i Item) {
	switch i := i.(type) {
	case Line:
		if i.Role == Axis || i.Fill {
			return // too coarse a background for dots
		}
		for k := range len(i.Points) - 1 {
			c.line(i.Points[k], i.Points[k+1], looks[i.Role].dash)
		}
	case Arc:
		points := i.Outline(64)
		var dash []float64
		if i.Dashed {
			dash = []float64{6, 4}
		}
		for k := range len(points) - 1 {
			c.line(points[k], points[k+1], dash)
		}
	case Dot:
		c.dot(i.At.X*c.scale, i.At.Y*c.scale)
	case Text:
		c.write(i)
	}
}

// Outline is the arc as n straight parts, from one end to the other.
func (a Arc) Outline(n int) []Point {
	out := make([]Point, n+1)
	for k := range out {
		t := math.Pi * float64(k) / float64(n)
		s := (1 - math.Cos(t)) / 2
		out[k] = Point{a.From.X + (a.To.X-a.From.X)*s, a.From.Y + (a.To.Y-a.From.Y)*s - a.Rise*math.Sin(t)}
	}
	return out
}

// line sets the dots from one place to another; of a dashed one, three and then none for two.
func (c *cells) line(a, b Point, dash []float64) {
	dx, dy := (b.X-a.X)*c.scale, (b.Y-a.Y)*c.scale
	n := int(math.Max(math.Abs(dx), math.Abs(dy))) + 1
	for k := range n + 1 {
		x, y := a.X*c.scale+dx*float64(k)/float64(n), a.Y*c.scale+dy*float64(k)/float64(n)
		if len(dash) == 0 || int(x+y)%5 < 3 {
			c.dot(x, y)
		}
	}
}

// braille is the bit of each dot in its character, by row and column.
var braille = [4][2]byte{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

func (c *cells) dot(x, y float64) {
	col, row := int(x), int(y)
	if x >= 0 && y >= 0 && col < 2*c.columns && row < 4*c.rows {
		c.dots[row/4*c.columns+col/2] |= braille[row%4][col%2]
	}
}

// write puts a text where no other stands.
func (c *cells) write(t Text) {
	text := []rune(shown(t.Text))
	row, col := int(t.At.Y*c.scale/4), int(t.At.X*c.scale/2)
	switch t.Anchor {
	case Middle:
		col -= len(text) / 2
	case End:
		col -= len(text)
	}
	col = min(max(col, 0), max(c.columns-len(text), 0))
	if row = min(max(row, 0), c.rows-1); len(text) > c.columns-col {
		return
	}
	at := c.text[row*c.columns+col:]
	for k := -1; k <= len(text); k++ {
		if n := row*c.columns + col + k; n >= row*c.columns && n < (row+1)*c.columns && c.text[n] != 0 {
			return
		}
	}
	copy(at, text)
}
