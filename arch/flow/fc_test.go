package flow

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// fcNetwork writes out the networks that flow_fc measures: L layers on the input, layer 0.
func fcNetwork(t *testing.T, row map[string]string) *trace.Trace {
	t.Helper()
	f := ""
	if row["activation"] == "relu" {
		f = ", relu"
	}
	width := row["N"]
	body := map[string]string{
		"plain":      "[linear: " + width + f + "]",
		"add":        "[add: [identity, [linear: " + width + f + "]]]",
		"add_preact": "[add: [identity, [" + strings.TrimPrefix(f+", ", ", ") + "linear: " + width + "]]]",
		"add_scaled": "[add: [identity, [" + strings.TrimPrefix(f+", ", ", ") + "linear: " + width + "]], scale: {values: 0, mean_square: 1/2}]",
	}[row["scheme"]]
	text := fmt.Sprintf("name: fc\ninput: [%s]\nsteps:\n", width)
	layers := int(number(t, row["L"]))
	switch row["scheme"] {
	case "concat", "densenet":
		new := width
		if row["scheme"] == "densenet" {
			new = row["k"]
		}
		last := map[bool]string{true: "relu: null", false: "copy: null"}[f != ""]
		text += "  - {copy: null, as: h0}\n"
		paths := []string{"[{copy: null, from: h0}]"}
		for l := 1; l <= layers; l++ {
			if l > 1 {
				text += "  - concat: [" + strings.Join(paths, ", ") + "]\n"
			}
			text += fmt.Sprintf("  - linear: %s\n  - {%s, as: h%d}\n", new, last, l)
			paths = append(paths, fmt.Sprintf("[{copy: null, from: h%d}]", l))
		}
	default:
		text += fmt.Sprintf("  - repeat: {times: %d, steps: %s}\n", layers, body)
	}
	n, err := spec.Parse("fc.yaml", []byte(text))
	require.NoError(t, err, text)
	tr, err := trace.Resolve(n, trace.Options{Unroll: true})
	require.NoError(t, err)
	return tr
}

func TestFullyConnectedAsMeasured(t *testing.T) {
	groups := map[string][]map[string]string{}
	var order []string
	for _, row := range rows(t, "fc.csv") {
		key := fmt.Sprint(row["scheme"], row["activation"], row["L"], row["N"], row["k"], row["gain2"])
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], row)
	}
	for _, key := range order {
		group := groups[key]
		row := group[0]
		scheme := row["scheme"]
		init, err := arch.ParseInit(row["gain2"])
		require.NoError(t, err)
		tr := fcNetwork(t, row)
		r, err := Of(tr, Options{Init: init, Tensors: true})
		require.NoError(t, err)
		at := layerTensors(r.Tensors, scheme)
		require.Len(t, at, len(group), key)
		for k, row := range group {
			g, measured := at[k].Gradient.value(), number(t, row["grad_sq"])
			q, second := at[k].SecondMoment.value(), number(t, row["second_moment"])
			heavy := scheme == "plain" && row["activation"] == "relu" && k > 20
			if !heavy && !within(q, second, number(t, row["second_moment_se"]), 0.05) {
				t.Errorf("%s layer %d: second moment %g, measured %g", key, k, q, second)
			}
			shared := scheme == "add" && row["activation"] == "relu"
			tolerance := 0.03
			if shared {
				if number(t, row["L"]) > 10 {
					continue
				}
				tolerance = 0.7
			}
			if !within(g, measured, number(t, row["grad_sq_se"]), tolerance) {
				t.Errorf("%s layer %d: gradient %g, measured %g ± %s", key, k, g, measured, row["grad_sq_se"])
			}
		}
	}
}

// within four standard errors, or a share.
func within(x, measured, se, share float64) bool {
	return math.Abs(x-measured) <= max(4*se, share*measured)
}

// layerTensors are the input and what comes out of every layer.
func layerTensors(all []Tensor, scheme string) []Tensor {
	last := map[string]string{"plain": "linear", "add": "add", "add_preact": "add", "add_scaled": "scale"}[scheme]
	var out []Tensor
	for k, x := range all {
		name := x.Name[strings.LastIndex(x.Name, ".")+1:]
		if at := strings.Index(name, "["); at >= 0 {
			name = name[:at]
		}
		end := name == last
		if scheme == "plain" && k+1 < len(all) && strings.HasSuffix(all[k+1].Name, "relu") {
			end = false
		}
		if strings.HasPrefix(x.Name, "h") && !strings.Contains(x.Name, ".") {
			end = x.Name != "h0"
		}
		if k == 0 || end || scheme == "plain" && name == "relu" {
			out = append(out, x)
		}
	}
	return out
}
