package picture

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// luminance is how bright a colour is, from 0 to 1 (WCAG 2.1, relative luminance).
func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrast is that of two colours, from 1 to 21.
func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// TestTextsStandOut: WCAG 2.1 asks for 4.5 of texts and 3 of what has to be seen.
func TestTextsStandOut(t *testing.T) {
	paper := looks[Paper]
	for _, role := range append(SeriesRoles(), Label, Quiet, Budget, Trunk, Add, Concat) {
		assert.GreaterOrEqual(t, contrast(looks[role].light, paper.light), 4.5, looks[role].name)
		assert.GreaterOrEqual(t, contrast(looks[role].dark, paper.dark), 4.5, looks[role].name)
	}
	for _, role := range []Role{Faint, Beside} {
		assert.GreaterOrEqual(t, contrast(looks[role].light, paper.light), 3.0, looks[role].name)
		assert.GreaterOrEqual(t, contrast(looks[role].dark, paper.dark), 3.0, looks[role].name)
	}
}

// TestNothingIsToldByColourAlone: curves differ in their dashes, and each part of a stack is lighter or darker than the next.
func TestNothingIsToldByColourAlone(t *testing.T) {
	dashes := map[string]string{}
	for _, role := range SeriesRoles() {
		key := fmt.Sprint(looks[role].dash)
		assert.Empty(t, dashes[key], "%s is dashed like %s", looks[role].name, dashes[key])
		dashes[key] = looks[role].name
	}
	parts := PartRoles()
	for k, role := range parts[1:] {
		before := looks[parts[k]]
		assert.GreaterOrEqual(t, contrast(before.light, looks[role].light), 1.3, "%s and %s", before.name, looks[role].name)
		assert.GreaterOrEqual(t, contrast(before.dark, looks[role].dark), 1.3, "%s and %s", before.name, looks[role].name)
		assert.Greater(t, luminance(looks[role].light), luminance(before.light))
		assert.Less(t, luminance(looks[role].dark), luminance(before.dark))
	}
}
