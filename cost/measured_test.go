package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// tally counts operations and the elements they output, by the columns of the measurements.
func tally(t *testing.T, resolved *trace.Trace) map[string]int64 {
	t.Helper()
	count := map[string]int64{}
	for _, op := range resolved.Operations() {
		if op.Training {
			continue
		}
		elements, ok := op.Output.Shape.Elements().Int64()
		require.True(t, ok)
		kind := op.Kind.Name
		switch {
		case strings.HasPrefix(kind, "conv"):
			count["convs"]++
			count["conv_out"] += elements
		case kind == "linear":
			count["linears"]++
			count["linear_out"] += elements
		case kind == "batchnorm", kind == "relu", kind == "relu6":
			count[kind+"_elements"] += elements
		case kind == "maxpool":
			count["maxpool_out"] += elements
		case kind == "add":
			count["residual_adds"]++
			count["residual_add_elements"] += elements
		case kind == "concat":
			count["cats"]++
			count["cat_out"] += elements
		case kind == "multiply":
			count["mul_elements"] += elements
		}
	}
	return count
}

// TestMeasuredOperations compares the operations that run, and their elements, with networks that were traced.
func TestMeasuredOperations(t *testing.T) {
	columns := []string{
		"convs", "conv_out", "linears", "linear_out", "batchnorm_elements", "relu_elements", "relu6_elements", "maxpool_out",
		"residual_adds", "residual_add_elements", "cats", "cat_out", "mul_elements",
	}
	for _, row := range rows(t, "../testdata/reference/measured.csv") {
		if row["network"] == "" || strings.HasPrefix(row["network"], "vit") {
			continue // attention holds its own matrix products, and the class token its concat
		}
		t.Run(row["name"], func(t *testing.T) {
			m, err := cost.Summarize(find(t, row["network"]).With(settings(t, row["set"])), cost.Options{})
			require.NoError(t, err)
			resolved, err := m.Trace.Unrolled()
			require.NoError(t, err)
			got := tally(t, resolved)
			for _, c := range columns {
				if row["network"] == "mobilenet_v3_large" && (strings.HasPrefix(c, "conv") || strings.HasPrefix(c, "linear")) {
					continue // its gates are 1×1 convolutions there and linear layers here
				}
				assert.Equal(t, row[c], fmt.Sprint(got[c]), c)
			}
		})
	}
}
