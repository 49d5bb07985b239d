// Package raster paints scenes as images of pixels. It stands apart because of the fonts that it carries.
package raster

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"github.com/skipcost/skipcost/report/picture"
)

// pixels is the number of pixels of a PNG for one unit of the scene, along each side.
const pixels = 2

// PNG writes a scene as an image, in the light theme.
func PNG(w io.Writer, s *picture.Scene) error {
	face, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return err
	}
	c := &canvas{image: image.NewRGBA(image.Rect(0, 0, int(s.Width*pixels), int(s.Height*pixels))), font: face}
	draw.Draw(c.image, c.image.Bounds(), image.NewUniform(picture.Paper.Light()), image.Point{}, draw.Src)
	for i := range s.All() {
		if err := c.item(i); err != nil {
			return err
		}
	}
	return png.Encode(w, c.image)
}

type canvas struct {
	image *image.RGBA
	font  *opentype.Font
}

func (c *canvas) item(i picture.Item) error {
	switch i := i.(type) {
	case picture.Line:
		if i.Fill {
			c.fill(i.Points, i.Role.Light())
		} else {
			c.stroke(i.Points, i.Weight, i.Role.Dash(), i.Role.Light())
		}
	case picture.Arc:
		var dash []float64
		if dash = i.Role.Dash(); i.Dashed {
			dash = []float64{6, 4}
		}
		c.stroke(i.Outline(48), i.Weight, dash, i.Role.Light())
	case picture.Box:
		c.fill([]picture.Point{i.Min, {X: i.Max.X, Y: i.Min.Y}, i.Max, {X: i.Min.X, Y: i.Max.Y}}, i.Role.Light())
	case picture.Dot:
		circle := ring(i.At, i.Radius)
		if i.Ring {
			c.stroke(append(circle, circle[0]), 1, nil, i.Role.Light())
		} else {
			c.fill(circle, i.Role.Light())
		}
	case picture.Text:
		return c.text(i)
	}
	return nil
}

func ring(at picture.Point, radius float64) []picture.Point {
	out := make([]picture.Point, 24)
	for k := range out {
		t := 2 * math.Pi * float64(k) / float64(len(out))
		out[k] = picture.Point{X: at.X + radius*math.Cos(t), Y: at.Y + radius*math.Sin(t)}
	}
	return out
}

// fill paints the area that points go round.
func (c *canvas) fill(points []picture.Point, colour color.Color) {
	c.paint([][]picture.Point{points}, colour)
}

// paint fills outlines, which may lie over one another. Only the pixels about them are looked at.
func (c *canvas) paint(outlines [][]picture.Point, colour color.Color) {
	around := c.around(outlines)
	if around.Empty() {
		return
	}
	r := vector.NewRasterizer(around.Dx(), around.Dy())
	for _, points := range outlines {
		for k, p := range points {
			x, y := float32(p.X*pixels-float64(around.Min.X)), float32(p.Y*pixels-float64(around.Min.Y))
			if k == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	r.Draw(c.image, around, image.NewUniform(colour), image.Point{})
}

// around is the part of the image in which outlines lie.
func (c *canvas) around(outlines [][]picture.Point) image.Rectangle {
	low, high := picture.Point{X: math.Inf(1), Y: math.Inf(1)}, picture.Point{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, points := range outlines {
		for _, p := range points {
			low = picture.Point{X: math.Min(low.X, p.X), Y: math.Min(low.Y, p.Y)}
			high = picture.Point{X: math.Max(high.X, p.X), Y: math.Max(high.Y, p.Y)}
		}
	}
	if !(low.X <= high.X && low.Y <= high.Y) {
		return image.Rectangle{}
	}
	size := c.image.Rect.Max
	pixel := func(at float64, most int) int { return int(math.Max(0, math.Min(at*pixels, float64(most)))) }
	return image.Rect(pixel(low.X, size.X), pixel(low.Y, size.Y), min(pixel(high.X, size.X)+1, size.X), min(pixel(high.Y, size.Y)+1, size.Y))
}

// stroke paints a line of some weight: a rectangle for each straight part of each dash, joined by discs.
func (c *canvas) stroke(points []picture.Point, weight float64, dash []float64, colour color.Color) {
	if weight == 0 {
		weight = 1
	}
	var strips [][]picture.Point
	for _, part := range dashed(points, dash) {
		for k := range len(part) - 1 {
			a, b := part[k], part[k+1]
			length := math.Hypot(b.X-a.X, b.Y-a.Y)
			if length == 0 {
				continue
			}
			nx, ny := (b.Y-a.Y)/length*weight/2, (a.X-b.X)/length*weight/2
			strips = append(strips, []picture.Point{{X: a.X + nx, Y: a.Y + ny}, {X: b.X + nx, Y: b.Y + ny}, {X: b.X - nx, Y: b.Y - ny}, {X: a.X - nx, Y: a.Y - ny}})
		}
	}
	c.paint(strips, colour)
}

// dashed cuts a line into its visible parts.
func dashed(points []picture.Point, dash []float64) [][]picture.Point {
	if len(dash) == 0 || len(points) == 0 {
		return [][]picture.Point{points}
	}
	var out [][]picture.Point
	part := []picture.Point{points[0]}
	n, left := 0, dash[0]
	for k := range len(points) - 1 {
		a, b := points[k], points[k+1]
		length := math.Hypot(b.X-a.X, b.Y-a.Y)
		for at := 0.0; at < length; {
			step := math.Min(left, length-at)
			at += step
			left -= step
			p := picture.Point{X: a.X + (b.X-a.X)*at/length, Y: a.Y + (b.Y-a.Y)*at/length}
			if n%2 == 0 {
				part = append(part, p)
			}
			if left > 0 {
				continue
			}
			if n%2 == 0 {
				out = append(out, part)
			}
			n++
			part, left = []picture.Point{p}, dash[n%len(dash)]
		}
	}
	if n%2 == 0 {
		out = append(out, part)
	}
	return out
}

func (c *canvas) text(t picture.Text) error {
	face, err := opentype.NewFace(c.font, &opentype.FaceOptions{Size: t.Size * pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return err
	}
	defer face.Close()
	d := &font.Drawer{Dst: c.image, Src: image.NewUniform(t.Role.Light()), Face: face}
	x := t.At.X * pixels
	switch width := float64(d.MeasureString(t.Text)) / 64; t.Anchor {
	case picture.Middle:
		x -= width / 2
	case picture.End:
		x -= width
	}
	d.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(t.At.Y * pixels * 64)}
	d.DrawString(t.Text)
	return nil
}
