package spec_test

import (
	"fmt"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

func ExampleParse() {
	network, err := spec.Parse("wide.yaml", []byte(`
name: wide
symbols: {w: 16, n: 3}
input: [3, 32, 32]
blocks:
  unit(out): [batchnorm, relu, conv: {out: out, kernel: 3}]
steps:
  - conv: {out: w, kernel: 3}
  - repeat: {times: n, steps: [add: [identity, [unit: c, unit: c]]]}
  - concat: [identity, [unit: 2*w]]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	resolved, err := trace.Resolve(network, trace.Options{Free: []string{"w", "n"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(resolved.Output.Shape.Text())

	_, err = spec.Parse("wrong.yaml", []byte("name: wrong\ninput: [3, 32, 32]\nsteps: [cnv: {out: 8, kernel: 3}]\n"))
	fmt.Println(err)
	// Output:
	// 3·w×32×32
	// wrong.yaml:3:9: unknown layer or block "cnv"
	//   steps: [cnv: {out: 8, kernel: 3}]
	//           ^
	//   hint: did you mean conv?
}
