package rewrite

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestListings: of the earlier concats that list some of the operands and no others, the one that lists most, whoever else reads these.
func TestListings(t *testing.T) {
	for name, c := range map[string]struct {
		concats [][]int32 // the first makes tensor 100, the next 101
		want    []int32   // what the last one reads
	}{
		"a dense block":                       {[][]int32{{1, 2}, {1, 2, 3}, {1, 2, 3, 4}}, []int32{101, 4}},
		"the only one":                        {[][]int32{{1, 2, 3}}, []int32{1, 2, 3}},
		"the same tensors are none":           {[][]int32{{1, 2}, {2, 1}}, []int32{2, 1}},
		"its first tensor has a later reader": {[][]int32{{1, 2}, {1, 9}, {1, 2, 3}}, []int32{100, 3}},
		"all its tensors have later readers":  {[][]int32{{1, 2}, {1, 8}, {2, 9}, {1, 2, 3}}, []int32{100, 3}},
		"a smaller one is later":              {[][]int32{{1, 2, 3}, {1, 2}, {1, 2, 3, 4}}, []int32{100, 4}},
		"of equals the latest":                {[][]int32{{1, 2}, {1, 2}, {1, 2, 3}}, []int32{101, 3}},
		"a tensor that is listed twice":       {[][]int32{{1, 1}, {1, 2, 1, 3}}, []int32{100, 2, 3}},
		"a tensor that is listed less often":  {[][]int32{{1, 1}, {1, 2, 3}}, []int32{1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newListings()
			var reads []int32
			for k, operands := range c.concats {
				reads, _ = l.enter(int32(100+k), operands)
			}
			assert.Equal(t, c.want, reads)
		})
	}
}
