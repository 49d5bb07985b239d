package figure

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
)

// Memory draws the memory of training by kind: for several networks side by side, or against a symbol with a frame for each
// network.
type Memory struct {
	Names  []string
	Costs  []cost.Costs // of the networks, in MemoryCosts
	Over   []*decide.Family
	Symbol string
	Within decide.Interval // both ends are given
}

// memoryKinds are the names of the parts of the memory of training, from the bottom up. The workspace is everything in the
// model of a training step at its peak beyond saved tensors and gradients of parameters.
func memoryKinds() []string {
	return []string{"weights", "gradients", "optimizer", "saved", "workspace " + report.Modelled}
}

// memoryParts are the sizes of the parts. Where only the peak of a training step is not known, open is the reason, and the
// workspace is left out.
func memoryParts(get func(cost.Quantity) (*big.Rat, error)) (parts []*big.Rat, open, err error) {
	for _, q := range []cost.Quantity{cost.ParamBytes, cost.GradientBytes, cost.OptimizerBytes, cost.TrainingSavedBytes} {
		v, err := get(q)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, v)
	}
	peak, open := get(cost.TrainingPeakBytes)
	if open != nil {
		return parts, open, nil
	}
	rest := new(big.Rat).Sub(peak, new(big.Rat).Add(parts[1], parts[3]))
	if rest.Sign() < 0 {
		rest.SetInt64(0)
	}
	return append(parts, rest), nil, nil
}

// withoutWorkspace is the note of a plot without workspace.
func withoutWorkspace(open error) string {
	return picture.Fit("without workspace: "+report.FirstLine(open), 11, 440)
}

// MemoryCosts are the costs that the parts are made of.
func MemoryCosts() []cost.Quantity {
	return []cost.Quantity{cost.ParamBytes, cost.GradientBytes, cost.OptimizerBytes, cost.TrainingSavedBytes, cost.TrainingPeakBytes}
}

// Scene lays the plot out. The error says which part of which network is not known.
func (p *Memory) Scene() (*picture.Scene, error) {
	if len(p.Over) > 0 {
		return p.stacks()
	}
	return p.bars()
}

func (p *Memory) bars() (*picture.Scene, error) {
	s := &picture.Scene{Width: plotWidth, Height: 104 + 40*float64(len(p.Names))}
	b := picture.Bars{
		Min: picture.Point{X: 150, Y: 62}, Max: picture.Point{X: plotWidth - 100, Y: 62 + 40*float64(len(p.Names))},
		X: picture.Scale{Binary: true, Tell: teller(cost.ParamBytes)}, Title: "what training holds, by kind",
	}
	b.Names = memoryKinds()
	for n, name := range p.Names {
		parts, open, err := memoryParts(func(q cost.Quantity) (*big.Rat, error) { return rational(p.Costs[n].Of(q)) })
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if open != nil {
			b.Names, b.Note = b.Names[:len(parts)], withoutWorkspace(open)
		}
		row := picture.Bar{Name: name}
		for _, part := range parts {
			size, _ := part.Float64()
			row.Sizes = append(row.Sizes, size)
		}
		b.Rows = append(b.Rows, row)
	}
	told := ""
	for n := range b.Rows {
		row, total := &b.Rows[n], 0.0
		row.Sizes = row.Sizes[:len(b.Names)] // of all networks the same parts
		for k, size := range row.Sizes {
			row.Notes = append(row.Notes, fmt.Sprintf("%s: %s %s", row.Name, b.Names[k], b.X.Tell(size)))
			told += " " + row.Notes[k] + "."
			total += size
		}
		row.Total = b.X.Tell(total)
		b.X.Reach(total)
	}
	if b.Note != "" {
		told += " " + b.Note + "."
	}
	b.X.Open()
	b.DropEmpty()
	s.Title = fmt.Sprintf("what training holds of %s, by kind", strings.Join(p.Names, ", "))
	s.Description = s.Title + "." + told
	b.Add(s)
	return s, nil
}

// stackPoints is the number of values of a symbol at which parts are priced, one by one, as a peak has no closed form.
const stackPoints = 40

func (p *Memory) stacks() (*picture.Scene, error) {
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
func (p *Memory) stack(f *decide.Family) (picture.Chart, error) {
	c := picture.Chart{
		Title: f.Name + ": what training holds", Y: costScale(cost.ParamBytes, false),
		X: picture.Scale{From: float(p.Within.From), To: float(p.Within.To), Whole: true, Title: p.Symbol, Tell: picture.Plain},
	}
	var heights [][]float64 // at each value
	kinds := memoryKinds()
	var failed error
	for _, n := range spread(p.Within, stackPoints, false) {
		parts, open, err := heightsAt(f, n)
		if err != nil {
			failed = err
			continue
		}
		if open != nil {
			kinds, c.Note = memoryKinds()[:len(parts)], withoutWorkspace(open)
		}
		heights = append(heights, parts)
		c.At = append(c.At, float(n))
	}
	if len(c.At) == 0 {
		return c, failed
	}
	for k, kind := range kinds {
		part := picture.Part{Name: kind, Role: picture.PartRoles()[k]}
		for _, at := range heights {
			part.Heights = append(part.Heights, at[k])
		}
		if slices.Max(part.Heights) > 0 {
			c.Parts = append(c.Parts, part)
		}
	}
	for _, at := range heights {
		sum := 0.0
		for _, h := range at[:len(kinds)] {
			sum += h
		}
		c.Y.Reach(sum)
	}
	c.Y.Open()
	if c.X.To == c.X.From {
		c.X.To++
	}
	return c, nil
}

func heightsAt(f *decide.Family, n *big.Int) (heights []float64, open, err error) {
	parts, open, err := memoryParts(func(q cost.Quantity) (*big.Rat, error) { return f.Value(q, n) })
	if err != nil {
		return nil, nil, err
	}
	for k, v := range parts {
		h, _ := v.Float64()
		if math.IsInf(h, 0) {
			return nil, nil, fmt.Errorf("%s of %s at %s = %s is too large to be drawn", memoryKinds()[k], f.Name, f.Symbol, n)
		}
		heights = append(heights, h)
	}
	return heights, open, nil
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
