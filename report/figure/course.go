package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
)

// Course draws costs, signal and gradient along the depth of networks: a frame for each cost, and the memory while each
// layer runs, with its peak.
type Course struct {
	Courses []*cost.Course
	Costs   []cost.Quantity
	Known   bool // leave out costs that are not known, unless none is
}

// CourseCosts are those drawn unless told otherwise.
func CourseCosts() []cost.Quantity {
	return []cost.Quantity{cost.InferencePeakBytes, cost.MACs, cost.Params, cost.SignalGain, cost.GradientGain}
}

// HasCourse reports whether a cost can be drawn along the depth: a sum over the layers, the peak of memory, signal or gradient.
func HasCourse(q cost.Quantity) bool {
	switch {
	case q == cost.InferencePeakBytes || q == cost.SignalGain || q == cost.GradientGain:
		return true
	case q.Gain() || q.PerLayer() || q.Unit() == cost.Ratio:
		return false
	}
	return q.Closes()
}

// Scene lays the plot out. The error says what is not known of which network.
func (p *Course) Scene() (*picture.Scene, error) {
	var names, costs []string
	for _, c := range p.Courses {
		names = append(names, c.Name)
	}
	var charts []picture.Chart
	var failed error
	told := ""
	for _, q := range p.Costs {
		chart, err := p.chart(q)
		if failed = err; err != nil && p.Known {
			told += " Left out: " + report.FirstLine(err) + "."
			continue
		}
		if err != nil {
			return nil, err
		}
		costs = append(costs, q.String())
		charts = append(charts, chart)
		told += " " + chart.Title + "." + chart.Tell()
	}
	if len(charts) == 0 {
		return nil, failed
	}
	title := fmt.Sprintf("%s along the depth of %s", strings.Join(costs, ", "), strings.Join(names, ", "))
	return frames(title, title+"."+told, charts), nil
}

func (p *Course) chart(q cost.Quantity) (picture.Chart, error) {
	c := picture.Chart{
		Title: q.String(), Y: costScale(q, q.Gain()),
		X: picture.Scale{To: 1, Whole: true, Title: "weight layers passed", Tell: picture.Plain},
	}
	if p.shares() {
		c.X.Title, c.X.To = "weight layers passed, in %", 100
	}
	for k, course := range p.Courses {
		if len(course.Trace.Operations()) == 0 {
			return c, fmt.Errorf("%s: no layer runs, along which it could be drawn", course.Name)
		}
		at := p.depths(course)
		c.X.Reach(at[len(at)-1])
		var err error
		switch {
		case q == cost.InferencePeakBytes:
			err = p.memory(&c, k, course, at)
		case q.Gain():
			err = p.carried(&c, k, course, at, q)
		default:
			err = p.layers(&c, k, course, at, q)
		}
		if err != nil {
			return c, err
		}
	}
	for _, part := range c.Parts { // a frame has the parts of one network alone
		c.Y.Reach(0)
		for k := range part.Heights {
			sum := 0.0
			for _, other := range c.Parts {
				sum += other.Heights[k]
			}
			c.Y.Reach(sum)
		}
	}
	for _, curve := range c.Curves {
		for _, point := range curve.Points {
			c.Y.Reach(point.Y)
		}
	}
	if len(c.Marks) > 0 {
		c.Y.Reach(c.Y.To * 1.12) // room for what is told of them
	}
	c.Y.Open()
	return c, nil
}

// shares reports whether the axis is in shares of the depth, as for several networks, whose depths differ.
func (p *Course) shares() bool { return len(p.Courses) > 1 }

// depths are the places of a network's operations on the axis, and the end of the last: a weight layer stands at its number,
// and the operations behind it on the way to the next.
func (p *Course) depths(c *cost.Course) []float64 {
	ops := c.Trace.Operations()
	out := make([]float64, len(ops)+1)
	passed := 0.0
	for k := 0; k < len(ops); {
		passed += float64(ops[k].WeightLayers())
		end := k + 1
		for end < len(ops) && !ops[end].Kind.WeightLayer() {
			end++
		}
		for n := k; n < end; n++ {
			out[n] = passed + float64(n-k)/float64(end-k)
		}
		k = end
	}
	if out[len(ops)] = passed + 1; p.shares() {
		for k := range out {
			out[k] *= 100 / (passed + 1)
		}
	}
	return out
}

// memory is the bytes in memory while layers run: for one network in two parts, for several a curve each, with the peak marked.
func (p *Course) memory(c *picture.Chart, n int, course *cost.Course, at []float64) error {
	if err := course.MomentsErr; err != nil {
		return fmt.Errorf("%s: %w", course.Name, err)
	}
	c.Title = "inference_peak_bytes: activations there while each layer runs"
	place, after := map[*trace.Operation]float64{}, map[*trace.Operation]float64{}
	for k, op := range course.Trace.Operations() {
		place[op], after[op] = at[k], at[k+1]
	}
	used := picture.Part{Name: "read and made", Role: picture.Part2}
	waits := picture.Part{Name: "held for later", Role: picture.Part4}
	curve := picture.Curve{Name: course.Name, Role: picture.SeriesRoles()[n], Steps: true}
	var peak picture.Mark
	for moments := range slices.Chunk(course.Moments, together(len(course.Moments))) {
		m := highest(moments)
		there, waiting := float64Of(m.Bytes), float64Of(m.Waiting)
		x, next := place[moments[0].Operation], after[moments[len(moments)-1].Operation]
		c.At = append(c.At, x, next)
		used.Heights = append(used.Heights, there-waiting, there-waiting)
		waits.Heights = append(waits.Heights, waiting, waiting)
		curve.Points = append(curve.Points, picture.Point{X: x, Y: there})
		if there > peak.At.Y {
			peak = picture.Mark{At: picture.Point{X: (x + next) / 2, Y: there}, Text: fmt.Sprintf("%s at %s", c.Y.Tell(there), m.Operation.Name)}
		}
	}
	if len(p.Courses) == 1 {
		c.Parts = []picture.Part{waits, used}
	} else {
		c.At, c.Curves = nil, append(c.Curves, curve)
	}
	c.Marks = append(c.Marks, peak)
	return nil
}

// maxPlaces is about the number of places along the depth that are drawn: more than there are pixels would not show.
const maxPlaces = 1200

// together is how many places in a row are drawn as one, of which the highest is shown.
func together(places int) int { return max(1, (places+maxPlaces-1)/maxPlaces) }

// highest is the moment at which most is there.
func highest(moments []cost.Moment) cost.Moment {
	return slices.MaxFunc(moments, func(a, b cost.Moment) int {
		return cmp.Compare(float64Of(a.Bytes), float64Of(b.Bytes))
	})
}

// layers is the cost of each weight layer, with that of the operations behind it up to the next.
func (p *Course) layers(c *picture.Chart, n int, course *cost.Course, at []float64, q cost.Quantity) error {
	c.Title = q.String() + " of each weight layer, with what follows it"
	number := map[*trace.Operation]int{}
	var places, sums []float64
	for k, op := range course.Trace.Operations() {
		if k == 0 || op.Kind.WeightLayer() {
			places, sums = append(places, at[k]), append(sums, 0)
		}
		number[op] = len(places) - 1
	}
	for l := range course.Layers {
		e := l.Costs.Of(q)
		if err := e.Err(); err != nil {
			return fmt.Errorf("%s of %s: %w", q, l.Operation.Name, err)
		}
		sums[number[l.Operation]] += float64Of(e) // costs of the input count for the first one
	}
	places = append(places, at[len(at)-1])
	part := picture.Part{Role: picture.Part2}
	curve := picture.Curve{Name: course.Name, Role: picture.SeriesRoles()[n], Steps: true}
	each := together(len(sums))
	if each > 1 {
		c.Note = fmt.Sprintf("the highest of each %d in a row", each)
	}
	for k := 0; k < len(sums); k += each {
		end := min(k+each, len(sums))
		v := slices.Max(sums[k:end])
		c.At = append(c.At, places[k], places[end])
		part.Heights = append(part.Heights, v, v)
		curve.Points = append(curve.Points, picture.Point{X: places[k], Y: v})
	}
	curve.Points = append(curve.Points, picture.Point{X: places[len(sums)], Y: sums[len(sums)-1]})
	if len(p.Courses) == 1 {
		c.Parts = []picture.Part{part}
	} else {
		c.At, c.Curves = nil, append(c.Curves, curve)
	}
	return nil
}

// carried is signal or gradient behind each merge, or behind each weight layer of a network without merges.
func (p *Course) carried(c *picture.Chart, n int, course *cost.Course, at []float64, q cost.Quantity) error {
	ops := course.Trace.Operations()
	is := pointsOf(ops)
	of := func(t flow.Passing) flow.Number { return t.SecondMoment }
	c.Title = "second_moment: mean square of the signal"
	if q == cost.GradientGain {
		of = func(t flow.Passing) flow.Number { return t.Gradient }
		c.Title = "gradient: mean square of the gradient"
	}
	if err := course.PassingErr; err != nil {
		return fmt.Errorf("%s: %w", course.Name, err)
	}
	curve := picture.Curve{Name: course.Name, Role: picture.SeriesRoles()[n], Dots: true}
	points, each := 0, together(len(ops))
	for k, op := range ops {
		if !is(op) {
			continue
		}
		if points++; points%each != 0 {
			continue
		}
		t := of(course.Passing[k+1])
		if err := t.Err(); err != nil {
			return fmt.Errorf("%s of %s is not known: %w", strings.Split(c.Title, ":")[0], course.Name, err)
		}
		if t.Model() {
			c.Note = report.Modelled + " a model of the expectation"
		}
		if log, known := t.Log10(); known && math.Abs(log) < 300 {
			curve.Points = append(curve.Points, picture.Point{X: at[k], Y: math.Pow(10, log)})
		}
	}
	if len(curve.Points) == 0 {
		return fmt.Errorf("%s of %s has no place on a logarithmic axis", strings.Split(c.Title, ":")[0], course.Name)
	}
	curve.Dots = len(curve.Points) <= 80
	c.Curves = append(c.Curves, curve)
	return nil
}

// pointsOf says at which operations a curve of signal or gradient has points: at merges, or at weight layers where there are
// few merges.
func pointsOf(ops []*trace.Operation) func(*trace.Operation) bool {
	merge := func(op *trace.Operation) bool { return op.Kind.Links && !op.Kind.Gates }
	merges, layers := 0, 0
	for _, op := range ops {
		if merge(op) {
			merges++
		}
		if op.Kind.WeightLayer() {
			layers++
		}
	}
	if merges*5 >= layers && merges > 1 {
		return merge
	}
	return func(op *trace.Operation) bool { return op.Kind.WeightLayer() }
}
