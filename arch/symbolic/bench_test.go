package symbolic

import "testing"

// BenchmarkPrint prints the parameters of DenseNet-BC, the longest formula we ship.
func BenchmarkPrint(b *testing.B) {
	e := parse(b, "L^2*k^2/6 + 97*k^2*L/6 + L^2*k/12 + 35*L*k/6 - 202*k^2/3 + 64*k/3 + 10 + floor(k*(L+8)/12)*(5*L*k + 2*L - 14*k + 4)/6 + floor(floor(k*(L+8)/12)/2 + k*(L+8)/12)*(5*L*k + 2*L - 20*k + 6*floor(k*(L+8)/12) + 64)/6")
	for b.Loop() {
		_ = e.Text()
	}
}
