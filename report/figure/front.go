package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/report/picture"
)

// Front draws the points of a sweep that no other beats, by the first two of the costs that it keeps points by.
type Front struct {
	Grid   *sweep.Grid
	Points []*sweep.Point
}

// Scene lays the picture out. The error says why there is none.
func (r *Front) Scene() (*picture.Scene, error) {
	keys := r.Grid.Keep.By
	if r.Grid.Keep.What != sweep.KeepFront || len(keys) < 2 {
		return nil, fmt.Errorf("a picture of a sweep is of the front by two costs, as in --pareto params,max:gradient_gain")
	}
	if len(r.Points) == 0 {
		return nil, fmt.Errorf("no point is left that could be drawn")
	}
	scene := &picture.Scene{Width: plotWidth, Height: 30 + 1.5*plotFrame + plotAround}
	scene.Title = fmt.Sprintf("%s against %s: %s points of %s that no other beats", keys[1], keys[0], fmt.Sprint(len(r.Points)), strings.Join(r.names(), ", "))
	cloud, err := r.cloud()
	if err != nil {
		return nil, err
	}
	cloud.Min, cloud.Max = picture.Point{X: plotLeft, Y: 40}, picture.Point{X: plotWidth - plotRight, Y: 40 + 1.5*plotFrame}
	scene.Description = scene.Title + "."
	for _, series := range cloud.Series {
		for k, m := range series.Points {
			if k == 40 {
				scene.Description += fmt.Sprintf(" And %d more of %s.", len(series.Points)-k, series.Name)
				break
			}
			scene.Description += fmt.Sprintf(" %s: %s, %s.", m.Text, cloud.X.Tell(m.At.X), cloud.Y.Tell(m.At.Y))
		}
	}
	cloud.Add(scene)
	return scene, nil
}

// names are those of the networks of the sweep.
func (r *Front) names() []string {
	var out []string
	for _, n := range r.Grid.Networks {
		out = append(out, n.Name)
	}
	return out
}

// cloud is the points by their networks, over the axes of the first two costs.
func (r *Front) cloud() (picture.Cloud, error) {
	var c picture.Cloud
	if len(r.Grid.Networks) > MaxCurves {
		return c, fmt.Errorf("a picture tells up to %d networks apart, not %d", MaxCurves, len(r.Grid.Networks))
	}
	x, columnX, err := r.axis(0)
	if err != nil {
		return c, err
	}
	y, columnY, err := r.axis(1)
	if err != nil {
		return c, err
	}
	c.X, c.Y, c.Title = x, y, r.Grid.Keep.By[1]
	c.X.Title = r.Grid.Keep.By[0]
	front := picture.Curve{Role: picture.Faint}
	for _, name := range r.names() {
		c.Series = append(c.Series, picture.Series{Name: name})
	}
	for _, p := range r.Points {
		at := picture.Point{X: valueOf(p.Costs[columnX]), Y: valueOf(p.Costs[columnY])}
		network, settings := r.Grid.Plane(p.Plane)
		for k, a := range r.Grid.Axes {
			settings = append(settings, fmt.Sprintf("%s=%d", a.Name, p.Values[k]))
		}
		k := slices.Index(r.names(), network)
		c.Series[k].Points = append(c.Series[k].Points, picture.Mark{At: at, Text: strings.Join(settings, " ")})
		front.Points = append(front.Points, at)
	}
	c.Curves = []picture.Curve{front}
	return c, nil
}

// axis is that of a cost that points are kept by, and the column of the cost.
func (r *Front) axis(key int) (picture.Scale, int, error) {
	_, name := sweep.By(r.Grid.Keep.By[key], "")
	name = name[strings.Index(name, ":")+1:]
	column := slices.Index(r.Grid.Columns, name)
	q, err := cost.ParseQuantity(name)
	if err != nil || column < 0 {
		return picture.Scale{}, 0, fmt.Errorf("the sweep has no column of %s", name)
	}
	scale := costScale(q, false)
	for _, p := range r.Points {
		v := valueOf(p.Costs[column])
		if math.IsInf(v, 0) {
			return scale, 0, fmt.Errorf("%s is too large to be drawn", name)
		}
		scale.Reach(v)
	}
	if scale.Log = scale.From > 0 && scale.To > 20*scale.From; scale.Log {
		return scale, column, nil
	}
	room := (scale.To - scale.From) * 0.05
	scale.Reach(scale.To + room)
	if from := scale.From - room; from > 0 || scale.From < 0 {
		scale.Reach(from)
	}
	if scale.To == scale.From {
		scale.Open()
	}
	return scale, column, nil
}

func valueOf(v sweep.Value) float64 {
	if v.Number == nil {
		return 0
	}
	f, _ := v.Number.Float64()
	return f
}
