package wire

import (
	"errors"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Decode reads the graph of an ONNX file of the given size; weights are skipped as soon as they are recognised. The error is a
// [*FormatError].
//
// Not read, although [onnx] has them: lists of tensors, graphs or types as an attribute, texts that are longer than any option of
// an operator, and all documentation and metadata.
func Decode(r io.ReaderAt, size int64) (*Model, error) {
	d := newDecoder(r, size)
	m := &Model{file: r, Opsets: map[string]int64{}, Functions: map[FunctionKey]*Function{}}
	err := d.model(m)
	if err == nil && m.Graph == nil {
		err = malformed(0, "no graph")
	}
	if wrong := (*FormatError)(nil); errors.As(err, &wrong) && m.Graph == nil {
		wrong.Message += ": is this an ONNX file?"
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (d *decoder) model(m *Model) error {
	whole := field{kind: protowire.BytesType, end: d.size}
	return d.fields(whole, "model", func(f field) (err error) {
		switch f.number {
		case 1:
			m.IRVersion, err = f.integer()
		case 2:
			m.Producer, err = d.text(f)
		case 7:
			if m.Graph != nil {
				return f.second()
			}
			m.Graph = new(Graph)
			err = d.graph(f, m.Graph, 1)
		case 8:
			err = d.opset(f, m.Opsets)
		case 25:
			err = d.function(f, m.Functions)
		}
		return err
	})
}

// function adds a function of the model. The last one of a name counts, as in ONNX Runtime.
func (d *decoder) function(f field, functions map[FunctionKey]*Function) error {
	fn := &Function{Offset: f.offset, Defaults: map[string]*Attribute{}}
	if err := d.charge(f.offset, chargeMap); err != nil {
		return err
	}
	err := d.fields(f, "function", func(f field) (err error) {
		switch f.number {
		case 1:
			fn.Key.Name, err = d.text(f)
		case 4:
			fn.Inputs, err = d.appendText(fn.Inputs, f)
		case 5:
			fn.Outputs, err = d.appendText(fn.Outputs, f)
		case 7:
			var n *Node
			n, err = d.node(f, 1)
			fn.Nodes = append(fn.Nodes, n)
		case 10:
			fn.Key.Domain, err = d.text(f)
		case 11:
			var a *Attribute
			if a, err = d.attribute(f, 1); err == nil {
				fn.Defaults[a.Name] = a
			}
		case 13:
			fn.Key.Overload, err = d.text(f)
		}
		return err
	})
	functions[fn.Key] = fn
	return err
}

// second is the error for a second message where one is allowed. Protobuf would merge the two, which no writer of ONNX intends.
func (f field) second() error {
	return malformed(f.offset, "%s has field %d twice", f.message, f.number)
}

// opset adds a version of a set of operators. If a domain stands twice the last counts, as in ONNX Runtime.
func (d *decoder) opset(f field, opsets map[string]int64) error {
	var domain string
	var version int64
	err := d.fields(f, "opset", func(f field) (err error) {
		switch f.number {
		case 1:
			domain, err = d.text(f)
		case 2:
			version, err = f.integer()
		}
		return err
	})
	if err != nil {
		return err
	}
	if domain == "ai.onnx" {
		domain = ""
	}
	opsets[domain] = version
	return d.charge(f.offset, chargeOpset)
}

func (d *decoder) graph(f field, g *Graph, depth int) error {
	if depth > MaxGraphDepth {
		return malformed(f.offset, "more than %d graphs inside one another", MaxGraphDepth)
	}
	if err := d.charge(f.offset, chargeGraph); err != nil {
		return err
	}
	return d.fields(f, "graph", func(f field) (err error) {
		switch f.number {
		case 1:
			var n *Node
			n, err = d.node(f, depth)
			g.Nodes = append(g.Nodes, n)
		case 2:
			g.Name, err = d.text(f)
		case 5:
			var t *Tensor
			t, err = d.tensor(f, false)
			g.Initializers = append(g.Initializers, t)
		case 11:
			g.Inputs, err = d.appendValue(g.Inputs, f)
		case 12:
			g.Outputs, err = d.appendValue(g.Outputs, f)
		case 13:
			g.Values, err = d.appendValue(g.Values, f)
		case 15:
			var t *Tensor
			t, err = d.sparseTensor(f)
			g.Initializers = append(g.Initializers, t)
		}
		return err
	})
}

func (d *decoder) node(f field, depth int) (*Node, error) {
	n := &Node{Offset: f.offset}
	if d.nodes++; d.nodes > MaxNodes {
		return n, malformed(f.offset, "more than %d nodes", MaxNodes)
	}
	if err := d.charge(f.offset, chargeNode); err != nil {
		return n, err
	}
	err := d.fields(f, "node", func(f field) (err error) {
		switch f.number {
		case 1:
			n.Inputs, err = d.appendText(n.Inputs, f)
		case 2:
			n.Outputs, err = d.appendText(n.Outputs, f)
		case 3:
			n.Name, err = d.text(f)
		case 4:
			n.Op, err = d.word(f)
		case 5:
			err = d.addAttribute(n, f, depth)
		case 7:
			n.Domain, err = d.text(f)
		case 8:
			n.Overload, err = d.text(f)
		}
		return err
	})
	if err == nil {
		if a := n.Attributes.sort(); a != nil {
			err = malformed(a.Offset, "node has the attribute %.100q twice", a.Name)
		}
	}
	return n, err
}

func (d *decoder) addAttribute(n *Node, f field, depth int) error {
	a, err := d.attribute(f, depth)
	if err != nil {
		return err
	}
	n.Attributes = append(n.Attributes, a)
	n.HoldsGraph = n.HoldsGraph || a.Graph != nil
	return nil
}

func (d *decoder) attribute(f field, depth int) (*Attribute, error) {
	a := &Attribute{Offset: f.offset}
	if err := d.charge(f.offset, chargeAttribute); err != nil {
		return a, err
	}
	return a, d.fields(f, "attribute", func(f field) (err error) {
		switch f.number {
		case 1:
			a.Name, err = d.word(f)
		case 2:
			a.Float, err = math.Float32frombits(uint32(f.bits)), f.want(protowire.Fixed32Type)
		case 3:
			a.Int, err = f.integer()
		case 4:
			a.Text, err = d.option(f)
		case 5:
			if a.Tensor != nil {
				return f.second()
			}
			a.Tensor, err = d.tensor(f, true)
		case 6:
			if a.Graph != nil {
				return f.second()
			}
			a.Graph = new(Graph)
			err = d.graph(f, a.Graph, depth+1)
		case 7:
			a.Floats, err = d.appendFloats(a.Floats, f)
		case 8:
			a.Ints, err = d.appendInts(a.Ints, f)
		case 9:
			if f.end-f.start <= maxString {
				a.Strings, err = d.appendText(a.Strings, f)
			}
		case 21:
			a.Ref, err = d.text(f)
		case 22:
			if a.Tensor != nil {
				return f.second()
			}
			a.Tensor, err = d.sparseTensor(f)
		}
		return err
	})
}
