package render_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
)

func TestJSON(t *testing.T) {
	huge := power(10, 40)
	var out bytes.Buffer
	require.NoError(t, render.JSON(&out, report.Object{
		{Key: "zebra", Value: report.Number{Int: huge}},
		{Key: "a<b&c>", Value: "⌊N/2⌋ <= 3 & \"x\""},
		{Key: "unknown", Value: report.Number{}},
		{Key: "rows", Value: []report.Object{{{Key: "y", Value: 1}, {Key: "x", Value: report.Number{Int: big.NewInt(-5)}}}, {}}},
		{Key: "none", Value: report.Object(nil)},
	}))
	assert.Equal(t, `{
  "zebra": 10000000000000000000000000000000000000000,
  "a<b&c>": "⌊N/2⌋ <= 3 & \"x\"",
  "unknown": null,
  "rows": [
    {
      "y": 1,
      "x": -5
    },
    {}
  ],
  "none": {}
}
`, out.String())

	var back struct{ Zebra *big.Int }
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	assert.Zero(t, huge.Cmp(back.Zebra))
}

func TestJSONErrorsWriteNothing(t *testing.T) {
	var out bytes.Buffer
	assert.Error(t, render.JSON(&out, report.Object{{Key: "a", Value: 1}, {Key: "b", Value: func() {}}}))
	assert.Empty(t, out.String())
}
