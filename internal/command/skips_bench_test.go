package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkSkips runs whole processes: the inventory of networks that are long, dense, or both.
func BenchmarkSkips(b *testing.B) {
	folder := b.TempDir()
	for _, run := range []struct{ name, line string }{
		{"residual-1000", residual(b, folder, 1_000)},
		{"residual-10000", residual(b, folder, 10_000)},
		{"concats-10000", repeated(b, folder, "concats", 10_000, "concat: [identity, [linear: 4]], linear: 8")},
		{"gates-10000", repeated(b, folder, "gates", 10_000, "multiply: [identity, [linear: 2, relu, linear: 8, sigmoid]]")},
		{"mixed-9900", repeated(b, folder, "mixed", 3_300, "add: [identity, [linear: c]], concat: [identity, [linear: 4]], linear: 8, multiply: [identity, [linear: 8, sigmoid]]")},
		{"llama-65b", "llama-65b"},
		{"preresnet1001", "cifar-preresnet1001"},
		{"preresnet1001-gradient", "cifar-preresnet1001 --columns gradient_gain"},
		{"densenet264", "densenet264"},
		{"densenet264-all-costs", "densenet264 --format json"},
		{"residual-10000-all-costs", residual(b, folder, 10_000) + " --format json"},
		{"mixedlink", "mixedlink-250-24-24"},
		{"couplings-1000", repeated(b, folder, "couplings", 1_000, "couple: [[layernorm, linear: c], [layernorm, linear: c]]", "reversible: true")},
		{"lists-300", repeated(b, folder, "lists", 300, "concat: {list: [identity, [linear: 4]]}")},
		{"wide-merges", repeated(b, folder, "wide", 300, "layernorm, linear: c", "links: dense, gather: channels")},
	} {
		b.Run(run.name, func(b *testing.B) { process(b, "skips --all "+run.line) })
	}
}

// residual is a network of so many additive skips, each of two layers.
func residual(b *testing.B, folder string, skips int) string {
	return repeated(b, folder, fmt.Sprint("residual", skips), skips, "add: [identity, [linear: c, relu, linear: c]]")
}

// repeated writes a network of so many iterations of steps on 8 units, with further settings of the repeat, and returns its path.
func repeated(b *testing.B, folder, name string, times int, steps string, settings ...string) string {
	b.Helper()
	path := filepath.Join(folder, name+".yaml")
	settings = append(settings, fmt.Sprintf("times: %d, steps: [%s]", times, steps))
	text := fmt.Sprintf("name: %s\ninput: [8]\nsteps:\n  - repeat: {%s}\n", name, strings.Join(settings, ", "))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// process runs a command from the start of its process to its end, and reports the time that it computes, which does not hang
// on what else the machine does. It returns how the last one ended.
func process(b *testing.B, line string) (last *os.ProcessState) {
	b.Helper()
	onPath(b)
	program, err := exec.LookPath(program)
	if err != nil {
		b.Fatal(err)
	}
	var computing float64
	for b.Loop() {
		var stderr bytes.Buffer
		c := exec.Command(program, strings.Fields(line)...)
		c.Stderr = &stderr
		if err := c.Run(); err != nil {
			b.Fatal(err, stderr.String())
		}
		last = c.ProcessState
		computing += (last.UserTime() + last.SystemTime()).Seconds()
	}
	b.ReportMetric(1000*computing/float64(b.N), "cpu-ms/op")
	return last
}
