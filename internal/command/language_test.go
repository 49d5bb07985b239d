package command_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

var (
	linksRow = regexp.MustCompile("^\\| `(once|log2|harmonic|{window: 2})` \\| \\S+ \\|.*\\|.*\\|.*\\|.*\\|$")
	movesRow = regexp.MustCompile("^\\| `(.*)` \\| 4×6×6 \\| .* \\|$")
)

// TestLanguage runs every example on the page of the language and compares what the page says of it; -update writes it.
func TestLanguage(t *testing.T) {
	lines := strings.SplitAfter(spec.Language(), "\n")
	examples := 0
	for k, line := range lines {
		text := strings.TrimSuffix(line, "\n")
		if line == "```yaml\n" {
			end := k + 1
			for lines[end] != "```\n" {
				end++
			}
			lines[k+1] = "# " + outcome(t, strings.Join(lines[k+1:end], "")) + "\n"
			examples++
		} else if m := movesRow.FindStringSubmatch(text); m != nil {
			lines[k] = fmt.Sprintf("| `%s` | 4×6×6 | %s |\n", m[1], comesOut(t, "name: x\ninput: [4, 6, 6]\nsteps:\n  - "+m[1]+"\n"))
			examples++
		} else if m := linksRow.FindStringSubmatch(text); m != nil {
			lines[k] = "| `" + m[1] + "` |"
			for _, gather := range []string{"all", "layers", "odd", "next", "last"} {
				lines[k] += " " + comesOut(t, fmt.Sprintf(
					"name: x\ninput: [8]\nsteps:\n  - repeat: {times: 4, links: %s, gather: %s, steps: [linear: 4]}\n", m[1], gather)) + " |"
			}
			lines[k] += "\n"
			examples++
		}
	}
	got := strings.Join(lines, "")
	if *update {
		require.NoError(t, os.WriteFile("../../arch/spec/LANGUAGE.md", []byte(got), 0o644))
		return
	}
	assert.Equal(t, got, spec.Language())
	assert.Greater(t, examples, 25)
}

func priced(t *testing.T, file string) *cost.Summary {
	t.Helper()
	n, err := spec.Parse("net.yaml", []byte(file))
	require.NoError(t, err, file)
	m, err := cost.Summarize(cost.Subject{Name: "net.yaml", Network: n}, cost.Options{Quantities: []cost.Quantity{cost.Params}})
	require.NoError(t, err, file)
	return m
}

func comesOut(t *testing.T, file string) string {
	t.Helper()
	return shapeOf(priced(t, file).Trace.Output)
}

func shapeOf(v *trace.Value) string { return v.Shape.Text() }

// outcome is what goes into a network, what comes out, and its parameters.
func outcome(t *testing.T, file string) string {
	t.Helper()
	m := priced(t, file)
	n, ok := m.Total.Of(cost.Params).Integer()
	require.True(t, ok)
	return fmt.Sprintf("%s → %s, %s parameters", shapeOf(m.Trace.Input), shapeOf(m.Trace.Output), report.Thousands(n))
}

// TestFamiliesInFewLines: networks that papers need a table and a figure for are less than 30 lines each, of words that are on the page of
// the language or of the file itself.
func TestFamiliesInFewLines(t *testing.T) {
	page := spec.Language()
	_, dla, found := strings.Cut(page, "name: dla34\n")
	require.True(t, found)
	dla, _, _ = strings.Cut(dla, "```")
	for name, one := range map[string]struct{ file, outcome string }{
		"DLA-34":          {"name: dla34\n" + dla, "3×224×224 → 1000, 15,742,104 parameters"},
		"EfficientNet-B3": {efficientNet, "3×300×300 → 1000, 12,233,232 parameters"},
	} {
		assert.Less(t, strings.Count(one.file, "\n"), 30, name)
		assert.Equal(t, one.outcome, outcome(t, one.file), name)
		n, err := spec.Parse("net.yaml", []byte(one.file))
		require.NoError(t, err, name)
		own := []string{n.Name}
		for _, s := range n.Symbols {
			own = append(own, s.Name)
		}
		for _, b := range n.Blocks {
			own = append(own, b.Name)
			for _, p := range b.Parameters {
				own = append(own, p.Name)
			}
		}
		for _, word := range regexp.MustCompile(`\b[a-z_]+[a-z_0-9]*`).FindAllString(one.file, -1) {
			assert.True(t, slices.Contains(own, word) || regexp.MustCompile(`\b`+word+`\b`).MatchString(page), "%s: %s", name, word)
		}
	}
}

// efficientNet is Table 1 of Tan & Le 2019, arXiv:1905.11946, 1.2 times as wide and 1.4 times as deep.
const efficientNet = `name: efficientnet_b3
symbols: {w: 1.2, h: 1.4}
input: [3, 300, 300]
blocks:
  unit(out, kernel=1, stride=1, groups=1): [conv: {out: out, kernel: kernel, stride: stride, groups: groups}, batchnorm]
  excite(r): [multiply: [identity, [global_avgpool, linear: {out: c/r, bias: true}, silu, linear: {out: r*c, bias: true}, sigmoid]]]
  inverted(t, kernel, out, stride=1):
    - {if: t > 1, then: [unit: {out: t*c}, silu]}
    - [unit: {out: c, kernel: kernel, stride: stride, groups: c}, silu, excite: 4*t, unit: {out: out}]
  stage(out, n, t=6, kernel=3, stride=1):
    - inverted: {t: t, kernel: kernel, out: "multiple(w*out, 8)", stride: stride}
    - repeat: {times: ceil(h*n) - 1, steps: [add: [identity, [inverted: {t: t, kernel: kernel, out: c}]]]}
steps:
  - [unit: {out: "multiple(32*w, 8)", kernel: 3, stride: 2}, silu]
  - [stage: {t: 1, out: 16, n: 1}, stage: {out: 24, n: 2, stride: 2}, stage: {kernel: 5, out: 40, n: 2, stride: 2}]
  - [stage: {out: 80, n: 3, stride: 2}, stage: {kernel: 5, out: 112, n: 3}]
  - [stage: {kernel: 5, out: 192, n: 4, stride: 2}, stage: {out: 320, n: 1}]
  - [unit: {out: 4*c}, silu, global_avgpool, linear: {out: 1000, bias: true}]
`
