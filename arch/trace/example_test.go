package trace_test

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

// A repeat stays one loop with L free, and its shapes are expressions of the index; bound and written out it is a graph.
func Example() {
	n, err := spec.Parse("concat.yaml", []byte(`
name: concat
symbols: {L: 4, N: 100}
input: [N]
steps:
  - repeat: {times: L - 1, steps: [concat: [identity, [linear: N]]]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	closed, err := trace.Resolve(n, trace.Options{Free: []string{"L", "N"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(closed.Output.Shape.Text())
	written, err := trace.Resolve(n, trace.Options{Unroll: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, op := range written.Operations() {
		fmt.Println(op.Name, op.Output.Shape.Text())
	}
	// Output:
	// L·N
	// concat[0].linear 100
	// concat[0] 200
	// concat[1].linear 100
	// concat[1] 300
	// concat[2].linear 100
	// concat[2] 400
}
