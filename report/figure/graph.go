package figure

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
)

// Graph draws a network with its skips apart from the trunk, in the language of Graphviz or Mermaid: a bold dashed edge for each
// link, with its number; blocks stand together, and iterations that are alike are drawn once.
func Graph(w io.Writer, f report.Format, v *cost.Inventory) error {
	p := &graphWriter{dialect: dotDialect(), number: map[*trace.Value]int{}, drawn: map[edge]bool{}}
	if f == report.FormatMermaid {
		p.dialect = mermaidDialect()
	}
	p.stands, p.folded = foldIterations(v)
	links := map[*trace.Operation][]cost.PricedLink{}
	for _, k := range v.Skips {
		links[k.Merge] = append(links[k.Merge], k)
	}
	p.b.WriteString(p.open)
	fmt.Fprintf(&p.b, p.node, 0, p.escape("input "+v.Trace.Input.Shape.Text()))
	ops := v.Trace.Operations()
	for k, op := range ops {
		p.number[op.Output] = k + 1
		if first := p.stands[op]; first != nil {
			p.number[op.Output] = p.number[first.Output]
			continue
		}
		p.enter(strings.Split(op.Name, "."))
		fmt.Fprintf(&p.b, p.node, k+1, p.escape(nodeLabel(op)))
	}
	p.enter(nil)
	for _, op := range ops {
		p.edges(op, links[op])
	}
	p.b.WriteString(p.end)
	_, err := io.WriteString(w, report.Printable(p.b.String()))
	return err
}

// nodeLabel is the name of an operation, as tables tell it, with its kind and shape.
func nodeLabel(op *trace.Operation) string {
	label := op.Kind.Name + " " + op.Output.Shape.Text()
	if op.Name != op.Kind.Name {
		label = op.Name + ": " + label
	}
	return label
}

// graphWriter is a graph that is being drawn.
type graphWriter struct {
	dialect
	b        bytes.Buffer
	stands   map[*trace.Operation]*trace.Operation // which of the first iteration is drawn for one of a later
	folded   map[string]int                        // how many iterations a block stands for
	number   map[*trace.Value]int                  // of the node that makes a tensor
	within   []string                              // the blocks that are open
	clusters int
	drawn    map[edge]bool
}

// enter closes the blocks that an operation is not in and opens those that it is in; the last part of its name is its own.
func (p *graphWriter) enter(name []string) {
	blocks := name[:max(len(name)-1, 0)]
	same := 0
	for same < min(len(blocks), len(p.within)) && blocks[same] == p.within[same] {
		same++
	}
	for range p.within[same:] {
		p.b.WriteString(p.leave)
	}
	for k := range blocks[same:] {
		p.clusters++
		label := strings.Join(blocks[:same+k+1], ".")
		if n := p.folded[label]; n > 1 {
			label += fmt.Sprintf(" ×%d", n)
		}
		fmt.Fprintf(&p.b, p.cluster, p.clusters, p.escape(label))
	}
	p.within = blocks
}

// edges draws the inputs of an operation: an edge for each link, and one for each operand that is in no link. An edge between
// two iterations that are drawn in the same place is left out.
func (p *graphWriter) edges(op *trace.Operation, links []cost.PricedLink) {
	to := p.number[op.Output]
	linked := map[int]bool{}
	for _, l := range links {
		for _, k := range l.Operands {
			linked[k] = true
		}
		if from := p.number[l.Tensor]; p.fresh(edge{from, to, true}) {
			fmt.Fprintf(&p.b, p.skip, from, l.Class, l.ID, to)
		}
	}
	for k, in := range op.Inputs {
		if from := p.number[in]; !linked[k] && p.fresh(edge{from, to, false}) {
			fmt.Fprintf(&p.b, p.edge, from, to)
		}
	}
}

// edge goes from one node to another.
type edge struct {
	from, to int
	link     bool
}

// fresh reports whether an edge goes forward and is not drawn yet.
func (p *graphWriter) fresh(e edge) bool {
	if e.from >= e.to || p.drawn[e] {
		return false
	}
	p.drawn[e] = true
	return true
}

// foldIterations finds iterations of outermost repeats that equal the one before: the same layers of the same shapes, connected
// in the same way. The first of them is drawn for all, and its label has their number.
func foldIterations(v *cost.Inventory) (stands map[*trace.Operation]*trace.Operation, folded map[string]int) {
	stands, folded = map[*trace.Operation]*trace.Operation{}, map[string]int{}
	var first, now []*trace.Operation
	var alike, of, block string
	end := func() {
		form := iterationForm(now)
		if form != "" && form == alike {
			for k, op := range now {
				stands[op] = first[k]
			}
			folded[of]++
		} else {
			first, alike, of = now, form, block
			folded[of] = 1
		}
		now = nil
	}
	for _, op := range v.Trace.Operations() {
		in, _ := iteration(op.Name)
		if in != block {
			end()
			block = in
		}
		now = append(now, op)
	}
	end()
	return stands, folded
}

// iteration is the outermost iteration that an operation is in, with the blocks around it, and what is left of the name; it is empty
// outside of repeats.
func iteration(name string) (in, own string) {
	at := strings.Index(name, "]")
	if at < 0 {
		return "", name
	}
	return name[:at+1], strings.TrimPrefix(name[at+1:], ".")
}

// iterationForm is a text of all that the picture shows of an iteration except its number; it is empty outside of repeats.
func iterationForm(ops []*trace.Operation) string {
	var form strings.Builder
	var outside []*trace.Value
	at := map[*trace.Value]int{}
	for k, op := range ops {
		in, name := iteration(op.Name)
		if in == "" {
			return ""
		}
		fmt.Fprintf(&form, "%s %s %s %s", in[:strings.LastIndex(in, "[")], name, op.Kind.Name, op.Output.Shape.ASCII())
		for _, v := range op.Inputs {
			if n, inside := at[v]; inside {
				fmt.Fprintf(&form, " %d", n)
				continue
			}
			if !slices.Contains(outside, v) {
				outside = append(outside, v)
			}
			fmt.Fprintf(&form, " outside %d", slices.Index(outside, v))
		}
		form.WriteByte('\n')
		at[op.Output] = k
	}
	return form.String()
}

// dialect is the syntax of one graph language.
type dialect struct {
	open, end      string
	node, edge     string // number and label; from and to
	skip           string // from, class and number of the link, to
	cluster, leave string // number and label of a block, and its end
	escape         func(string) string
}

func dotDialect() dialect {
	return dialect{
		open: "digraph network {\n  node [shape=box];\n", end: "}\n",
		node: "  n%d [label=\"%s\"];\n", edge: "  n%d -> n%d;\n",
		skip:    "  n%d -> n%[4]d [style=dashed, penwidth=2, constraint=false, label=\"%[2]s %[3]d\"];\n",
		cluster: "  subgraph cluster_%d {\n  label=\"%s\";\n", leave: "  }\n",
		escape: strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace,
	}
}

func mermaidDialect() dialect {
	return dialect{
		open: "flowchart TD\n", node: "  n%d[\"%s\"]\n", edge: "  n%d --> n%d\n", skip: "  n%d -. %s %d .-> n%d\n",
		cluster: "  subgraph b%d[\"%s\"]\n", leave: "  end\n",
		escape: strings.NewReplacer(`"`, "#quot;").Replace,
	}
}
