package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
)

// Graph draws the network with its skips apart from the trunk: bold dashed edges, with the number of the skip.
func (r *Skips) Graph(w io.Writer, f Format) error {
	d := dotDialect()
	if f == FormatMermaid {
		d = mermaidDialect()
	}
	skip := map[[2]*trace.Value]int{} // shortcut's tensor and what the merge makes
	for _, k := range r.Inventory.Skips {
		skip[[2]*trace.Value{k.Tensor, k.Merge.Output}] = k.ID
	}
	var b bytes.Buffer
	b.WriteString(d.open)
	fmt.Fprintf(&b, d.node, 0, d.escape("input "+r.Inventory.Trace.Input.Shape.Text()))
	number := map[*trace.Value]int{r.Inventory.Trace.Input: 0}
	for k, op := range r.Inventory.Trace.Operations() {
		number[op.Output] = k + 1
		fmt.Fprintf(&b, d.node, k+1, d.escape(op.Kind.Name+" "+op.Output.Shape.Text()))
		for _, in := range op.Inputs {
			if id := skip[[2]*trace.Value{in, op.Output}]; id > 0 {
				fmt.Fprintf(&b, d.skip, number[in], id, k+1)
			} else {
				fmt.Fprintf(&b, d.edge, number[in], k+1)
			}
		}
	}
	b.WriteString(d.end)
	_, err := w.Write(b.Bytes())
	return err
}

// dialect is how one language writes a graph.
type dialect struct {
	open, end  string
	node, edge string // number and label; from and to
	skip       string // from, number of the skip, to
	escape     func(string) string
}

func dotDialect() dialect {
	return dialect{
		open: "digraph network {\n  node [shape=box];\n", end: "}\n",
		node: "  n%d [label=\"%s\"];\n", edge: "  n%d -> n%d;\n",
		skip:   "  n%d -> n%[3]d [style=dashed, penwidth=2, constraint=false, label=\"skip %[2]d\"];\n",
		escape: strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace,
	}
}

func mermaidDialect() dialect {
	return dialect{
		open: "flowchart TD\n", node: "  n%d[\"%s\"]\n", edge: "  n%d --> n%d\n", skip: "  n%d -. skip %d .-> n%d\n",
		escape: strings.NewReplacer(`"`, "#quot;").Replace,
	}
}
