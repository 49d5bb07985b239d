package cost

import (
	"math/rand/v2"
	"testing"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/spec"
)

// FuzzPrice prices whatever parses, as numbers and as formulas, in every storage: nothing may crash, hang or grow.
func FuzzPrice(f *testing.F) {
	r := rand.New(rand.NewPCG(11, 13))
	for range 20 {
		f.Add(randomNetwork(r), uint8(r.IntN(64)))
	}
	f.Add("name: x\ninput: [8]\nsteps:\n  - repeat: {times: 10^12, steps: [linear: floor(c/2) + 1]}\n", uint8(0))
	f.Add("name: x\nsymbols: {n: 3}\ninput: [1, 8]\nsteps:\n  - repeat: {times: n, links: {window: 2}, steps: [conv: {out: links, kernel: 3}]}\n", uint8(1))
	f.Add("name: x\nsymbols: {n: 3}\ninput: [4, 9]\nsteps:\n  - repeat: {times: n, steps: [head: [linear: 3], upsample: 2]}\n  - head: {training: [attention: 2]}\n", uint8(2))
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		if len(text) > 1000 {
			return
		}
		n, err := spec.Parse("fuzz.yaml", []byte(text))
		if err != nil {
			return
		}
		o := Options{Quantities: Quantities(), MixedPrecision: how&1 > 0, Optimizer: Optimizers()[int(how)%len(Optimizers())]}
		o.Memory = Memory{InPlace: how&2 > 0, Concat: ConcatStorages()[int(how)%3], Checkpoint: Checkpoints()[int(how/4)%3], Loss: how&32 > 0}
		free := n.FreeSymbols()
		if how&16 > 0 {
			free = nil
		}
		trace, err := arch.Resolve(n, arch.Options{Free: free, MaxSteps: 2000})
		if err != nil {
			return
		}
		total, err := Of(trace, o)
		if err != nil {
			return
		}
		for _, q := range Quantities() {
			_ = total.Of(q).ASCII()
		}
		if len(trace.Free) == 0 && !trace.Long() {
			if unrolled, err := trace.Unrolled(); err == nil {
				var cuts []arch.Edit
				editor := arch.NewEditor(unrolled)
				for _, s := range editor.Skips() {
					cuts = append(cuts, arch.Edit{Skip: s, To: arch.Changes()[int(how)%4], Growth: unrolled.Input.Shape.Width})
				}
				if edited, _, err := editor.Rewrite(cuts); err == nil {
					_ = arch.Flatten(edited, "x", "")
					_, _ = Of(edited, o)
				}
			}
		}
	})
}
