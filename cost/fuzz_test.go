package cost

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// FuzzPrice prices whatever parses, as numbers and as formulas, in every storage: nothing may crash, hang or grow.
func FuzzPrice(tested *testing.F) {
	f := fuzztest.New(tested)
	r := rand.New(rand.NewPCG(11, 13))
	for range 20 {
		f.Add(randomNetwork(r), uint8(r.IntN(64)))
	}
	f.Add("name: x\ninput: [8]\nsteps:\n  - repeat: {times: 10^12, steps: [linear: floor(c/2) + 1]}\n", uint8(0))
	f.Add("name: x\nsymbols: {n: 3}\ninput: [1, 8]\nsteps:\n  - repeat: {times: n, links: {window: 2}, steps: [conv: {out: links, kernel: 3}]}\n", uint8(1))
	f.Add("name: x\nsymbols: {n: 3}\ninput: [4, 9]\nsteps:\n  - repeat: {times: n, steps: [head: [linear: 3], upsample: 2]}\n  - head: {training: [attention: 2]}\n", uint8(2))
	f.Add("name: x\ninput: [8, 5]\nsteps:\n  - {linear: 8, as: x}\n  - add: [identity, [attention: {heads: 2, inner: 16, out: 8}]]\n  - add: [[linear: {out: 8, shared: x}], [linear: 8, relu]]\n  - linear: {out: 8, shared: x}\n", uint8(1))
	f.Add("name: x\nsamples: 3\ninput: [8, 6, 6]\nsteps:\n  - concat: [[slice: 4], [slice: {count: 4, start: 4}, conv: {out: 4, kernel: 3, groups: 4}]]\n  - concat: {list: [identity, conv: {out: 4, kernel: 3}]}\n  - shuffle: 2\n", uint8(2))
	f.Add("name: x\nsymbols: {n: 3}\ninput: [4, 9]\nsteps:\n  - repeat: {times: n, steps: [linear: 5, {linear: 4, as: s}]}\n  - repeat: {times: n, steps: [add: [identity, {from: s}], linear: c, repeat: {times: 2, steps: [concat: [identity, {from: s}]]}, linear: 4]}\n", uint8(16))
	f.Add("name: x\nsymbols: {n: 4}\ninput: [4, 9]\nsteps:\n  - repeat: {times: n, links: dense, gather: softmax, block: 2, steps: [linear: c]}\n  - repeat: {times: n, links: dense, gather: weighted, dilation: 2, period: 2, steps: [relu]}\n  - weighted: [relu]\n", uint8(16))
	f.Add("name: x\nsymbols: {n: 2}\ninput: [4, 9]\nsteps:\n  - repeat: {times: n, reversible: true, steps: [couple: [[linear: c], relu]]}\n  - {add: [identity, [relu, linear: c]], checkpoint: true}\n  - streams: {count: n, checkpoint: true, steps: [add: [identity, {sigmoid: , checkpoint: all}]]}\n", uint8(16))
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		if len(text) > 1000 {
			return
		}
		n, err := spec.Parse("fuzz.yaml", []byte(text))
		if err != nil {
			return
		}
		o := Options{Quantities: Quantities(), Precision: Precisions()[int(how)%len(Precisions())], Optimizer: Optimizers()[int(how)%len(Optimizers())]}
		o.Memory = Memory{InPlace: how&2 > 0, Concat: ConcatStorages()[int(how)%3], Checkpoint: Checkpoints()[int(how/4)%3], Loss: how&32 > 0}
		if how&8 > 0 {
			o.Memory.Fused = FusedElementwise
		}
		free := n.FreeSymbols()
		if how&16 > 0 {
			free = nil
		}
		resolved, err := trace.Resolve(n, trace.Options{Free: free, Budget: symbolic.NewBudget().With(symbolic.Steps, 2000)})
		if err != nil {
			return
		}
		total, err := Of(resolved, o)
		if err != nil {
			return
		}
		for _, q := range Quantities() {
			_ = total.Of(q).ASCII()
		}
		if len(resolved.Free) == 0 && !resolved.Long() {
			if unrolled, err := resolved.Unrolled(); err == nil {
				var cuts []rewrite.Edit
				editor := Editor(unrolled)
				for _, s := range editor.Links() {
					cuts = append(cuts, rewrite.Edit{Link: s, To: rewrite.Changes()[int(how)%4], Growth: unrolled.Input.Shape.Width})
				}
				if edited, err := editor.Rewrite(cuts); err == nil {
					sameAgain(t, edited.Trace, o)
				}
			}
		}
	})
}

// sameAgain writes a rewritten network as a file, and holds what the file costs against what the network does.
func sameAgain(t *testing.T, edited *trace.Trace, o Options) {
	o.Memory.Checkpoint = NoCheckpoint // of repeats, and there are none
	want, err := Of(edited, o)
	if err != nil {
		return
	}
	text := spec.Print(rewrite.Flatten(edited, "x", "y"))
	n, err := spec.Parse("again.yaml", text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	again, err := trace.Resolve(n, trace.Options{Unroll: true})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	got, err := Of(again, o)
	if err != nil {
		t.Fatal(err)
	}
	inside := slices.ContainsFunc(edited.Operations(), func(op *trace.Operation) bool { return op.Inside })
	for _, q := range Quantities() {
		if errors.Is(got.Of(q).Err(), errCacheNotKnown) || q == OutputElements && inside {
			continue // in a file, products that mix streams are like any others, and parts of a layer are layers themselves
		}
		if a, b := want.Of(q).ASCII(), got.Of(q).ASCII(); a != b {
			t.Fatalf("%s is %s, but %s in\n%s", q, a, b, text)
		}
	}
}
