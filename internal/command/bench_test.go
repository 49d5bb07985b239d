package command_test

import (
	"bytes"
	"strings"
	"testing"

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
	} {
		b.Run(strings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
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
