package onnx

import (
	"bytes"
	"testing"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// BenchmarkCalcLarge reads and prices a graph of 100,000 nodes.
func BenchmarkCalcLarge(b *testing.B) {
	data := wiretest.Residual(33_334)
	b.ReportAllocs()
	for b.Loop() {
		calc(b, bytes.NewReader(data), int64(len(data)))
	}
}
