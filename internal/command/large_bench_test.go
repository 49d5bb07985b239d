//go:build linux

package command_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// BenchmarkLarge runs whole processes on 100,000 layers, and reports how much memory they take at most.
func BenchmarkLarge(b *testing.B) {
	folder := b.TempDir()
	graph := filepath.Join(folder, "large.onnx")
	if err := os.WriteFile(graph, wiretest.Residual(33_334), 0o600); err != nil {
		b.Fatal(err)
	}
	layers := repeated(b, folder, "layers", 50_000, "linear: 8, relu")
	growing := repeated(b, folder, "growing", 100_000, "linear: c + 1")
	for _, run := range []struct{ name, line string }{
		{"graph", "calc " + graph},
		{"graph-rows", "calc --layers --format csv " + graph},
		{"repeat-rows", "calc --layers --format csv " + layers},
		{"table-rows", "calc --layers " + growing},
		{"json-rows", "calc --layers --format json " + growing},
		{"gradient", "skips --columns gradient_gain " + growing},
		{"course", "plot --layers --format svg " + growing},
		{"page", "report " + growing},
		{"changes", "diff " + layers + " " + growing},
	} {
		b.Run(run.name, func(b *testing.B) {
			usage, is := process(b, run.line).SysUsage().(*syscall.Rusage)
			if !is {
				b.Fatal("the usage of memory is not known")
			}
			b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MiB")
		})
	}
}

// BenchmarkExports runs whole processes on graphs as PyTorch exports them.
func BenchmarkExports(b *testing.B) {
	for _, name := range []string{"resnet50", "densenet121"} {
		file := filepath.Join("..", "..", "..", "shared", "onnx", name+".onnx")
		if _, err := os.Stat(file); err != nil {
			b.Skip(err)
		}
		b.Run(name, func(b *testing.B) { process(b, "calc "+file) })
	}
}
