package decide

import (
	"math/big"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Course is how a cost goes as the symbol of a family grows.
type Course string

// The courses.
const (
	Rises      Course = "rises"
	NeverFalls Course = "never falls"
	Falls      Course = "falls"
	NeverRises Course = "never rises"
	Stays      Course = "stays the same"
	Varies     Course = "rises and falls"
)

// Trend is the course of a cost, and how it is known.
type Trend struct {
	Course Course
	// Step is what so many more add, where the cost has a formula: the course is that of its signs over all values.
	Step *symbolic.Expr
	By   *big.Int // 1, or the distance of values where not every whole number makes a network
	// Alike says that the layers are the same at every value and that no tensor shrinks, so that no sum of tensors and no maximum
	// of such sums does.
	Alike bool
	// Priced is how many values were priced, where that is all that is known: the course is that of their costs.
	Priced int
}

// courseOf is the course of what has differences of these signs.
func courseOf(signs []int) Course {
	up, down, flat := slices.Contains(signs, 1), slices.Contains(signs, -1), slices.Contains(signs, 0)
	switch {
	case up && down:
		return Varies
	case up && flat:
		return NeverFalls
	case up:
		return Rises
	case down && flat:
		return NeverRises
	case down:
		return Falls
	}
	return Stays
}

// formTrend is the trend of a closed formula.
func (f *Family) formTrend(form *Form) (Trend, error) {
	step, by := f.difference(form.Expr), f.stride()
	course, err := f.course(step, form.From)
	return Trend{Course: course, Step: &step, By: by}, err
}

// stride is the distance of the first two values, by which all others follow each other where counts must be whole.
func (f *Family) stride() *big.Int {
	next, err := f.Next(f.first)
	if err != nil {
		return big.NewInt(1)
	}
	return next.Sub(next, f.first)
}

// difference is what one stride more adds to an expression.
func (f *Family) difference(e symbolic.Expr) symbolic.Expr {
	next := symbolic.Symbol(f.Symbol).Add(symbolic.BigInt(f.stride()))
	return e.Substitute(symbolic.Bindings{f.Symbol: next}).Sub(e)
}

// course is how an expression with this difference goes from a number on.
func (f *Family) course(difference symbolic.Expr, from *big.Int) (Course, error) {
	signs, err := difference.SignSet(f.Symbol, from)
	return courseOf(signs), err
}

// alike reports whether the networks of a family have the same layers, none of whose tensors shrinks as the symbol grows. Then
// the most bytes that are there at once do not shrink either: they are the largest of sums of the same tensors.
func (f *Family) alike() bool {
	if f.ofBatch {
		return true
	}
	t, err := f.subject.Resolve(trace.Options{Free: []string{f.Symbol}, Unroll: true})
	if err != nil {
		return false // the number of iterations follows the symbol
	}
	seen := map[string]bool{}
	shrinks := func(v *trace.Value) bool {
		e := v.Shape.AllElements()
		if key := e.ASCII(); !seen[key] {
			seen[key] = true
			course, err := f.course(f.difference(e), f.first)
			return err != nil || course != Rises && course != NeverFalls && course != Stays
		}
		return false
	}
	return !shrinks(t.Input) && !slices.ContainsFunc(t.Operations(), func(op *trace.Operation) bool { return shrinks(op.Output) })
}
