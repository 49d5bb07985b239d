package flow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

// What is read off the difference that a cut makes is what the network without the link carries, followed from end to end.
func TestCutsAsRewritten(t *testing.T) {
	type network struct {
		name string
		set  map[string]symbolic.Expr
	}
	networks := []network{
		{"resnet18", nil}, {"cifar-preresnet20", nil}, {"unet", nil}, {"nanogpt-unet", nil}, {"vit_b_16", nil}, {"gpt2-small", nil}, {"fractalnet", nil}, {"densenet-40-12", nil},
		{"mixtral-8x7b", map[string]symbolic.Expr{"L": symbolic.Int(3)}}, {"attention-residuals", map[string]symbolic.Expr{"L": symbolic.Int(4), "S": symbolic.Int(2)}}, {"denseformer-48", map[string]symbolic.Expr{"L": symbolic.Int(4)}},
	}
	if testing.Short() {
		networks = networks[:4]
	}
	for _, c := range networks {
		m, err := zoo.Find(c.name)
		require.NoError(t, err)
		set := map[string]symbolic.Expr{}
		for _, from := range []map[string]symbolic.Expr{m.Set, c.set} {
			for name, v := range from {
				set[name] = v
			}
		}
		tr, err := trace.Resolve(m.Network, trace.Options{Set: set, Unroll: true})
		require.NoError(t, err)
		cuts, err := NewCuts(tr, Options{})
		require.NoError(t, err)
		editor := rewrite.NewEditor(tr, func(*trace.Operation) symbolic.Expr { return symbolic.Int(1) })
		read, all := 0, 0
		for _, l := range editor.Skips() {
			d, told := editor.Cut(&l)
			if !told || d.Refused != "" {
				continue
			}
			all++
			got, known := cuts.Without(d)
			if !known {
				continue
			}
			read++
			edited, err := editor.Rewrite([]rewrite.Edit{{Link: l, To: rewrite.Cut}})
			require.NoError(t, err)
			want, err := Of(edited.Trace, Options{Only: Gains})
			require.NoError(t, err)
			for k, q := range []Quantity{want.SignalGain, want.GradientGain, want.EffectivePath} {
				got := []Quantity{got.SignalGain, got.GradientGain, got.EffectivePath}[k]
				require.Equal(t, q.Err() == nil, got.Err() == nil, "%s without %s: %v, %v", c.name, l.Merge.Name, q.Err(), got.Err())
				if q.Err() == nil {
					require.InDelta(t, q.value(), got.value(), 1e-8*math.Abs(q.value()), "%s without %s: %d", c.name, l.Merge.Name, k)
				}
			}
		}
		require.GreaterOrEqual(t, read, all-1, c.name)
	}
}
