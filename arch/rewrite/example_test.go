package rewrite_test

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// Every skip of a residual network becomes a concat: the layers keep their widths, so that what comes out is wider.
func ExampleEditor() {
	n, err := spec.Parse("add.yaml", []byte(`
name: add
input: [100]
steps:
  - repeat: {times: 2, steps: [add: [identity, [linear: 100]]]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	written, err := trace.Resolve(n, trace.Options{Unroll: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	editor := cost.Editor(written)
	var edits []rewrite.Edit
	for _, s := range editor.Skips() {
		fmt.Println(s.ID, s.Merge.Name, "span", s.Span)
		edits = append(edits, rewrite.Edit{Link: s, To: rewrite.ToConcat})
	}
	other, err := editor.Rewrite(edits)
	fmt.Println(other.Trace.Output.Shape.Text(), len(other.Refused), err)
	// Output:
	// 1 add[0] span 1
	// 2 add[1] span 1
	// 300 0 <nil>
}
