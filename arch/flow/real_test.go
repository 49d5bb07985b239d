package flow

import (
	"encoding/csv"
	"maps"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// rows reads a reference table as maps from column to cell.
func rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open("../../testdata/reference/flow/" + name)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for k, head := range all[0] {
			row[head] = cells[k]
		}
		out = append(out, row)
	}
	return out
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return x
}

// measuredAt picks from a network written out the tensors that a measured table lists, in its order.
func measuredAt(model string, ops []*trace.Operation) []string {
	var names, convs, rest []string
	for _, op := range ops {
		kind, from := op.Kind.Name, ""
		if len(op.Inputs) > 0 && op.Inputs[0].Producer != nil {
			from = op.Inputs[0].Producer.Kind.Name
		}
		switch {
		case kind == "conv2d":
			convs = append(convs, op.Name)
		case model == "plain34" && kind == "relu" && len(convs) > 1 && len(convs)%2 == 1,
			kind == "relu" && from == "add":
			rest = append(rest, op.Name)
		case kind == "maxpool", kind == "batchnorm" && len(convs) == 1 && len(rest) == 0:
			names = append(names, op.Name)
		}
	}
	switch model {
	case "vgg16", "vgg16_bn":
		return convs
	case "densenet121":
		return denseAt(ops)
	}
	return append(append([]string{convs[0]}, names[:2]...), rest...)
}

// denseAt are the stem, the new channels of every dense layer, what each block puts out, and the transitions.
func denseAt(ops []*trace.Operation) []string {
	var out []string
	var last *trace.Operation // concat
	convs := 0
	for _, op := range ops {
		switch {
		case op.Kind.Name == "conv2d":
			convs++
			inside := strings.Contains(op.Name, "concat")
			if convs == 1 || inside && op.Args.Axes("kernel")[0].Equal(symbolic.Int(3)) {
				out = append(out, op.Name)
			}
			if !inside && last != nil {
				out = append(out, last.Name)
			}
		case op.Kind.Name == "concat":
			last = op
		case op.Kind.Name == "avgpool":
			out = append(out, op.Name)
		case op.Kind.Name == "global_avgpool":
			out = append(out, last.Name)
		}
	}
	return out
}

// Real networks as torchvision initialises them, in training mode: second moments within a tenth on 95 of 100 rows, and the
// logarithm of the gradient against the last tensor within 0.05 for each block that lies between on 90 of 100.
func TestRealNetworksAsMeasured(t *testing.T) {
	measured := map[string][]map[string]string{}
	for _, row := range rows(t, "real.csv") {
		measured[row["model"]] = append(measured[row["model"]], row)
	}
	moments, near, gradients, close := 0, 0, 0, 0
	for _, name := range []string{"resnet18", "plain34", "resnet50", "vgg16", "vgg16_bn", "densenet121"} {
		m, err := zoo.Find(name)
		require.NoError(t, err)
		set := map[string]symbolic.Expr{"S": symbolic.Int(128)}
		maps.Copy(set, m.Set)
		tr, err := trace.Resolve(m.Network, trace.Options{Set: set, Unroll: true})
		require.NoError(t, err)
		r, err := Of(tr, Options{Tensors: true})
		require.NoError(t, err)
		at := map[string]Tensor{}
		for _, x := range r.Tensors {
			at[x.Name] = x
		}
		names := measuredAt(name, tr.Operations())
		require.Len(t, names, len(measured[name]), name)
		last := len(names) - 1
		for k, row := range measured[name] {
			x := at[names[k]]
			moments++
			q := x.SecondMoment.value() / number(t, row["second_moment"])
			if math.Abs(q-1) <= 0.1 {
				near++
			}
			if k == last {
				continue
			}
			gradients++
			ratio := math.Log10(x.Gradient.value()/at[names[last]].Gradient.value()) - math.Log10(number(t, row["grad_sq"])/number(t, measured[name][last]["grad_sq"]))
			if math.Abs(ratio) <= 0.05*float64(last-k) {
				close++
			}
			t.Logf("%-12s %-30s q × %.3f, log G %+.3f over %d", name, row["tensor"], q, ratio, last-k)
		}
	}
	t.Logf("second moments: %d of %d; gradients: %d of %d", near, moments, close, gradients)
	require.GreaterOrEqual(t, float64(near), 0.95*float64(moments))
	require.GreaterOrEqual(t, float64(close), 0.9*float64(gradients))
}
