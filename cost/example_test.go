package cost_test

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// The parameters of the founding example, depth and width left free.
func ExampleOf() {
	n, err := spec.Parse("concat.yaml", []byte(`
name: concat
symbols: {L: 10, N: 100}
input: [N]
steps:
  - repeat: {times: L - 1, steps: [concat: [identity, [linear: N]]]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, free := range [][]string{{"L", "N"}, nil} {
		resolved, err := trace.Resolve(n, trace.Options{Free: free})
		if err != nil {
			fmt.Println(err)
			return
		}
		total, err := cost.Of(resolved, cost.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(total.Of(cost.Params).Text())
	}
	// Output:
	// N²·L·(L−1)/2
	// 450000
}
