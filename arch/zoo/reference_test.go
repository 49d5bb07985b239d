package zoo

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// The figures of testdata/reference, counted here by looping over the layers of the unrolled network in plain integers,
// so that a wrong network is found without trusting the cost rules.

func elements(t *testing.T, s arch.Shape) int64 {
	n := whole(t, s.Width) * whole(t, s.Batch())
	for _, e := range s.Extents {
		n *= whole(t, e)
	}
	return n
}

// row is one line of a table, by column.
type row map[string]string

func table(t *testing.T, file string) []row {
	t.Helper()
	f, err := os.Open("../../testdata/reference/" + file)
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	var rows []row
	for _, line := range lines[1:] {
		r := row{}
		for k, column := range lines[0] {
			r[column] = line[k]
		}
		rows = append(rows, r)
	}
	return rows
}

func (r row) int(t *testing.T, column string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(r[column], 10, 64)
	require.NoError(t, err, "column %s", column)
	return n
}

// figures counts the network that the row names, with the symbols it sets.
func (r row) figures(t *testing.T) figures {
	t.Helper()
	m, err := Find(r["network"])
	require.NoError(t, err)
	for _, setting := range strings.FieldsFunc(r["set"], func(c rune) bool { return c == ';' }) {
		name, value, _ := strings.Cut(setting, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		require.NoError(t, err)
		m.Set[name] = symbolic.Int(n)
	}
	resolved, err := trace.Resolve(m.Network, trace.Options{Set: m.Set, Unroll: true})
	require.NoError(t, err)
	return count(t, resolved)
}

func TestExactFigures(t *testing.T) {
	for _, r := range table(t, "exact.csv") {
		t.Run(r["model"], func(t *testing.T) {
			f := r.figures(t)
			assert.Equal(t, r.int(t, "params"), f.params, "params")
			if r["macs_conv_fc"] == "" {
				return
			}
			assert.Equal(t, r.int(t, "params_without_bn"), f.params-f.norm, "params without batch norm")
			assert.Equal(t, r.int(t, "macs_conv_fc"), f.macs, "macs")
			assert.Equal(t, r.int(t, "conv_fc_output_elems"), f.out, "output elements")
			assert.Equal(t, r.int(t, "cio_elems"), f.cio, "cio")
		})
	}
}

func TestMeasuredFigures(t *testing.T) {
	for _, r := range table(t, "measured.csv") {
		t.Run(r["name"], func(t *testing.T) {
			f := r.figures(t)
			assert.Equal(t, r.int(t, "params"), f.params, "params")
			assert.Equal(t, r.int(t, "buffers"), f.norm, "running statistics: two per channel, as scale and shift")
			assert.Equal(t, r.int(t, "macs"), f.macs, "macs")
			assert.Equal(t, r.int(t, "conv_transposed_macs"), f.convTransposed, "macs of transposed convolutions")
			assert.Equal(t, r.int(t, "activations_conv_linear_matmul"), f.out, "output elements")
		})
	}
}

func TestPublishedFigures(t *testing.T) {
	for _, r := range table(t, "published.csv") {
		t.Run(r["model"], func(t *testing.T) {
			f := r.figures(t)
			assert.Equal(t, r.int(t, "params"), f.params, "params")
			if r["active_params"] != "" {
				assert.Equal(t, r.int(t, "active_params"), f.active, "active params")
			}
			if r["macs"] != "" {
				published := strings.TrimSuffix(r["macs"], "G")
				digits := len(published) - strings.Index(published, ".") - 1
				assert.Equal(t, published, fmt.Sprintf("%.*f", digits, float64(f.macs)/1e9), "macs in G")
			}
		})
	}
}

// TestModernFigures compares networks with figures that are exact, or rounded as they are printed: 15.74M.
func TestModernFigures(t *testing.T) {
	for k, r := range append(table(t, "modern.csv"), table(t, "timm.csv")...) {
		if testing.Short() && k%3 != 0 {
			continue
		}
		t.Run(r["model"], func(t *testing.T) {
			f := r.figures(t)
			for column, got := range map[string]int64{"params": f.params, "macs": f.macs, "activations": f.out, "active_params": f.active} {
				if r[column] != "" {
					assert.Equal(t, r[column], printedAs(r[column], got), column)
				}
			}
		})
	}
}

// printedAs writes a number with the unit and the digits that another one is printed with.
func printedAs(printed string, n int64) string {
	for unit, size := range map[string]float64{"M": 1e6, "G": 1e9} {
		if digits, is := strings.CutSuffix(printed, unit); is {
			_, places, _ := strings.Cut(digits, ".")
			return fmt.Sprintf("%.*f%s", len(places), float64(n)/size, unit)
		}
	}
	return strconv.FormatInt(n, 10)
}

// TestSchemeFigures holds the table of the founding discussion: L = 10 layers of N = 100 units.
func TestSchemeFigures(t *testing.T) {
	params := map[string]int64{
		"plain": 90_000, "add": 90_000, "concat": 450_000, "densenet": 15_984,
		"doubling": 873_810_000, "halving": 45_000, "heads": 99_000,
	}
	for _, name := range Schemes() {
		t.Run(name, func(t *testing.T) {
			fc := row{"network": "scheme/" + name}.figures(t)
			assert.Equal(t, figures{params: params[name], active: params[name], macs: params[name], linear: params[name], out: fc.out}, fc)

			conv := row{"network": "scheme/" + name + "-conv"}.figures(t)
			assert.Equal(t, 9*fc.params, conv.params, "params × K²")
			assert.Equal(t, 9*32*32*fc.macs, conv.macs, "macs × K²·S²")

			dressed := row{"network": "scheme/" + name, "set": "bias=1;norm=1;relu=1"}.figures(t)
			assert.Equal(t, fc.out, dressed.bias, "one bias per output")
			assert.Equal(t, fc.params+dressed.bias+dressed.norm, dressed.params)
		})
	}
}

// TestEveryFamilyHasFigures keeps out networks that nobody has counted.
func TestEveryFamilyHasFigures(t *testing.T) {
	counted := map[string]bool{}
	for _, file := range []string{"exact.csv", "measured.csv", "published.csv", "modern.csv", "timm.csv"} {
		for _, r := range table(t, file) {
			m, err := Find(r["network"])
			require.NoError(t, err)
			counted[m.Network.Name] = true
		}
	}
	names, err := list(networks)
	require.NoError(t, err)
	for _, file := range names {
		assert.True(t, counted[stem(file)], "%s has no row in testdata/reference", file)
	}
}
