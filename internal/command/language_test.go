package command_test

import (
	"fmt"
	"os"
	"regexp"
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
