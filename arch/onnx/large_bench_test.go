package onnx

import (
	"bytes"
	"fmt"
	"testing"
)

// largeModel is a residual network of that many blocks, of three nodes each.
func largeModel(blocks int) []byte {
	fields := [][]byte{buildValue(11, "input", 1, "N", 8, 16, 16)}
	previous := "input"
	for k := range blocks {
		weight, conv, relu, sum := fmt.Sprint("w", k), fmt.Sprint("conv", k), fmt.Sprint("relu", k), fmt.Sprint("sum", k)
		fields = append(fields,
			buildTensor(weight, 1, []int64{8, 8, 3, 3}),
			buildNode("Conv", []string{previous, weight}, []string{conv}, buildAttribute("pads", packedInts(8, 1, 1, 1, 1))),
			buildNode("Relu", []string{conv}, []string{relu}),
			buildNode("Add", []string{previous, relu}, []string{sum}))
		previous = sum
	}
	return buildModel(13, append(fields, buildValue(12, previous, 1, "N", 8, 16, 16))...)
}

// BenchmarkCalcLarge reads and prices a graph of 100,000 nodes.
func BenchmarkCalcLarge(b *testing.B) {
	data := largeModel(33_334)
	b.ReportAllocs()
	for b.Loop() {
		calc(b, bytes.NewReader(data), int64(len(data)))
	}
}
