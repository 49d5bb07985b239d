package trace_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/trace"
)

// led lists runs: what each step puts out, whether a condition held, what was measured, the index of a loop, and the lists inside.
func led(runs []*trace.Run) string {
	var words []string
	for _, r := range runs {
		word := "?"
		switch a := r.Step.Do.(type) {
		case *arch.Layer:
			word = a.Kind.Name
		case *arch.Merge:
			word = string(a.Op)
		case *arch.Use:
			word = a.Block.Name
		case *arch.If:
			word = fmt.Sprintf("if:%t", r.Holds)
		case *arch.Repeat:
			word = "repeat:" + strings.TrimRight(r.Index, "#0123456789")
		case *arch.Head:
			word = "head"
		}
		if r.Out != nil {
			word += "→" + r.Out.Shape.Text()
		}
		var measured []string
		for name, v := range r.Measured {
			measured = append(measured, name+"="+v.Shape.Width.Text())
		}
		sort.Strings(measured)
		words = append(words, strings.Join(append([]string{word}, measured...), ","))
		for _, list := range r.Within {
			words = append(words, "["+led(list)+"]")
		}
	}
	return strings.Join(words, " ")
}

// TestRuns: what became of each step of a description, in loops and written out.
func TestRuns(t *testing.T) {
	const network = `symbols: {n: 2}
blocks:
  widen(out): [linear: out, relu]
  twice(steps body): [body, body]
input: [4]
steps:
  - {linear: 6, as: x}
  - widen: {out: width(x) + 1}
  - {if: width(x) > 5, then: [tanh], else: [relu, relu]}
  - {if: width(x) > n*6, then: [tanh], else: [relu, relu]}
  - add: [identity, [linear: 7, {relu: , as: y}]]
  - repeat: {times: n, steps: [linear: c + width(y)]}
  - repeat: {times: 2, steps: [{if: i == 0, then: [linear: 1], else: [relu]}]}
  - twice: {body: [relu, head: [linear: 3]]}
  - head: [linear: 2]
`
	const begins = "linear→6 widen→7,width(x)=6 [linear→7 relu→7] if:true→7,width(x)=6 [tanh→7] if:false→7,width(x)=6 [relu→7 relu→7] add→7 [] [linear→7 relu→7] "
	for unroll, want := range map[bool]string{
		false: "repeat:i→21 [linear→7·(i#1+2),width(y)=7] repeat:i→1 [if:true→1 [linear→1]] [if:false→1 [relu→1]] twice→1 [?→1 [relu→1 head→1 [linear→3]] ?→1 [relu→1 head→1 [linear→3]]] head→1 [linear→2]",
		true:  "repeat:→21 [linear→14,width(y)=7] [linear→21,width(y)=7] repeat:→1 [if:true→1 [linear→1]] [if:false→1 [relu→1]] twice→1 [?→1 [relu→1 head→1 [linear→3]] ?→1 [relu→1 head→1 [linear→3]]] head→1 [linear→2]",
	} {
		resolved := resolve(t, network, trace.Options{Runs: true, Unroll: unroll})
		assert.Equal(t, begins+want, led(resolved.Runs))
		assert.Len(t, resolved.Outputs, 3)
		assert.Nil(t, resolve(t, network, trace.Options{Unroll: unroll}).Runs)
	}
}
