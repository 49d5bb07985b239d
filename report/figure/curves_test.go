package figure_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/picture"
)

// TestPlotKeepsTextsApart draws curves that end in one point.
func TestPlotKeepsTextsApart(t *testing.T) {
	p := &figure.Curves{Symbol: "L", Within: decide.Interval{From: big.NewInt(2), To: big.NewInt(100)}, Costs: []cost.Quantity{cost.MeanPath, cost.Params}}
	for _, name := range []string{"plain", "add", "concat", "halving"} {
		n, err := zoo.Scheme(name, false)
		require.NoError(t, err)
		f, err := decide.NewFamily(cost.Subject{Name: name, Network: n}, "L", cost.Options{})
		require.NoError(t, err)
		p.Families = append(p.Families, f)
	}
	s, err := p.Scene()
	require.NoError(t, err)
	legible(t, s)
	curves := 0
	for _, i := range s.Items {
		if line, is := i.(picture.Line); is && line.Role >= picture.Series1 && line.Role <= picture.Series6 {
			curves++
			assert.Greater(t, len(line.Points), 50)
		}
	}
	assert.Equal(t, 8, curves)
}
