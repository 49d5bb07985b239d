package command_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/internal/command"
)

// BenchmarkRun is the work of whole commands, without the start of a process.
func BenchmarkRun(b *testing.B) {
	for _, line := range []string{
		"calc --depth 10 --width 100",
		"calc --scheme concat --depth 10",
		"calc --scheme concat --depth 1000000000",
		"calc resnet50",
		"formula densenet-bc",
		"zoo",
		"flow",
		"flow resnet50",
		"solve add concat densenet --for L --budget params=1M,training_total_bytes=8GiB",
		"solve resnet50 --for S --budget inference_peak_bytes=16MiB",
		"cross resnet50 densenet121 --over S",
		"marginal densenet-bc --for L,k",
		"diff resnet50 densenet121",
		"match resnet50 --macs 4.11G",
		"match densenet121 --macs 2.87G",
		"draw densenet121 --format svg",
		"calc " + wholeZoo(b),
	} {
		b.Run(strings.ReplaceAll(line[:min(len(line), 50)], " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var stdout, stderr bytes.Buffer
				if code := command.Run(strings.Fields(line), strings.NewReader(""), &stdout, &stderr); code != 0 {
					b.Fatal(stderr.String())
				}
			}
		})
	}
}

// wholeZoo names every network that is shipped.
func wholeZoo(b *testing.B) string {
	entries, err := zoo.Entries()
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}
