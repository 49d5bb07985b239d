package command_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/command"
)

// run is what a command prints, which must succeed.
func run(t *testing.T, line string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := command.Run(strings.Fields(line), strings.NewReader(""), &stdout, &stderr)
	require.Zero(t, code, "skipcost %s: %s", line, stderr.String())
	return stdout.String()
}

// TestTablesFit: no line of any table is wider than there is room, whatever the command and the network.
func TestTablesFit(t *testing.T) {
	lines := []string{"calc", "calc --depth 1000000000 --width 4096", "calc --depth 1000000000000000000000000000000 --norm --bias", "formula", "zoo", "explain", "zoo --wide"}
	for _, r := range cost.Rules() {
		lines = append(lines, "explain "+r.Kinds[0])
	}
	entries, err := zoo.Entries()
	require.NoError(t, err)
	for k, e := range entries {
		if k%12 > 0 || testing.Short() && k%72 > 0 {
			continue
		}
		lines = append(lines, "formula "+e.Name, "calc --layers "+e.Name, "calc --peak --device 312T,1555G "+e.Name+" resnet50")
	}
	names := []string{"unet", "densenet-bc-40-12", "../../testdata/onnx/unet_scales.onnx", "resnet18", "shufflenet_v2_x0_5", "googlenet", "vgg16", "add", "concat"}
	if testing.Short() {
		names = names[:3]
	}
	for _, name := range names {
		lines = append(lines, "skips "+name, "swap --to concat --layers "+name, "swap --to none --layers --columns params,macs,flops,traffic_bytes "+name)
	}
	lines = append(lines, "calc --layers --columns "+strings.Join(quantities(), ",")+" resnet18 cifar-resnet20",
		"solve concat densenet --for L --budget params=1M,training_total_bytes=8MiB", "cross densenet concat --over L", "marginal densenet-bc", "diff resnet18 concat")
	for k, width := range []int{100, 20} {
		for j, line := range lines {
			if testing.Short() && j%2 != k { // half of them in each width
				continue
			}
			for text := range strings.Lines(run(t, fmt.Sprintf("%s --table-width %d", line, width))) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(text, "\n")); n > width {
					t.Errorf("skipcost %s: a line of %d columns in %d: %s", line, n, width, text)
					break
				}
			}
		}
	}
}

func quantities() []string {
	var out []string
	for _, q := range cost.Quantities() {
		out = append(out, q.String())
	}
	return out
}

// TestWidthOfTables: beside names --width is that of tables, in calc of schemes the units of a layer.
func TestWidthOfTables(t *testing.T) {
	assert.Equal(t, run(t, "calc resnet50 --width 40"), run(t, "calc resnet50 --table-width 40"))
	assert.Contains(t, run(t, "calc --width 40 --scheme add"), " 14,400 ")
	assert.Equal(t, run(t, "skips unet --width 100"), run(t, "skips unet"))
	assert.NotEqual(t, run(t, "skips unet --width 0"), run(t, "skips unet"))
	assert.Equal(t, run(t, "skips unet --width 0 --wide"), run(t, "skips unet --wide"))
}
