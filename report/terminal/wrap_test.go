package terminal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWrapFormula(t *testing.T) {
	const formula = "N·(2^(L−1) − 1 + N·(4^(L−1) − 1)/3) + k·n·(5·k + 2) − 7"
	for width, want := range map[int][]string{
		100: {formula},
		40:  {"N·(2^(L−1) − 1 + N·(4^(L−1) − 1)/3)", "   + k·n·(5·k + 2) − 7"},
		20:  {"N·(2^(L−1) − 1", "   + N·(4^(L−1)", "   − 1)/3)", "   + k·n·(5·k + 2)", "   − 7"},
	} {
		lines := wrapFormula(formula, width)
		assert.Equal(t, strings.ReplaceAll(formula, " ", ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
		for k := range want {
			want[k] = strings.Replace(want[k], "   ", "  ", 1)
		}
		assert.Equal(t, want, lines, width)
	}
}

func TestWrapProse(t *testing.T) {
	assert.Equal(t, []string{"one two", "  three", "  fourfi", "  vesix"}, wrapProse("one two three fourfivesix", 8, "  "))
	assert.Equal(t, []string{""}, wrapProse("", 8, "  "))
	assert.Equal(t, "one two\n    three\n  four\n    five", Prose("one two three\n  four five", 10))
	assert.Equal(t, "one two three\n", Prose("one two three\n", 0))
	assert.Equal(t, []string{"−training_", "saved_", "bytes"}, wrapHead("−training_saved_bytes", 10))
}

func TestShortened(t *testing.T) {
	for width, want := range map[int]string{20: "layer1.block.conv", 17: "layer1.block.conv", 9: "laye….conv"[0:4] + "…conv", 2: "…v", 1: "…"} {
		assert.Equal(t, want, shortened("layer1.block.conv", width))
	}
	assert.Equal(t, 7, columns(shortened("層層層層層層層層", 8)), "wide characters")
}
