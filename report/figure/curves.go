package figure

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
)

// Curves draws costs against a symbol, a curve for each network and a frame for each cost, with the places where curves cross.
type Curves struct {
	Families  []*decide.Family
	Symbol    string
	Within    decide.Interval // both ends are given
	At        *big.Int        // the value that is marked on each curve; nil for none
	Costs     []cost.Quantity
	Budgets   []decide.Budget
	Crossings map[cost.Quantity][]decide.Crossing
	Linear    bool // axes by numbers, not by their logarithms
}

// MaxCurves is the largest number of networks in a plot, as more curves cannot be distinguished.
const MaxCurves = 6

// plotPoints is how many values of the symbol a curve has at most.
const plotPoints = 240

// The measures of a plot, in pixels.
const (
	plotWidth  = 900.0
	plotFrame  = 260.0 // the height of a frame
	plotAround = 92.0  // and the room above and below it
	plotLeft   = 96.0
	plotRight  = 150.0 // for the names behind the frames
)

// frames puts charts into a scene, one below the other.
func frames(title, description string, charts []picture.Chart) *picture.Scene {
	s := &picture.Scene{Width: plotWidth, Height: 30 + (plotFrame+plotAround)*float64(len(charts)), Title: title, Description: description}
	top := 40.0
	for _, c := range charts {
		c.Min, c.Max = picture.Point{X: plotLeft, Y: top}, picture.Point{X: plotWidth - plotRight, Y: top + plotFrame}
		c.Add(s)
		top += plotFrame + plotAround
	}
	return s
}

// costScale is the axis of a cost, without its ends.
func costScale(q cost.Quantity, log bool) picture.Scale {
	return picture.Scale{From: math.Inf(1), To: math.Inf(-1), Log: log, Binary: q.Unit() == cost.Bytes, Tell: teller(q)}
}

// Scene lays the plot out. The error says which cost of which network is not known anywhere.
func (p *Curves) Scene() (*picture.Scene, error) {
	var names, costs []string
	for _, f := range p.Families {
		names = append(names, f.Name)
	}
	var charts []picture.Chart
	told := ""
	for _, q := range p.Costs {
		costs = append(costs, q.String())
		chart, err := p.chart(q)
		if err != nil {
			return nil, err
		}
		charts = append(charts, chart)
		told += chart.Tell()
	}
	title := fmt.Sprintf("%s of %s over %s", strings.Join(costs, ", "), strings.Join(names, ", "), p.Symbol)
	return frames(title, fmt.Sprintf("%s from %s to %s.%s", title, p.Within.From, p.Within.To, told), charts), nil
}

func (p *Curves) chart(q cost.Quantity) (picture.Chart, error) {
	from, to := float(p.Within.From), float(p.Within.To)
	c := picture.Chart{
		Title: q.String(),
		X:     picture.Scale{From: from, To: to, Log: !p.Linear && from > 0 && to > 20*from, Whole: true, Title: p.Symbol, Tell: picture.Plain},
		Y:     costScale(q, !p.Linear),
	}
	for k, f := range p.Families {
		curve := picture.Curve{Name: f.Name, Role: picture.SeriesRoles()[k]}
		var failed error
		for _, n := range spread(p.Within, plotPoints, c.X.Log) {
			v, err := f.Value(q, n)
			if err != nil {
				failed = err
				continue
			}
			y, _ := v.Float64()
			if math.IsInf(y, 0) || y <= 0 && c.Y.Log {
				continue // a logarithm has no place for it
			}
			curve.Points = append(curve.Points, picture.Point{X: float(n), Y: y})
			c.Y.Reach(y)
		}
		if len(curve.Points) == 0 {
			if failed == nil {
				failed = fmt.Errorf("%s of %s has no place on a logarithmic axis: --linear has one", q, f.Name)
			}
			return c, failed
		}
		if failed != nil {
			c.Note = picture.Fit("not at every "+p.Symbol+": "+report.FirstLine(failed), 11, 460)
		}
		c.Curves = append(c.Curves, curve)
	}
	p.mark(&c, q)
	p.markAt(&c, q)
	c.Y.Open()
	return c, nil
}

// mark adds crossings and budgets to a chart, and makes room for the budgets.
func (p *Curves) mark(c *picture.Chart, q cost.Quantity) {
	for _, b := range p.Budgets {
		if b.Quantity != q {
			continue
		}
		v, _ := b.Limit.Float64()
		c.Limits = append(c.Limits, picture.Limit{At: v, Text: b.String()})
		if v > 0 && !math.IsInf(v, 0) {
			c.Y.Reach(v)
		}
	}
	for _, x := range p.Crossings[q] {
		v, err := x.Above.Value(q, x.At)
		if err != nil || x.At.Cmp(p.Within.From) < 0 || x.At.Cmp(p.Within.To) > 0 {
			continue
		}
		y, _ := v.Float64()
		if slices.ContainsFunc(c.Marks, func(m picture.Mark) bool { return m.At == picture.Point{X: float(x.At), Y: y} }) {
			continue // more than two curves meet
		}
		c.Marks = append(c.Marks, picture.Mark{At: picture.Point{X: float(x.At), Y: y}, Text: fmt.Sprintf("%s = %s", p.Symbol, x.At)})
	}
}

// markAt adds the line at the marked value, with the costs of the networks there. A network whose cost is not known there gets
// no mark.
func (p *Curves) markAt(c *picture.Chart, q cost.Quantity) {
	if p.At == nil {
		return
	}
	x := float(p.At)
	c.Places = append(c.Places, picture.Limit{At: x, Text: fmt.Sprintf("%s = %s", p.Symbol, p.At)})
	for _, f := range p.Families {
		v, err := f.Value(q, p.At)
		if err != nil {
			continue
		}
		m := picture.Mark{At: picture.Point{X: x}}
		m.At.Y, _ = v.Float64()
		if math.IsInf(m.At.Y, 0) || m.At.Y <= 0 && c.Y.Log || slices.ContainsFunc(c.Marks, func(other picture.Mark) bool { return other.At == m.At }) {
			continue
		}
		c.Y.Reach(m.At.Y)
		m.Text = c.Y.Tell(m.At.Y)
		c.Marks = append(c.Marks, m)
	}
}

// spread are the values of a symbol at which curves have points: all, or evenly spread ones on an axis by numbers or by their
// logarithms.
func spread(within decide.Interval, most int, log bool) []*big.Int {
	from, to := float(within.From), float(within.To)
	var out []*big.Int
	for k := range most {
		t := float64(k) / float64(most-1)
		v := from + (to-from)*t
		if log {
			v = from * math.Pow(to/from, t)
		}
		n, _ := big.NewFloat(math.Round(v)).Int(nil)
		if len(out) == 0 || n.Cmp(out[len(out)-1]) > 0 {
			out = append(out, n)
		}
	}
	return out
}

func float(n *big.Int) float64 {
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}

// teller writes the numbers of a cost at its axis.
func teller(q cost.Quantity) func(float64) string {
	return func(v float64) string {
		n, _ := big.NewFloat(math.Round(v)).Int(nil)
		switch {
		case q.Unit() == cost.Bytes:
			return report.IEC(n)
		case !q.Gain() && math.Abs(v) >= 1000 && math.Abs(v) < 1e18:
			return report.SI(n)
		}
		return picture.Plain(v)
	}
}
