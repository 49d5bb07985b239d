package onnx_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

const exports = "../../testdata/onnx"

// export is what is known of a file in testdata/onnx; its README says how.
type export struct {
	Params  int64          `json:"params"`
	Buffers int64          `json:"buffers"`
	Skips   map[string]int `json:"skips"`
	Notes   []string       `json:"notes"`
	Cases   []struct {
		Set    map[string]int64 `json:"set"`
		MACs   int64            `json:"macs"`
		Output string           `json:"output"`
	} `json:"cases"`
}

func exportTruth(t *testing.T) map[string]export {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(exports, "truth.json"))
	require.NoError(t, err)
	rows := map[string]export{}
	require.NoError(t, json.Unmarshal(data, &rows))
	return rows
}

// TestExports compares every small graph with the figures that were measured when it was made: with all open dimensions bound
// to what was run, and with the closed formulas evaluated there.
func TestExports(t *testing.T) {
	rows := exportTruth(t)
	files, err := filepath.Glob(filepath.Join(exports, "*.onnx"))
	require.NoError(t, err)
	require.Len(t, rows, len(files), "each file has its figures")
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".onnx"), func(t *testing.T) {
			want, known := rows[name]
			require.True(t, known)
			require.NotEmpty(t, want.Cases)
			read, err := onnx.ReadFile(path, onnx.Options{Strict: len(want.Notes) == 0})
			require.NoError(t, err)
			assert.Equal(t, want.Notes, read.Network.Notes)
			for _, c := range want.Cases {
				set := map[string]symbolic.Expr{}
				for symbol, v := range c.Set {
					set[symbol] = symbolic.Int(v)
				}
				resolved, err := read.Bind(trace.Options{Set: set})
				require.NoError(t, err)
				total, err := cost.Of(resolved, cost.Options{})
				require.NoError(t, err)
				assert.Equal(t, symbolic.Int(want.Params).Text(), total.Of(cost.Params).Text(), "params")
				assert.Equal(t, symbolic.Int(want.Buffers).Text(), total.Of(cost.Buffers).Text(), "buffers")
				assert.Equal(t, symbolic.Int(c.MACs).Text(), total.Of(cost.MACs).Text(), "macs at %v", c.Set)
				if c.Output != "" {
					assert.Equal(t, c.Output, resolved.Output.Shape.Text())
				}
				kinds := map[string]int{}
				for _, l := range cost.Editor(resolved).Links() {
					if l.Class == rewrite.Skip || l.Class == rewrite.Gate {
						kinds[l.Merge.Kind.Name]++
					}
				}
				assert.Equal(t, want.Skips, kinds)

				for _, symbol := range read.Network.Symbols {
					if _, bound := set[symbol.Name]; !bound {
						set[symbol.Name] = symbol.Default.Expr
					}
				}
				closed, err := cost.Close(cost.Subject{Name: name, Network: read.Network, Open: read}, nil, cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs}})
				require.NoError(t, err)
				assert.Equal(t, symbolic.Int(c.MACs).Text(), closed.Total.Of(cost.MACs).Substitute(set).Text(), "the formula at %v", c.Set)
			}
		})
	}
}

// TestExportsAsYAML writes each graph as a network file and reads it back: every cost stays, and so do the skips.
func TestExportsAsYAML(t *testing.T) {
	for name, row := range exportTruth(t) {
		t.Run(strings.TrimSuffix(name, ".onnx"), func(t *testing.T) {
			read, err := onnx.ReadFile(filepath.Join(exports, name), onnx.Options{})
			require.NoError(t, err)
			set := map[string]symbolic.Expr{}
			for symbol, v := range row.Cases[0].Set {
				set[symbol] = symbolic.Int(v)
			}
			resolved, err := read.Bind(trace.Options{Set: set, Unroll: true})
			require.NoError(t, err)
			text := spec.Print(rewrite.Flatten(resolved, "again", "a test"))
			back, err := spec.Parse("again.yaml", text)
			require.NoError(t, err, "%s", text)
			again, err := trace.Resolve(back, trace.Options{Unroll: true})
			require.NoError(t, err, "%s", text)
			want, err := cost.Of(resolved, cost.Options{Quantities: cost.Quantities()})
			require.NoError(t, err)
			got, err := cost.Of(again, cost.Options{Quantities: cost.Quantities()})
			require.NoError(t, err)
			for _, q := range cost.Quantities() {
				assert.Equal(t, want.Of(q).Text(), got.Of(q).Text(), q.String())
			}
			assert.Len(t, cost.Editor(again).Links(), len(cost.Editor(resolved).Links()))
		})
	}
}

// TestExportsOfOneRun: a module costs the same to the last byte however it was exported.
func TestExportsOfOneRun(t *testing.T) {
	rows := exportTruth(t)
	for _, names := range [][]string{
		{"shufflenet_unit", "shufflenet_unit_dynamic"},
		{"mobilenet_block", "mobilenet_block_dynamic"},
		{"residual_opset17", "residual_dynamic", "residual_opset7", "residual_opset9"},
		{"unet_scales", "unet_scales_dynamic", "unet_upsample9"},
		{"windows", "windows_dynamic"},
		{"gpt_tied_static", "gpt_tied_dynamic"},
		{"encoder_opset11", "encoder_dynamic", "encoder_opset17", "encoder_unfolded"},
		{"layer_norms", "layer_norms_unfolded"},
	} {
		first := costsOfExport(t, rows, names[0]+".onnx")
		for _, name := range names[1:] {
			again := costsOfExport(t, rows, name+".onnx")
			for _, q := range cost.Quantities() {
				assert.Equal(t, first.Of(q).Text(), again.Of(q).Text(), "%s of %s", q, name)
			}
		}
	}
}

// costsOfExport are those of a file as it was first run.
func costsOfExport(t *testing.T, rows map[string]export, name string) cost.Costs {
	t.Helper()
	read, err := onnx.ReadFile(filepath.Join(exports, name), onnx.Options{})
	require.NoError(t, err)
	set := map[string]symbolic.Expr{}
	for symbol, v := range rows[name].Cases[0].Set {
		set[symbol] = symbolic.Int(v)
	}
	resolved, err := read.Bind(trace.Options{Set: set})
	require.NoError(t, err)
	total, err := cost.Of(resolved, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err)
	return total.Costs
}
