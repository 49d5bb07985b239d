package sweep

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
)

// MaxPoints is the largest number of points of a grid, and MaxValues that of values of an axis with uneven steps.
const (
	MaxPoints = math.MaxInt64 / 4
	MaxValues = 1_000_000
)

// Over is the axes of a sweep: symbols with their numbers, and options with their words, in the order they were given.
type Over struct {
	Axes    []grid.Axis
	Choices []Words
}

// Words are the values of an option, as in dtype=fp32,bf16.
type Words struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// ParseOver reads ranges with commas between them: L=2:200 and N=16:1024:16 with a step, N=16:1024:*2 with a factor, k=4,12,24 as a
// list. The names among options take words.
func ParseOver(options []string, texts ...string) (Over, error) {
	var out Over
	for _, item := range items(texts) {
		if contains(options, item.Name) {
			out.Choices = append(out.Choices, item)
			continue
		}
		a, err := parseAxis(item)
		if err != nil {
			return Over{}, fmt.Errorf("%s: %w", item.Name, err)
		}
		out.Axes = append(out.Axes, a)
	}
	seen := map[string]bool{}
	for _, item := range items(texts) {
		if item.Name == "" || len(item.Values) == 0 || contains(item.Values, "") {
			return Over{}, fmt.Errorf("a range is a name and its values, as in L=2:200 or k=4,12,24")
		}
		if seen[item.Name] {
			return Over{}, fmt.Errorf("%s has two ranges", item.Name)
		}
		seen[item.Name] = true
	}
	return out, nil
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// items splits texts at their commas; a part without a name belongs to the name before it.
func items(texts []string) []Words {
	var out []Words
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ",") {
			name, value, named := strings.Cut(part, "=")
			switch {
			case named:
				out = append(out, Words{strings.TrimSpace(name), []string{strings.TrimSpace(value)}})
			case len(out) == 0:
				out = append(out, Words{})
			default:
				last := &out[len(out)-1]
				last.Values = append(last.Values, strings.TrimSpace(part))
			}
		}
	}
	return out
}

// parseAxis reads one range, or a list of numbers and ranges.
func parseAxis(w Words) (grid.Axis, error) {
	if len(w.Values) == 1 && strings.Contains(w.Values[0], ":") {
		return parseRange(w.Name, w.Values[0])
	}
	var values []int64
	for _, text := range w.Values {
		if strings.Contains(text, ":") {
			a, err := parseRange(w.Name, text)
			if err != nil {
				return a, err
			}
			if a.Count+int64(len(values)) > MaxValues {
				return a, tooMany()
			}
			for k := range a.Count {
				values = append(values, a.At(k))
			}
			continue
		}
		v, err := number(text)
		if err != nil {
			return grid.Axis{}, err
		}
		values = append(values, v)
	}
	return grid.List(w.Name, values...), nil
}

func tooMany() error { return fmt.Errorf("a list has at most %d values", MaxValues) }

// parseRange reads first:last, first:last:step or first:last:*factor.
func parseRange(name, text string) (grid.Axis, error) {
	parts := strings.Split(text, ":")
	if len(parts) > 3 {
		return grid.Axis{}, fmt.Errorf("%q is not first:last:step", text)
	}
	factor := false
	if len(parts) == 3 {
		parts[2], factor = strings.CutPrefix(strings.TrimSpace(parts[2]), "*")
	}
	ends := []int64{0, 0, 1}
	for k, part := range parts {
		v, err := number(part)
		if err != nil {
			return grid.Axis{}, err
		}
		ends[k] = v
	}
	first, last, step := ends[0], ends[1], ends[2]
	switch {
	case last < first:
		return grid.Axis{}, fmt.Errorf("the range %s is empty: %d is less than %d", text, last, first)
	case factor && (step < 2 || first < 1):
		return grid.Axis{}, fmt.Errorf("a range with a factor begins at 1 or more, and its factor is at least 2")
	case factor:
		var values []int64
		for v := first; v <= last; v *= step {
			values = append(values, v)
			if v > math.MaxInt64/step {
				break
			}
		}
		return grid.List(name, values...), nil
	case step < 1:
		return grid.Axis{}, fmt.Errorf("the step %d is not at least 1", step)
	case last/step-first/step >= MaxPoints:
		return grid.Axis{}, tooManyPoints(new(big.Int).Sub(big.NewInt(last), big.NewInt(first)))
	}
	return grid.Range(name, first, last, step), nil
}

// number is a whole number; expressions of numbers such as 10^6 are numbers.
func number(text string) (int64, error) {
	e, err := symbolic.Parse(strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", text)
	}
	n, ok := e.Int64()
	if !ok || n > MaxPoints || n < -MaxPoints {
		return 0, fmt.Errorf("%q is not a whole number of at most 18 digits", text)
	}
	return n, nil
}

func tooManyPoints(n *big.Int) error {
	return fmt.Errorf("the grid has %s points, and at most %d can be gone through", n, int64(MaxPoints))
}
