package onnx

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost"
)

// TestAngles: numbers that say where a position is are not learned, in the ways in which exporters write rotary and sinusoidal
// positions; a layer with a sine behind it is, and so is what mixes a tensor with one shifted.
func TestAngles(t *testing.T) {
	const note = "not learned, but sines and cosines of positions, or frequencies of these: "
	x, y := in("x", 2, 3, 8), output("y")
	tables := []any{weights("c", 3, 8), weights("s", 3, 8)}
	halves := []any{shape("start", 0), shape("middle", 4), shape("end", 8), shape("last", 2),
		do("Slice", "x start middle last", "a"), do("Slice", "x middle end last", "b")}
	turned := slices.Concat(halves, []any{do("Neg", "b", "n"), do("Concat", "n a", "r", number("axis", 2)), do("Mul", "x c", "p"), do("Mul", "r s", "q"), do("Add", "p q", "y")})
	narrow := []any{weights("c", 3, 4), weights("s", 3, 4)}
	split := slices.Concat(halves, []any{do("Mul", "a c", "p"), do("Mul", "b s", "q"), do("Sub", "p q", "u"), do("Mul", "b c", "v"), do("Mul", "a s", "w"), do("Add", "v w", "z"),
		do("Concat", "u z", "y", number("axis", 2))})
	for _, c := range []struct {
		name  string
		parts []any
		want  int64
		notes []string
	}{
		{"one half turned against the other", slices.Concat([]any{x, y}, tables, turned), 0, []string{note + "c, s"}},
		{"tables looked up", slices.Concat([]any{x, y, weights("cos", 20, 8), weights("sin", 20, 8), in("at", 3), do("Gather", "cos at", "c"), do("Gather", "sin at", "s")}, turned), 0,
			[]string{note + "cos, sin"}},
		{"two halves apart", slices.Concat([]any{x, y}, narrow, split), 0, []string{note + "c, s"}},
		{"tables in Constant nodes", slices.Concat([]any{x, y, constant(weights("c", 3, 8)), constant(weights("s", 3, 8))}, turned), 0, []string{note + "c, s"}},
		{"frequencies of a time", []any{in("x", 2, 1), y, weights("f", 4), weights("m", 8, 8), do("Mul", "x f", "a"), do("Sin", "a", "s"), do("Cos", "a", "c"), do("Concat", "s c", "e", number("axis", 1)),
			do("MatMul", "e m", "y")}, 64, []string{note + "f"}},
		{"frequencies of positions", []any{in("x", 2, 1, 3), y, weights("f", 1, 4, 1), do("MatMul", "f x", "a"), do("Transpose", "a", "b", list("perm", 0, 2, 1)), do("Concat", "b b", "e", number("axis", 2)),
			do("Sin", "e", "s"), do("Cos", "e", "c"), do("Mul", "s c", "y")}, 0, []string{note + "f"}},

		{"a layer with a sine", []any{x, y, weights("w", 8, 8), do("MatMul", "x w", "a"), do("Sin", "a", "y")}, 64, nil},
		{"a tensor and the same one mixed", slices.Concat([]any{x, y}, tables, []any{do("Mul", "x c", "p"), do("Mul", "x s", "q"), do("Add", "p q", "y")}), 48, nil},
		{"a tensor and another one turned", slices.Concat([]any{x, y, in("z", 2, 3, 8)}, tables, []any{do("Neg", "z", "n"), do("Mul", "x c", "p"), do("Mul", "n s", "q"), do("Add", "p q", "y")}), 48, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := translated(c.parts...)
			require.NoError(t, err)
			assert.Equal(t, c.want, amount(t, n, cost.Params))
			assert.Equal(t, c.notes, n.Notes)
		})
	}
}
