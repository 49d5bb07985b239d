package arch

import "slices"

// Condition compares two numbers.
type Condition struct {
	Left, Right Expression
	Compare     Comparison
	Pos         Pos
}

// Comparison is the sign between the two numbers of a condition.
type Comparison string

// The comparisons.
const (
	Equals     Comparison = "=="
	Differs    Comparison = "!="
	IsAtMost   Comparison = "<="
	IsAtLeast  Comparison = ">="
	IsLessThan Comparison = "<"
	IsMoreThan Comparison = ">"
)

// Comparisons lists them, longer signs first, so that <= is found before <.
func Comparisons() []Comparison {
	return []Comparison{Equals, Differs, IsAtMost, IsAtLeast, IsLessThan, IsMoreThan}
}

// signs of left − right for which a comparison holds.
func (c Comparison) signs() []int {
	switch c {
	case Equals:
		return []int{0}
	case Differs:
		return []int{-1, 1}
	case IsAtMost:
		return []int{-1, 0}
	case IsAtLeast:
		return []int{0, 1}
	case IsLessThan:
		return []int{-1}
	}
	return []int{1}
}

// Decided reports whether a comparison holds for every sign that left − right may have, or for none of them.
func (c Comparison) Decided(possible []int) (holds, known bool) {
	yes, no := 0, 0
	for _, sign := range possible {
		if slices.Contains(c.signs(), sign) {
			yes++
		} else {
			no++
		}
	}
	return no == 0, yes == 0 || no == 0
}

// expressions are the two numbers.
func (c Condition) expressions() []Expression { return []Expression{c.Left, c.Right} }

// mapped is the condition with f applied to its numbers.
func (c Condition) mapped(f func(Expression) Expression) Condition {
	c.Left, c.Right = f(c.Left), f(c.Right)
	return c
}

// ASCII writes a condition as it is read.
func (c Condition) ASCII() string {
	return c.Left.ASCII() + " " + string(c.Compare) + " " + c.Right.ASCII()
}
