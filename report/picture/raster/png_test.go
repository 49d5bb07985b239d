package raster_test

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/skipcost/skipcost/report/picture"
	"github.com/skipcost/skipcost/report/picture/raster"
)

func TestPNGHasThePicture(t *testing.T) {
	var out bytes.Buffer
	if err := raster.PNG(&out, scene()); err != nil {
		t.Fatal(err)
	}
	image, err := png.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	if width := image.Bounds().Dx(); width != 400 {
		t.Errorf("%d pixels wide, not 400", width)
	}
	colours := map[any]bool{}
	for x := range 400 {
		for y := range 160 {
			colours[image.At(x, y)] = true
		}
	}
	if len(colours) <= 50 {
		t.Errorf("%d colours are too few for smooth lines", len(colours))
	}
}

// scene has one of each item.
func scene() *picture.Scene {
	s := &picture.Scene{Width: 200, Height: 80}
	a, b := picture.Point{X: 10, Y: 40}, picture.Point{X: 150, Y: 40}
	s.Add(
		picture.Box{Min: picture.Point{X: 20, Y: 30}, Max: picture.Point{X: 60, Y: 50}, Role: picture.Area},
		picture.Line{Points: []picture.Point{a, b}, Role: picture.Trunk, Weight: 2},
		picture.Line{Points: []picture.Point{a, b, {X: 80, Y: 70}}, Role: picture.Part1, Fill: true},
		picture.Arc{From: a, To: b, Rise: 30, Role: picture.Add, Weight: 3},
		picture.Arc{From: a, To: b, Rise: -30, Role: picture.Concat, Dashed: true},
		picture.Dot{At: b, Radius: 3, Role: picture.Series1},
		picture.Dot{At: a, Radius: 3, Role: picture.Series2, Ring: true},
		picture.Text{At: picture.Point{X: 100, Y: 60}, Text: "add", Size: 12, Role: picture.Label, Anchor: picture.Middle},
	)
	return s
}
