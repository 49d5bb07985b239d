package cost_test

import (
	"testing"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
)

// BenchmarkCloseConcat finds the parameters of the founding example as a formula: the network resolved, the recurrence of its
// widths solved, the costs summed over the index, and the result factored and written.
func BenchmarkCloseConcat(b *testing.B) {
	m, err := zoo.Find("concat")
	if err != nil {
		b.Fatal(err)
	}
	subject := cost.Subject{Name: "concat", Network: m.Network}
	options := cost.Options{Quantities: []cost.Quantity{cost.Params}}
	b.ReportAllocs()
	for b.Loop() {
		closed, err := cost.Close(subject, nil, options)
		if err != nil {
			b.Fatal(err)
		}
		if text := closed.Total.Of(cost.Params).Text(); text != "N²·L·(L−1)/2" {
			b.Fatal(text)
		}
	}
}
