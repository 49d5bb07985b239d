package arch

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestForeignNames holds the tables against the kinds: what a name stands for exists, and no name is one of ours already.
func TestForeignNames(t *testing.T) {
	var kinds, parameters []string
	for _, k := range Kinds() {
		kinds = append(kinds, k.Name)
		for _, p := range k.Parameters {
			parameters = append(parameters, p.Name)
		}
	}
	for _, c := range []struct {
		table []foreign
		ours  []string
	}{{foreignParameters(), parameters}, {foreignKinds(), kinds}} {
		seen := map[string]bool{}
		for _, f := range c.table {
			assert.True(t, f.with == "" || slices.Contains(c.ours, f.with), f.with)
			assert.True(t, f.here == "" || slices.Contains(c.ours, f.here), f.here)
			assert.True(t, f.here != "" || f.why != "", f.names)
			for _, name := range strings.Fields(f.names) {
				assert.True(t, f.with != "" || !slices.Contains(c.ours, name), name)
				assert.False(t, seen[name], "%s stands below what it means in all layers", name)
				assert.Equal(t, strings.ToLower(name), name)
				seen[name] = f.with == ""
			}
		}
	}
}

func TestForeignParameter(t *testing.T) {
	conv := []string{"out", "kernel", "stride"}
	for _, c := range []struct {
		name       string
		parameters []string
		here, hint string
	}{
		{"out_channels", conv, "out", "it is called out here"},
		{"Kernel_Size", conv, "kernel", "it is called kernel here"},
		{"in_channels", conv, "", "the incoming width is that of the step before: leave it out"},
		{"dim", []string{"vocab", "out"}, "out", "it is called out here"},
		{"dim", []string{"heads", "out"}, "", "layers work along the width, which is that of the step before: leave it out"},
		{"num_heads", conv, "", ""}, // a convolution has none
		{"window_size", conv, "kernel", "it is called kernel here"},
		{"window_size", []string{"heads", "window"}, "window", "it is called window here"},
		{"rope", []string{"heads", "kv_heads"}, "", "rotations have no weights and are no product: leave it out"},
		{"top_k", []string{"count", "active", "hidden"}, "active", "it is called active here"},
		{"kernal", conv, "", ""},
	} {
		here, hint := ForeignParameter(c.name, c.parameters)
		assert.Equal(t, []string{c.here, c.hint}, []string{here, hint}, c.name)
	}
	here, hint := ForeignKey("layers", []string{"name", "steps"})
	assert.Equal(t, []string{"steps", "it is called steps here"}, []string{here, hint})
	for _, c := range [][]string{
		{"Dense", "linear", "it is called linear here"},
		{"abs", "elementwise", "it is called elementwise here"},                // and not "as"
		{"channel_shuffle", "shuffle", "it is called shuffle here"},            // and not channel_sum
		{"flash_attention", "attention", "it is called attention here"},        // and not depth_attention
		{"bilinear", "upsample", "write upsample: {scale: 2, mode: bilinear}"}, // and not linear
	} {
		here, hint := ForeignKind(c[0])
		assert.Equal(t, c[1:], []string{here, hint})
	}
}
