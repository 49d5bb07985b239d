package spec

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
)

// hostile texts are as large as is read, or a part of that, and made to be slow, deep or odd.
func hostile(part int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, MaxBytes/part/len(s)) }
	many := func(s string, n int) string { return strings.Repeat(s, n/part) }
	lines := func(format string, n int) string {
		var b strings.Builder
		for k := range n / part {
			fmt.Fprintf(&b, format, k)
		}
		return b.String()
	}
	var stairs strings.Builder
	for k := 0; stairs.Len() < MaxBytes/part-3000; k++ {
		stairs.WriteString(strings.Repeat(" ", k) + "a:\n")
	}
	const frame = "name: x\ninput: [3]\nsteps: "
	return map[string]string{
		"brackets": fill("["), "braces": fill("{"), "pairs": fill("{a: "), "dashes": fill("- "), "questions": fill("? "),
		"closing": fill("]"), "empty lists": fill("[]"), "commas": fill(","), "colons": fill(": "), "quotes": fill(`"`),
		"single quotes": fill("'"), "hashes": fill("#"), "spaces": fill(" "), "tabs": fill("\t"), "lines": fill("\n"),
		"returns": fill("\r"), "documents": fill("---\n"), "anchors": fill("&a "), "tags": fill("!a "), "aliases": fill("*a "),
		"literals": fill("a: |\n"), "word": fill("a"), "words": fill("a "), "zeros": fill("\x00"), "bad": fill("\xff"),
		"pipes": fill("|"), "bars": fill(">\n"), "percent": fill("%"), "at": fill("@"), "escapes": `"` + fill(`\n`) + `"`,
		"stairs": stairs.String(), "null values": fill("a:\n"), "null items": fill("-\n"),
		"keys": lines("k%d: 1\n", 12000), "flow keys": "{" + lines("k%d, ", 24000) + "}",
		"symbols": "symbols:\n" + lines("  k%d: 1\n", 12000), "many symbols": "symbols:\n" + lines("  k%d: k1\n", MaxNames) + frame + "[" + lines("linear: k%d, ", 12000) + "]",
		"blocks": frame + "[b1]\nblocks:\n" + lines("  b%d: b1\n", 12000), "parameters": "blocks:\n  b(" + lines("k%d=1, ", 12000) + "): a\n",
		"many parameters": "blocks:\n" + lines("  b%d("+strings.Repeat("a, ", 300)+"): a\n", 900),
		"steps":           frame + "[" + many("linear: c, ", 12000) + "]",
		"powers":          frame + "[" + many("linear: (c + 1)^99, ", 10000) + "]",
		"sums":            "symbols: {N: 3, M: 3}\n" + frame + "[" + many("linear: (c + N + M)^32, ", 20000) + "]",
		"towers":          frame + "[" + many("linear: 2^2^2^2^2^2, ", 10000) + "]",
		"deep":            frame + strings.Repeat("[", MaxDepth-3) + "relu" + strings.Repeat("]", MaxDepth-3),
		"deep repeat":     frame + strings.Repeat("[", 90) + many("relu, ", 20000) + strings.Repeat("]", 90),
		"long keys":       strings.Repeat("{"+strings.Repeat("a", 9000)+": ", 90) + lines("b%d, ", 20000),
		"chain":           frame + "[b0]\nblocks:\n" + lines("  b%d: [relu]\n", MaxNames),
	}
}

// TestHostile checks that nothing takes long or ends in anything but a network or *arch.Problems of bounded length.
func TestHostile(t *testing.T) {
	parts := []int{10, 1} // what is too large may hide what is slow
	if testing.Short() {
		parts = []int{25}
	}
	for _, part := range parts {
		for name, text := range hostile(part) {
			t.Run(fmt.Sprintf("%s/%d", name, part), func(t *testing.T) { refused(t, text) })
		}
	}
}

// refused reads a text, which must not take long.
func refused(t *testing.T, text string) {
	start := time.Now()
	n, err := Parse("hostile.yaml", []byte(text))
	assert.Less(t, time.Since(start), 20*time.Second)
	if err == nil {
		require.NotNil(t, n)
		return
	}
	var problems *arch.Problems
	require.ErrorAs(t, err, &problems)
	assert.LessOrEqual(t, len(problems.List), arch.MaxProblems)
	assert.Less(t, len(err.Error()), 100_000)
}

// TestWrittenOut reads a network of 10,000 layers without a repeat, in both ways to write maps.
func TestWrittenOut(t *testing.T) {
	layers := 10_000
	if testing.Short() {
		layers = 1_000
	}
	for name, layer := range map[string]string{
		"flow":  "  - conv: {out: 64, kernel: 3, stride: 1, dilation: 1, padding: 1, groups: 1, bias: true}\n",
		"block": "  - conv:\n      out: 64\n      kernel: 3\n      stride: 1\n      padding: 1\n      groups: 1\n      bias: true\n",
	} {
		t.Run(name, func(t *testing.T) {
			n, err := Parse("f", []byte("name: x\ninput: [64, 8, 8]\nsteps:\n"+strings.Repeat(layer, layers)))
			require.NoError(t, err)
			assert.Len(t, n.Steps, layers)
		})
	}
}

func TestLimits(t *testing.T) {
	const frame = "name: x\ninput: [3]\nsteps: "
	for _, test := range []struct{ name, text, want string }{
		{"size", strings.Repeat("#", MaxBytes+1), "f: too large for a network description: more than 2048 KiB"},
		{"binary", "\x08\x07\x12\x00onnx", "f: not a text file\n  hint: a network description is YAML in UTF-8; models of frameworks are exported to ONNX, in files that end in .onnx"},
		{"encoding", "name: \xe9\n", "f: not a text file\n  hint: a network description is YAML in UTF-8; models of frameworks are exported to ONNX, in files that end in .onnx"},
		{"control", "name: a\x01b\n", "f:1:7: character U+0001 is not allowed\n  name: a\ufffdb\n        ^"},
		{"depth", frame + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), "f:3:106: lists and maps nest more than 100 deep\n  " +
			strings.Repeat("[", 62) + strings.Repeat("]", 58) + "\n  " + strings.Repeat(" ", 60) + "^"},
		{"tokens", strings.Repeat("- a\n", MaxTokens/2+1), "f:250001:1: more than 500000 words and marks\n  - a\n  ^\n  hint: a block or a repeat says it once"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("f", []byte(test.text))
			assert.EqualError(t, err, test.want)
		})
	}
	_, err := Read(io.LimitReader(endless{}, 1<<40), "f")
	assert.EqualError(t, err, "f: too large for a network description: more than 2048 KiB")
}

// endless is a reader without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte("a"), len(p)))
	return len(p), nil
}
