package report

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report/picture"
)

// MemoryPlot draws what training holds, by kind: of several networks side by side, or against a symbol, a frame for each network.
type MemoryPlot struct {
	Names  []string
	Costs  []cost.Costs // of the networks, in MemoryCosts
	Over   []*decide.Family
	Symbol string
	Within decide.Interval // both ends are given
}

// memoryKind is a part of what training holds.
type memoryKind struct {
	name string
	of   func(get func(cost.Quantity) (*big.Rat, error)) (*big.Rat, error)
}

// memoryKinds are the parts, from the bottom up. The workspace is all that the model of a training step holds at its peak beyond
// what is kept and the gradients of the parameters.
func memoryKinds() []memoryKind {
	one := func(q cost.Quantity) func(func(cost.Quantity) (*big.Rat, error)) (*big.Rat, error) {
		return func(get func(cost.Quantity) (*big.Rat, error)) (*big.Rat, error) { return get(q) }
	}
	return []memoryKind{
		{"weights", one(cost.ParamBytes)},
		{"gradients", one(cost.GradientBytes)},
		{"optimizer", one(cost.OptimizerBytes)},
		{"saved", one(cost.TrainingSavedBytes)},
		{"workspace " + Modelled, func(get func(cost.Quantity) (*big.Rat, error)) (*big.Rat, error) {
			peak, err := get(cost.TrainingPeakBytes)
			if err != nil {
				return nil, err
			}
			rest := new(big.Rat).Set(peak)
			for _, q := range []cost.Quantity{cost.TrainingSavedBytes, cost.GradientBytes} {
				v, err := get(q)
				if err != nil {
					return nil, err
				}
				rest.Sub(rest, v)
			}
			if rest.Sign() < 0 {
				rest.SetInt64(0)
			}
			return rest, nil
		}},
	}
}

// MemoryCosts are the costs that the parts are made of.
func MemoryCosts() []cost.Quantity {
	return []cost.Quantity{cost.ParamBytes, cost.GradientBytes, cost.OptimizerBytes, cost.TrainingSavedBytes, cost.TrainingPeakBytes}
}

// Scene lays the plot out. The error says which part of which network is not known.
func (p *MemoryPlot) Scene() (*picture.Scene, error) {
	if len(p.Over) > 0 {
		return p.stacks()
	}
	return p.bars()
}

func (p *MemoryPlot) bars() (*picture.Scene, error) {
	s := &picture.Scene{Width: plotWidth, Height: 104 + 40*float64(len(p.Names))}
	b := picture.Bars{
		Min: picture.Point{X: 150, Y: 62}, Max: picture.Point{X: plotWidth - 100, Y: 62 + 40*float64(len(p.Names))},
		X: picture.Scale{Binary: true, Tell: teller(cost.ParamBytes)}, Title: "what training holds, by kind",
	}
	for _, k := range memoryKinds() {
		b.Names = append(b.Names, k.name)
	}
	told := ""
	for n, name := range p.Names {
		row := picture.Bar{Name: name}
		sum := new(big.Rat)
		for _, kind := range memoryKinds() {
			v, err := kind.of(func(q cost.Quantity) (*big.Rat, error) { return rational(p.Costs[n].Of(q)) })
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", name, kind.name, err)
			}
			size, _ := v.Float64()
			row.Sizes = append(row.Sizes, size)
			row.Notes = append(row.Notes, fmt.Sprintf("%s: %s %s", name, kind.name, b.X.Tell(size)))
			told += fmt.Sprintf(" %s.", row.Notes[len(row.Notes)-1])
			sum.Add(sum, v)
		}
		total, _ := sum.Float64()
		row.Total = b.X.Tell(total)
		b.X.Reach(total)
		b.Rows = append(b.Rows, row)
	}
	b.X.Open()
	b.DropEmpty()
	s.Title = fmt.Sprintf("what training holds of %s, by kind", strings.Join(p.Names, ", "))
	s.Description = s.Title + "." + told
	b.Add(s)
	return s, nil
}

// stackPoints is at how many values of a symbol parts are priced: a peak has no closed form.
const stackPoints = 40

func (p *MemoryPlot) stacks() (*picture.Scene, error) {
	var charts []picture.Chart
	told := ""
	for _, f := range p.Over {
		chart, err := p.stack(f)
		if err != nil {
			return nil, err
		}
		charts = append(charts, chart)
		told += " " + f.Name + "." + chart.Tell()
	}
	title := fmt.Sprintf("what training holds of %s over %s, by kind", strings.Join(p.Names, ", "), p.Symbol)
	return frames(title, fmt.Sprintf("%s from %s to %s.%s", title, p.Within.From, p.Within.To, told), charts), nil
}

// stack is the frame of a network. Values of the symbol for which it is none are left out.
func (p *MemoryPlot) stack(f *decide.Family) (picture.Chart, error) {
	c := picture.Chart{
		Title: f.Name + ": what training holds", Y: costScale(cost.ParamBytes, false),
		X: picture.Scale{From: float(p.Within.From), To: float(p.Within.To), Whole: true, Title: p.Symbol, Tell: picture.Plain},
	}
	for _, k := range memoryKinds() {
		c.Parts = append(c.Parts, picture.Part{Name: k.name})
	}
	var failed error
	for _, n := range spread(p.Within, stackPoints, false) {
		heights, err := heightsAt(f, n)
		if err != nil {
			failed = err
			continue
		}
		sum := 0.0
		for k, h := range heights {
			c.Parts[k].Heights = append(c.Parts[k].Heights, h)
			sum += h
		}
		c.At = append(c.At, float(n))
		c.Y.Reach(sum)
	}
	if len(c.At) == 0 {
		return c, failed
	}
	for k := range c.Parts {
		c.Parts[k].Role = picture.PartRoles()[k]
	}
	c.Parts = slices.DeleteFunc(c.Parts, func(p picture.Part) bool { return slices.Max(p.Heights) == 0 })
	c.Y.Open()
	if c.X.To == c.X.From {
		c.X.To++
	}
	return c, nil
}

func heightsAt(f *decide.Family, n *big.Int) ([]float64, error) {
	var out []float64
	for _, kind := range memoryKinds() {
		v, err := kind.of(func(q cost.Quantity) (*big.Rat, error) { return f.Value(q, n) })
		if err != nil {
			return nil, err
		}
		h, _ := v.Float64()
		if math.IsInf(h, 0) {
			return nil, fmt.Errorf("%s of %s at %s = %s is too large to be drawn", kind.name, f.Name, f.Symbol, n)
		}
		out = append(out, h)
	}
	return out, nil
}

// rational is the number that an expression is.
func rational(e symbolic.Expr) (*big.Rat, error) {
	if err := e.Err(); err != nil {
		return nil, err
	}
	r, ok := e.Rational()
	if !ok {
		return nil, fmt.Errorf("%s is no number", e.Text())
	}
	return r, nil
}

// float64Of is about the number that an expression is; 0 where it is none.
func float64Of(e symbolic.Expr) float64 {
	r, err := rational(e)
	if err != nil {
		return 0
	}
	f, _ := r.Float64()
	return f
}
