package rewrite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
)

// linksOf are those of a network that is shipped, or in a file of either kind.
func linksOf(t *testing.T, name string) []rewrite.Link {
	t.Helper()
	var n *arch.Network
	var set map[string]symbolic.Expr
	var err error
	switch filepath.Ext(name) {
	case ".yaml":
		var text []byte
		text, err = os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		n, err = spec.Parse(name, text)
	case ".onnx":
		read, failed := onnx.ReadFile(filepath.Join("testdata", name), onnx.Options{})
		require.NoError(t, failed)
		n = read.Network
	default:
		var m *zoo.Member
		m, err = zoo.Find(name)
		require.NoError(t, err)
		n, set = m.Network, m.Set
	}
	require.NoError(t, err)
	resolved, err := trace.Resolve(n, trace.Options{Set: set, Unroll: true})
	require.NoError(t, err)
	return cost.Editor(resolved).Links()
}

// told is a link in a line: kind, class and shortcut, from, what it brings and to, span.
func told(l rewrite.Link) string {
	class := string(l.Class)
	if s := l.Shortcut(); s != "" {
		class = s
	}
	return fmt.Sprintf("%s %s: %s, %s → %s, span %d", l.Merge.Kind.Name, class, nameOf(l.Origin), nameOf(l.Tensor), l.Merge.Name, l.Span)
}

func nameOf(v *trace.Value) string {
	switch {
	case v == nil:
		return "—"
	case v.Producer == nil:
		return "input"
	}
	return v.Producer.Name
}

func tellAll(links []rewrite.Link) []string {
	var out []string
	for _, l := range links {
		out = append(out, told(l))
	}
	return out
}

func TestLinksOfKnownNetworks(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"resnet50":        {"add identity": 12, "add projected": 4},
		"densenet121":     {"concat identity": 58},
		"unet":            {"concat identity": 4},
		"unet-plusplus":   {"concat identity": 10, "concat projected": 10},
		"vgg16":           {},
		"cifar-resnet20":  {"add identity": 9},
		"se_resnet50":     {"add identity": 12, "add projected": 4, "multiply gate": 16},
		"googlenet":       {"concat branch": 27},
		"squeezenet1_0":   {"concat branch": 8},
		"shufflenet_v2":   {"concat identity": 13, "concat branch": 3},
		"vit":             {"add identity": 24},
		"llama-7b":        {"add identity": 64, "multiply gate": 32},
		"unet3plus.yaml":  {"concat projected": 16},
		"gpt2.yaml":       {"add identity": 4, "add conditioning": 1},
		"dit.yaml":        {"add identity": 4, "add conditioning": 4, "multiply gate": 8},
		"two_towers.yaml": {"add identity": 10, "add conditioning": 4},
		"bert_mask.onnx":  {"add identity": 2, "add conditioning": 1},
		"unet_time.onnx":  {"add identity": 3, "concat identity": 1, "add conditioning": 3},
	} {
		t.Run(name, func(t *testing.T) {
			count := map[string]int{}
			for _, l := range linksOf(t, name) {
				class := string(l.Class)
				if s := l.Shortcut(); s != "" {
					class = s
				}
				count[l.Merge.Kind.Name+" "+class]++
			}
			assert.Equal(t, want, count)
		})
	}
}

// TestLinksOneByOne: the smallest networks whose links were once missed or made up.
func TestLinksOneByOne(t *testing.T) {
	for name, want := range map[string][]string{
		"two_src.yaml": {
			"concat identity: a, a → concat, span 2",
			"concat identity: b, b → concat, span 1",
		},
		"side_tensor_in_branch.yaml": {
			"add identity: v1, v1 → y, span 2",
			"add identity: x, x → add, span 1",
		},
		"cond1.yaml": {
			"add identity: input, input → add2, span 2",
			"add conditioning: —, cc → add1, span 0",
		},
		"cond3.yaml": {
			"add identity: t, t → add1, span 2",
			"add identity: x, x → add2, span 2",
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, want, tellAll(linksOf(t, name))) })
	}
	for _, name := range []string{"residual_with_mask_input", "residual_without_mask_input", "residual_second_input", "residual_stacked_weights"} {
		t.Run(name, func(t *testing.T) {
			var skips []string
			for _, l := range linksOf(t, name+".onnx") {
				if l.Class == rewrite.Skip {
					skips = append(skips, l.Merge.Kind.Name+" "+l.Shortcut())
				}
			}
			assert.Equal(t, []string{"add identity"}, skips)
		})
	}
}
