package cost

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// measured is one row of the measurements.
type measured map[string]string

func measurements(t *testing.T, file string) []measured {
	t.Helper()
	f, err := os.Open("../testdata/reference/memory/" + file)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out []measured
	for _, line := range all[1:] {
		row := measured{}
		for k, cell := range line {
			row[all[0][k]] = cell
		}
		out = append(out, row)
	}
	return Sample(out, 80)
}

// description writes the network of a row of the fc, conv or dense measurements.
func (m measured) description(file string) string {
	switch {
	case strings.Contains(file, "fc"):
		return m.fc()
	case strings.Contains(file, "conv"):
		return m.conv()
	default:
		return m.dense()
	}
}

// listed writes n layers each of which concatenates all earlier tensors anew, as the concat scheme was measured at inference:
// no concat before the first layer and none behind the last, unless something reads it.
func listed(n int, layer, activation string, read bool) string {
	var b strings.Builder
	b.WriteString("  - {identity: , as: h1}\n")
	names := "h1"
	for i := 2; i <= n+1; i++ {
		fmt.Fprintf(&b, "  - [%s%s, {identity: , as: h%d}]\n", layer, activation, i)
		names += fmt.Sprintf(", h%d", i)
		if i <= n || read {
			fmt.Fprintf(&b, "  - concat: {from: [%s]}\n", names)
		}
	}
	return b.String()
}

// scheme writes n iterations of a layer and its activation, joined as the scheme says.
func (m measured) scheme(n int, layer, activation string) string {
	if m["variant"] != "" && m["scheme"] == "concat" {
		return listed(n, layer, activation, m["core"] == "False")
	}
	body := map[string]string{
		"plain":  "[" + layer + activation + "]",
		"add":    "[add: [identity, [" + layer + activation + "]]]",
		"concat": "[concat: [identity, [" + layer + activation + "]]]",
	}[m["scheme"]]
	if m["scheme"] == "addpre" {
		norm := strings.TrimSuffix(activation, ", relu")
		body = "[add: [identity, [" + layer + norm + "]], relu]"
	}
	return fmt.Sprintf("  - repeat: {times: %d, steps: %s}\n", n, body)
}

func (m measured) fc() string {
	depth, _ := strconv.Atoi(m["L"])
	layer := fmt.Sprintf("linear: {out: %s, bias: %s}", m["N"], strings.ToLower(m["bias"]))
	steps := m.scheme(depth-1, layer, ", relu")
	if m["core"] == "False" {
		steps = "  - [" + layer + ", relu]\n" + steps + fmt.Sprintf("  - linear: {out: 10, bias: %s}\n", strings.ToLower(m["bias"]))
	}
	return fmt.Sprintf("name: fc\ninput: [%s]\nsteps:\n%s", m["N"], steps)
}

func (m measured) conv() string {
	depth, _ := strconv.Atoi(m["L"])
	activation := ", relu"
	if m["bn"] == "True" {
		activation = ", batchnorm, relu"
	}
	return fmt.Sprintf("name: conv\ninput: [%s, %s, %s]\nsteps:\n%s", m["N"], m["H"], m["W"],
		m.scheme(depth, fmt.Sprintf("conv: {out: %s, kernel: 3}", m["N"]), activation))
}

func (m measured) dense() string {
	body := fmt.Sprintf("[batchnorm, relu, conv: {out: %s, kernel: 3}]", m["k"])
	if m["bottleneck"] == "True" {
		body = fmt.Sprintf("[batchnorm, relu, conv: {out: 4*%s, kernel: 1}, batchnorm, relu, conv: {out: %s, kernel: 3}]", m["k"], m["k"])
	}
	paths := "[identity, " + body + "]"
	if m["style"] == "list" {
		paths = "{list: " + paths + "}"
	}
	return fmt.Sprintf("name: dense\ninput: [%s, %s, %s]\nsteps:\n  - repeat: {times: %s, steps: [concat: %s]}\n", m["C0"], m["H"], m["W"], m["L"], paths)
}

func (m measured) resolve(t *testing.T, file string, unroll bool) *trace.Trace {
	t.Helper()
	text := m.description(file)
	n, err := spec.Parse("row.yaml", []byte(text))
	require.NoError(t, err, text)
	resolved, err := trace.Resolve(n, trace.Options{Unroll: unroll})
	require.NoError(t, err, text)
	return resolved
}

// trace is the unrolled network of a row.
func (m measured) trace(t *testing.T, file string) *trace.Trace {
	t.Helper()
	if strings.HasSuffix(file, "real.csv") {
		return m.realNetwork(t)
	}
	return m.resolve(t, file, true)
}

func (m measured) options(t *testing.T) Options {
	t.Helper()
	batch, err := strconv.ParseInt(m["batch"], 10, 64)
	require.NoError(t, err)
	return Options{Batch: symbolic.Int(batch), Memory: Memory{Framework: torch1(t)}}
}

// torch1 is the profile of what was measured.
func torch1(t *testing.T) Framework {
	t.Helper()
	f, err := ParseFramework("torch1")
	require.NoError(t, err)
	return f
}

// TestProfilesDiffer: a dropout, a global mean and an attention layer under both profiles, by hand, in 2 bytes an element. The
// attention of the probe is measured: 3008 bytes for 2 samples of 5 positions of 12 channels and 3 heads, less biases.
func TestProfilesDiffer(t *testing.T) {
	for steps, want := range map[string]map[string]string{
		"dropout":                {"torch1": "2000", "torch2": "1000"}, // a mask of 2 bytes or 1 for each element
		"dropout: 0":             {"torch1": "0", "torch2": "0"},
		"global_avgpool":         {"torch1": "2000", "torch2": "0"},
		"relu, dropout":          {"torch1": "4000", "torch2": "3000"},
		"attention: {heads: 5}":  {"torch1": "11008", "torch2": "10200"}, // five tensors of 2000; 5·10·10 weights and 8, or 5·10 figures of 4 bytes
		"scale: 0":               {"torch1": "0", "torch2": "0"},
		"scale: 100":             {"torch1": "2000", "torch2": "2000"},
		"mean: [identity, relu]": {"torch1": "2008", "torch2": "2008"},
		// What comes in, 2,000 bytes, and of 100 numbers a position and direction 7, measured: 4 gates or 3, state, and what leads to it. Of the
		// plain one the states, also that before the first position. Otherwise what comes out is kept, and 5, 4 or no more.
		"lstm: 100":                                            {"torch1": "16000", "torch2": "14000"},
		"gru: {out: 50, directions: 2}":                        {"torch1": "16000", "torch2": "12000"},
		"rnn: {out: 50, directions: 2}":                        {"torch1": "4200", "torch2": "4000"},
		"parameter: [100, 10], add: [identity, [linear: 100]]": {"torch1": "0", "torch2": "0"},
	} {
		n, err := spec.Parse("row.yaml", []byte("name: x\ninput: [100, 10]\nsteps: ["+steps+"]\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err)
		for _, f := range Frameworks() {
			all, _, err := savedBytes(resolved, Options{BytesPerElement: 2, Memory: Memory{Framework: f}})
			require.NoError(t, err)
			assert.Equal(t, want[f.Name], all.ASCII(), "%s under %s", steps, f.Name)
		}
	}
}

// equalBytes compares an expression with a measured number.
func equalBytes(e symbolic.Expr, want string) bool {
	n, ok := e.Integer()
	w, parsed := new(big.Int).SetString(want, 10)
	return ok && parsed && n.Cmp(w) == 0
}

// TestTrainingSavedBytes compares every measured row to the byte, with repeats as loops and written out.
func TestTrainingSavedBytes(t *testing.T) {
	for _, file := range []string{"training_fc.csv", "training_conv.csv", "training_dense.csv"} {
		t.Run(file, func(t *testing.T) {
			rows := measurements(t, file)
			matched := 0
			for _, m := range rows {
				o := m.options(t)
				o.Memory.InPlace = m["relu_inplace"] == "True"
				if m["checkpoint"] == "True" {
					o.Memory.Concat = RecomputeConcat
				}
				for _, unroll := range []bool{false, true} {
					if m["checkpoint"] == "True" && !unroll {
						continue
					}
					all, input, err := savedBytes(m.resolve(t, file, unroll), o)
					require.NoError(t, err)
					if !equalBytes(all, m["saved_bytes"]) {
						if t.Failed() {
							continue
						}
						assert.Failf(t, "differs", "%v unroll %v: %s, measured %s", m, unroll, all, m["saved_bytes"])
						continue
					}
					if unroll {
						assert.Equal(t, m["input_saved"] == "True", !input.IsZero(), "%v", m)
						matched++
					}
				}
			}
			t.Logf("%d tried, %d matched", len(rows), matched)
			assert.Equal(t, len(rows), matched)
		})
	}
}

// realNetwork finds the network of a row of the measurements of real ones.
func (m measured) realNetwork(t *testing.T) *trace.Trace {
	t.Helper()
	name, set := m["name"], map[string]symbolic.Expr{}
	switch {
	case name == "densenet121_memory_efficient":
		name = "densenet121"
	case name == "googlenet_noaux":
		name = "googlenet"
	case strings.HasPrefix(name, "unet_b16"):
		name = "unet-bn-16"
	case strings.HasPrefix(name, "unet"):
		name = "unet-bn"
	case strings.HasPrefix(name, "cifar_resnet"):
		name = strings.Replace(name, "_", "-", 1)
	case name == "cifar_densenet40_k12":
		name = "densenet-40-12"
	case name == "cifar_densenet_bc100_k12":
		name = "densenet-bc-100-12"
	}
	member, err := zoo.Find(name)
	require.NoError(t, err)
	for k, v := range member.Set {
		set[k] = v
	}
	resolved, err := trace.Resolve(member.Network, trace.Options{Set: set, Unroll: true})
	require.NoError(t, err)
	return resolved
}

func TestTrainingSavedBytesOfRealNetworks(t *testing.T) {
	rows := measurements(t, "training_real.csv")
	matched := 0
	for _, m := range rows {
		o := m.options(t)
		o.Memory.InPlace = m["relu_inplace"] == "True" || m["relu_inplace"] == "as_built" && m["name"] != "cifar_resnet20"
		if m["name"] == "densenet121_memory_efficient" {
			o.Memory.Concat = RecomputeConcat
		}
		all, _, err := savedBytes(m.realNetwork(t), o)
		require.NoError(t, err)
		if equalBytes(all, m["saved_bytes"]) {
			matched++
		} else {
			t.Errorf("%s batch %s in place %s: %s, measured %s", m["name"], m["batch"], m["relu_inplace"], all, m["saved_bytes"])
		}
	}
	t.Logf("%d tried, %d matched", len(rows), matched)
}

// TestOutputElements: measured sums of what all operations put out, in fp32, with 8 bytes for the index of each maximum.
func TestOutputElements(t *testing.T) {
	matched := 0
	for _, m := range measurements(t, "inference_real.csv") {
		if m["variant"] != "no_inplace" || strings.HasPrefix(m["name"], "densenet") || strings.HasPrefix(m["name"], "googlenet") {
			continue // those two call some activations in place whatever is asked for
		}
		resolved := m.realNetwork(t)
		o := m.options(t)
		o.Quantities = []Quantity{OutputElements}
		total, err := Of(resolved, o)
		require.NoError(t, err)
		sum := total.Of(OutputElements).Mul(symbolic.Int(4))
		for _, op := range resolved.Operations() {
			if op.Kind.Name == "maxpool" {
				sum = sum.Add(op.Output.Shape.Elements().Mul(o.batch()).Mul(symbolic.Int(8)))
			}
		}
		assert.True(t, equalBytes(sum, m["sum_outputs_bytes"]), "%s batch %s: %s, measured %s", m["name"], m["batch"], sum, m["sum_outputs_bytes"])
		matched++
	}
	assert.Positive(t, matched)
}

// variant reads how the layers of a measured inference were built.
func (m measured) variant(o *Options) {
	v := m["variant"]
	asBuilt := v == "as_built" && m["name"] != "" && m["name"] != "cifar_resnet20"
	o.Memory.InPlace = v == "inplace" || v == "bn_folded_inplace" || asBuilt
	o.Memory.FoldNorms = v == "bn_folded_inplace"
}

func TestInferencePeak(t *testing.T) {
	for _, file := range []string{"inference_fc.csv", "inference_conv.csv", "inference_dense.csv", "inference_real.csv"} {
		t.Run(file, func(t *testing.T) {
			rows := measurements(t, file)
			matched, shown := 0, 0
			for _, m := range rows {
				o := m.options(t)
				m.variant(&o)
				p, err := FindPeak(m.trace(t, file), o)
				require.NoError(t, err)
				if equalBytes(p.Bytes, m["inference_peak_bytes"]) && equalBytes(p.InputHeld, m["peak_input_held_bytes"]) {
					matched++
				} else if shown++; shown < 8 {
					t.Errorf("%v: %s and %s at %s", m, p.Bytes, p.InputHeld, p.At.Name)
				}
			}
			t.Logf("%d tried, %d matched", len(rows), matched)
			assert.Equal(t, len(rows), matched)
		})
	}
}

// TestPeakOfLongLoops: leaving out the middle iterations changes no peak.
func TestPeakOfLongLoops(t *testing.T) {
	for _, name := range []string{"plain", "add", "concat", "densenet", "halving", "add-conv"} {
		m, err := zoo.Find("scheme/" + name)
		require.NoError(t, err)
		resolved, err := trace.Resolve(m.Network, trace.Options{Set: map[string]symbolic.Expr{"L": symbolic.Int(LongDepth), "N": symbolic.Int(6)}})
		require.NoError(t, err)
		short, err := FindPeak(resolved, Options{})
		require.NoError(t, err)
		require.True(t, resolved.Long())
		whole, err := resolved.Unrolled()
		require.NoError(t, err)
		long, err := inferencePeak(whole, Options{})
		require.NoError(t, err)
		assert.True(t, long.Bytes.Equal(short.Bytes), "%s: %s, not %s", name, short.Bytes, long.Bytes)
		assert.True(t, long.InputHeld.Equal(short.InputHeld), name)
	}
	m, err := zoo.Find("scheme/heads")
	require.NoError(t, err)
	resolved, err := trace.Resolve(m.Network, trace.Options{Set: map[string]symbolic.Expr{"L": symbolic.Int(LongDepth)}})
	require.NoError(t, err)
	_, err = FindPeak(resolved, Options{})
	require.ErrorContains(t, err, "the outputs of its heads stay")
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4]\nsteps: [repeat: {times: 2000, steps: [repeat: {times: 2, steps: [relu, head: [linear: 4]]}]}]\n"))
	require.NoError(t, err)
	resolved, err = trace.Resolve(n, trace.Options{})
	require.NoError(t, err)
	_, err = FindPeak(resolved, Options{})
	require.ErrorContains(t, err, "the outputs of its heads stay", "in a repeat inside")

	// A width that cannot be written out is no peak of the others.
	if m, err = zoo.Find("scheme/doubling"); err == nil {
		resolved, err = trace.Resolve(m.Network, trace.Options{Set: map[string]symbolic.Expr{"L": symbolic.Int(1_000_000_000)}})
	}
	require.NoError(t, err)
	_, err = FindPeak(resolved, Options{})
	require.ErrorContains(t, err, "digits")
}

// TestWhatIsThereAtThePeak: the oldest first, and how long: for the operation at the peak, or for later ones.
func TestWhatIsThereAtThePeak(t *testing.T) {
	for steps, want := range map[string][]string{ // 71 before and behind the concat
		"{linear: 5, as: a}, {linear: 6, as: b}, {linear: 50, as: d}, {linear: 60, as: e}, concat: {from: [a, b, e]}": {"142", "a 5 false", "b 6 false", "e 60 false", "concat 71 false"},
		"{linear: 5, as: a}, {linear: 100, as: b}, {linear: 90, as: d}, {linear: 5, as: e}, add: {from: [a, e]}":      {"195", "a 5 true", "b 100 false", "d 90 false"},
	} {
		n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [4]\nsteps: ["+steps+"]\n"))
		require.NoError(t, err)
		resolved, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err)
		peak, err := FindPeak(resolved, Options{BytesPerElement: 1})
		require.NoError(t, err)
		got := []string{peak.Bytes.Text()}
		for _, l := range peak.Live {
			got = append(got, fmt.Sprintf("%s %s %t", l.Value.Producer.Name, l.Bytes.Text(), l.Waiting))
		}
		assert.Equal(t, want, got, steps)
	}
}

// LongDepth is a depth whose loops are abbreviated.
const LongDepth = trace.LongLoop + 5
