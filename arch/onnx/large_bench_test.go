package onnx

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/skipcost/skipcost/arch/onnx/wire/wiretest"
)

// largeModel is a residual network of that many blocks, of three nodes each.
func largeModel(blocks int) []byte {
	fields := [][]byte{wiretest.Value(11, "input", 1, "N", 8, 16, 16)}
	previous := "input"
	for k := range blocks {
		weight, conv, relu, sum := fmt.Sprint("w", k), fmt.Sprint("conv", k), fmt.Sprint("relu", k), fmt.Sprint("sum", k)
		fields = append(fields,
			wiretest.Tensor(weight, 1, []int64{8, 8, 3, 3}),
			wiretest.Node("Conv", []string{previous, weight}, []string{conv}, wiretest.Attribute("pads", wiretest.Ints(8, 1, 1, 1, 1))),
			wiretest.Node("Relu", []string{conv}, []string{relu}),
			wiretest.Node("Add", []string{previous, relu}, []string{sum}))
		previous = sum
	}
	return wiretest.Model(13, append(fields, wiretest.Value(12, previous, 1, "N", 8, 16, 16))...)
}

// BenchmarkCalcLarge reads and prices a graph of 100,000 nodes.
func BenchmarkCalcLarge(b *testing.B) {
	data := largeModel(33_334)
	b.ReportAllocs()
	for b.Loop() {
		calc(b, bytes.NewReader(data), int64(len(data)))
	}
}
