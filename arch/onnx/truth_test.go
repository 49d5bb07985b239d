package onnx_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

const shared = "../../../shared/onnx"

// row is what is known of a file in truth.json.
type row struct {
	Params  int64  `json:"params_learnable"`
	Buffers int64  `json:"bn_running_stats"`
	MACs    int64  `json:"macs_total"`
	Torch   *int64 `json:"torch_macs"`
	Model   string `json:"model"`
	Adds    int    `json:"adds"`
	Concats int    `json:"concats"`

	Operators map[string]int `json:"op_counts"`
}

// truth reads the figures of the shared graphs, which stand beside the project and not in it.
func truth(t *testing.T) map[string]row {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(shared, "truth.json"))
	if os.IsNotExist(err) {
		t.Skip("no shared graphs here")
	}
	require.NoError(t, err)
	rows := map[string]row{}
	require.NoError(t, json.Unmarshal(data, &rows))
	require.NotEmpty(t, rows)
	return rows
}

func sortedNames(rows map[string]row) []string {
	var names []string
	for name := range rows {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// priced reads a file and prices it with the defaults of its symbols.
func priced(t *testing.T, path string, quantities ...cost.Quantity) (*trace.Trace, *cost.Total) {
	t.Helper()
	read, err := onnx.ReadFile(path, onnx.Options{Strict: true})
	require.NoError(t, err)
	resolved, err := read.Bind(trace.Options{})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{Quantities: quantities})
	require.NoError(t, err)
	return resolved, total
}

func TestSharedGraphsAgreeWithTheTruth(t *testing.T) {
	rows := truth(t)
	for _, name := range sortedNames(rows) {
		t.Run(name, func(t *testing.T) {
			want := rows[name]
			macs := want.MACs
			if want.Model == "cifar_resnet20" {
				macs = *want.Torch // the counter of the file did not fold the padding of the shortcuts
			}
			resolved, total := priced(t, filepath.Join(shared, name))
			number := func(q cost.Quantity) int64 {
				v, ok := total.Of(q).Int64()
				require.True(t, ok, q.String())
				return v
			}
			assert.Equal(t, want.Params, number(cost.Params))
			assert.Equal(t, macs, number(cost.MACs))
			assert.Equal(t, want.Buffers, number(cost.Buffers))
			for _, note := range resolved.Network.Notes {
				assert.Contains(t, note, "the file has no weights; these inputs are taken for such")
			}
			kinds := map[string]int{}
			joined := map[*trace.Operation]bool{}
			for _, l := range cost.Editor(resolved).Links() {
				if branch := l.Class == rewrite.Branch && l.Merge.Kind.Concat(); (l.Class == rewrite.Skip || branch) && !joined[l.Merge] {
					joined[l.Merge] = true
					kinds[l.Merge.Kind.Name]++
				}
			}
			adds := want.Adds
			if want.Model == "" {
				adds -= want.Operators["Mul"] // scale layers, whose shift is an Add with a weight
			}
			concats := want.Concats
			switch want.Model {
			case "densenet121":
				concats -= 4 // each block begins with a concat of one tensor, which is a copy
			case "cifar_resnet20":
				concats = 0 // those of the padding's integers
			}
			assert.Equal(t, adds, kinds["add"], "each addition of two activations is a skip")
			assert.Equal(t, concats, kinds["concat"], "each concat is of skips, or of branches that begin at one tensor, as in a fire module")
		})
	}
}
