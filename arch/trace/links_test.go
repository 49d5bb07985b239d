package trace_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// linkedWidths runs n layers of width 1, 10, 100 … under a pattern, so that the width that enters a layer spells what it reads:
// the input counts 1, layer l counts 10^l. The last width is what the repeat puts out.
func linkedWidths(t *testing.T, links string, n int) []string {
	t.Helper()
	network, err := spec.Parse("links.yaml", []byte(fmt.Sprintf(
		"name: links\ninput: [1]\nsteps:\n  - repeat: {times: %d, links: %s, steps: [linear: 10^(i + 1)]}\n  - relu\n", n, links)))
	require.NoError(t, err)
	resolved, err := trace.Resolve(network, trace.Options{Unroll: true})
	require.NoError(t, err)
	var widths []string
	for _, op := range resolved.Operations() {
		if op.Kind.Name != "concat" {
			widths = append(widths, op.Inputs[0].Shape.Width.ASCII())
		}
	}
	return widths
}

func TestLinksReadWhatTheirPapersSay(t *testing.T) {
	// Digits from the right: the input, layer 1, layer 2 …
	assert.Equal(t, []string{"1", "11", "111", "1111", "11111"}, linkedWidths(t, "dense", 4))
	assert.Equal(t, []string{"1", "10", "100", "1000", "11111"}, linkedWidths(t, "once", 4))
	assert.Equal(t, []string{"1", "11", "110", "1101", "11010"}, linkedWidths(t, "log2", 4))
	// Layer 2 reads 1 and 0, layer 4 reads 3, 2 and 0; out come the last and the odd ones.
	assert.Equal(t, []string{"1", "11", "100", "1101", "11010"}, linkedWidths(t, "harmonic", 4))
	assert.Equal(t, []string{"1", "11", "110", "1100", "11000"}, linkedWidths(t, "{window: 2}", 4))
}

// TestLinksByBruteForce rebuilds the edges from the definitions for longer repeats.
func TestLinksByBruteForce(t *testing.T) {
	reads := map[string]func(l, k int) bool{
		"dense": func(int, int) bool { return true },
		"once":  func(l, k int) bool { return k == l-1 },
		"log2":  func(l, k int) bool { d := l - k; return d&(d-1) == 0 },
		"harmonic": func(l, k int) bool {
			d := l - k
			return d&(d-1) == 0 && l%d == 0
		},
		"{window: 3}": func(l, k int) bool { return l-k <= 3 },
	}
	for links, rule := range reads {
		widths := linkedWidths(t, links, 16)
		for l := 1; l <= 16; l++ {
			want := make([]byte, 0, l)
			for k := l - 1; k >= 0; k-- {
				if rule(l, k) {
					want = append(want, '1')
				} else if len(want) > 0 {
					want = append(want, '0')
				}
			}
			assert.Equal(t, string(want), widths[l-1], "%s, layer %d", links, l)
		}
	}
}

func TestLinksRefuse(t *testing.T) {
	for text, message := range map[string]string{
		"repeat: {times: n, links: log2, steps: [linear: 3]}":                 "links need a number of iterations, at most 10000, not n",
		"repeat: {times: 20000, links: log2, steps: [linear: 3]}":             "links need a number of iterations, at most 10000, not 20000",
		"repeat: {times: 4, links: {window: 1 - 1}, steps: [linear: 3]}":      "repeat: window is 0, but must be at least 1",
		"repeat: {times: 4, links: loog2, steps: [linear: 3]}":                `unknown links "loog2", did you mean log2?`,
		"repeat: {times: 4, links: window, steps: [linear: 3]}":               "links need the name of a pattern",
		"repeat: {times: 4, links: dense, steps: [linear: links]}":            `unknown name "links"`,
		"repeat: {times: 4, links: log2, steps: [conv: {out: 3, kernel: 1}]}": "conv needs 1 to 3 spatial extents",
	} {
		network, err := spec.Parse("links.yaml", []byte("name: links\nsymbols: {n: 4}\ninput: [1]\nsteps:\n  - "+text+"\n"))
		if err == nil {
			_, err = trace.Resolve(network, trace.Options{Free: []string{"n"}})
		}
		require.ErrorContains(t, err, message, text)
	}
}
