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

// figures are what one network comes to.
type figures struct {
	params, norm, bias, macs, out, cio int64
	convTransposed, linear             int64 // parts of macs
	active                             int64 // params that a place goes through
}

// plainKind is conv for conv2d.
func plainKind(kind string) string {
	for _, axes := range []string{"1d", "2d", "3d"} {
		kind = strings.TrimSuffix(kind, axes)
	}
	return kind
}

func count(t *testing.T, resolved *trace.Trace) figures {
	var f figures
	for _, op := range resolved.Operations() {
		in, out := op.Output.Shape, op.Output.Shape
		if len(op.Inputs) > 0 {
			in = op.Inputs[0].Shape
		}
		cin, cout := whole(t, in.Width), whole(t, out.Width)
		read, made := elements(t, in), elements(t, out)
		weights, places := int64(0), made/cout // a weight is used once per place
		switch name := plainKind(op.Kind.Name); name {
		case "linear":
			weights = cin * cout
			f.linear += weights * places
		case "conv", "conv_transpose":
			weights = cin * cout / whole(t, op.Args.Value("groups"))
			for _, k := range op.Args.Axes("kernel") {
				weights *= whole(t, k)
			}
			if name == "conv_transpose" {
				places = read / cin
				f.convTransposed += weights * places
			}
			f.cio += read + made
		case "batchnorm":
			f.norm += 2 * cin
			continue
		case "rmsnorm":
			if !op.Shared() {
				f.params += cin * whole(t, op.Args.Value("affine"))
			}
			continue
		case "scale", "shift":
			if op.Args.Word("values") != "" {
				f.params += cin
			} else {
				f.params += whole(t, op.Args.Value("values"))
			}
			continue
		case "weighted": // a number for each path and sum
			f.params += int64(len(op.Inputs)) * whole(t, op.Args.Value("ways"))
			continue
		case "channel_sum", "gated_sum": // for each channel too; and a vector for each sum
			f.params += int64(len(op.Inputs)) * cout
			if name == "gated_sum" {
				f.params += cout
			}
			continue
		case "dynamic_sum": // a layer to as many units as numbers, one to the numbers, and a shift
			numbers := int64(len(op.Inputs)) * whole(t, op.Args.Value("ways"))
			f.params += numbers * (cin + numbers + 1)
			f.macs += places * (numbers*(cin+numbers) + int64(len(op.Inputs))*cout)
			continue
		case "dot_product_attention": // scores and sums
			f.macs += places * whole(t, op.Inputs[1].Shape.Positions()) * (cin + cout)
			continue
		case "depth_attention": // a query and the gains of its norm
			f.params += 2 * cin
			continue
		case "embedding":
			f.params += whole(t, op.Args.Value("vocab")) * cout
			continue
		case "attention": // keys and values have the width of the heads that share them
			heads := whole(t, op.Args.Value("heads"))
			kv := cin * whole(t, op.Args.Value("kv_heads")) / heads
			weights = 2 * cin * (cin + kv)
			f.bias += (cin + 2*kv) * whole(t, op.Args.Value("bias")) // and that of the last projection below
			f.macs += 2 * cin * places * places                      // scores and sums
			f.out += (cin+2*kv)*places + made + heads*places*places
		case "latent_attention": // down to the latents, their norms, up to the heads, scores and sums, out
			of := func(name string) int64 { return whole(t, op.Args.Value(name)) }
			heads, rank, rope := of("heads"), of("rank"), of("rope")
			asks, first := heads*(of("head_width")+rope), of("query_rank")
			matrices := cin * asks
			if first > 0 {
				matrices, f.params = first*(cin+asks), f.params+first
			}
			matrices += cin*(rank+rope) + rank*heads*(of("head_width")+of("value")) + heads*of("value")*cout
			f.params += matrices + rank
			f.macs += matrices*places + heads*places*places*(of("head_width")+rope+of("value"))
			continue
		case "compressed_attention": // queries, the shared key, out; what entries are made of; the index
			of := func(name string) int64 { return whole(t, op.Args.Value(name)) }
			latent, all, narrow := of("query_rank"), of("heads")*of("head_width"), of("out_groups")*of("out_rank")
			matrices := cin*(latent+of("head_width")) + latent*all + all*of("out_rank") + narrow*cout
			f.params += latent + of("head_width") + of("heads")
			keys := min(places, of("window"))
			if of("ratio") > 0 {
				entries, wide, index := places/of("ratio"), of("head_width"), of("index_heads")*of("index_width")
				keys += entries
				if index > 0 {
					wide, keys = 2*wide, keys-entries+min(entries, of("top"))
					f.params += of("index_width") * (2*of("ratio") + 1)
					matrices += 4*cin*of("index_width") + latent*index + cin*of("index_heads")
					f.macs += index * places * entries
				}
				f.params += of("ratio")*wide + of("head_width")
				matrices += 2 * cin * wide
			}
			f.params += matrices
			f.macs += matrices*places + 2*all*places*keys
			continue
		case "mamba2": // in, convolution with its bias, decay, skip and step of each head, norm, out; the state
			of := func(name string) int64 { return whole(t, op.Args.Value(name)) }
			inner, heads, state := of("inner"), of("heads"), of("state")
			convolved := inner + 2*of("groups")*state
			matrices := cin*(inner+convolved+heads) + inner*cout
			f.params += matrices + convolved*(of("kernel")+1) + 3*heads + inner
			f.macs += (matrices + convolved*of("kernel") + 2*inner*state) * places
			continue
		case "experts": // gated, without biases: each has three matrices, and a place goes through the active ones
			count, active := whole(t, op.Args.Value("count")), whole(t, op.Args.Value("active"))
			expert, router := 3*cin*whole(t, op.Args.Value("hidden")), cin*count
			f.params += count*expert + router + count*whole(t, op.Args.Value("router_bias"))
			f.active -= (count - active) * expert
			f.macs += (active*expert + router) * places
			continue
		case "matmul": // rows of the first by columns of the second, in every sample
			f.macs += made * cin
			f.out += made
			continue
		case "parameter":
			if op.Args.Word("values") != "" {
				f.params += made
			} else {
				f.params += whole(t, op.Args.Value("values"))
			}
			continue
		case "groupnorm":
			f.params += 2 * cin
			continue
		case "layernorm":
			f.params += 2 * cin * whole(t, op.Args.Value("affine"))
			continue
		case "mix": // each stream that comes out is a sum over those that come in
			streams := whole(t, op.Args.Value("streams"))
			f.params += streams * whole(t, op.Args.Value("into"))
			f.macs += streams * made
			f.out += made
			continue
		case "class_token":
			f.params += cin
			continue
		case "position_embedding":
			f.params += made
			continue
		default:
			continue
		}
		f.bias += cout * whole(t, op.Args.Value("bias"))
		if !op.Shared() {
			f.params += weights
		}
		if op.Training {
			continue // heads that only run while training
		}
		f.macs += weights * places
		f.out += made
	}
	f.params += f.norm + f.bias
	f.active += f.params
	return f
}

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
