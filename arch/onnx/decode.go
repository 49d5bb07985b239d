package onnx

import (
	"errors"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// References:
//
//	[onnx] https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers and their meaning)

// decode reads the graph of an ONNX file of the given size; weights are skipped over.
//
// What [onnx] has and this does not read: lists of tensors, graphs or types as an attribute, sparse tensors as an attribute,
// texts that are longer than any option of an operator, and all documentation and metadata.
func decode(r io.ReaderAt, size int64) (*model, error) {
	d := newDecoder(r, size)
	m := &model{opsets: map[string]int64{}, functions: map[functionKey]*function{}}
	err := d.model(m)
	if err == nil && m.graph == nil {
		err = malformed(0, "no graph")
	}
	if wrong := (*FormatError)(nil); errors.As(err, &wrong) && m.graph == nil {
		wrong.Message += ": is this an ONNX file?"
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (d *decoder) model(m *model) error {
	whole := field{kind: protowire.BytesType, end: d.size}
	return d.fields(whole, "model", func(f field) (err error) {
		switch f.number {
		case 1:
			m.irVersion, err = f.integer()
		case 2:
			m.producer, err = d.text(f)
		case 7:
			if m.graph != nil {
				return f.second()
			}
			m.graph = new(graph)
			err = d.graph(f, m.graph, 1)
		case 8:
			err = d.opset(f, m.opsets)
		case 25:
			err = d.function(f, m.functions)
		}
		return err
	})
}

// function adds a function of the model. The last one of a name counts, as in ONNX Runtime.
func (d *decoder) function(f field, functions map[functionKey]*function) error {
	fn := &function{offset: f.offset, defaults: map[string]*attribute{}}
	if err := d.charge(f.offset, chargeMap); err != nil {
		return err
	}
	err := d.fields(f, "function", func(f field) (err error) {
		switch f.number {
		case 1:
			fn.key.name, err = d.text(f)
		case 4:
			fn.inputs, err = d.appendText(fn.inputs, f)
		case 5:
			fn.outputs, err = d.appendText(fn.outputs, f)
		case 7:
			var n *node
			n, err = d.node(f, 1)
			fn.nodes = append(fn.nodes, n)
		case 10:
			fn.key.domain, err = d.text(f)
		case 11:
			var a *attribute
			if a, err = d.attribute(f, 1); err == nil {
				fn.defaults[a.name] = a
			}
		case 13:
			fn.key.overload, err = d.text(f)
		}
		return err
	})
	functions[fn.key] = fn
	return err
}

// second is the error of a message that stands twice where one is allowed. Protobuf would merge the two, which no
// writer of ONNX means.
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

func (d *decoder) graph(f field, g *graph, depth int) error {
	if depth > maxGraphDepth {
		return malformed(f.offset, "more than %d graphs inside one another", maxGraphDepth)
	}
	if err := d.charge(f.offset, chargeGraph); err != nil {
		return err
	}
	return d.fields(f, "graph", func(f field) (err error) {
		switch f.number {
		case 1:
			var n *node
			n, err = d.node(f, depth)
			g.nodes = append(g.nodes, n)
		case 2:
			g.name, err = d.text(f)
		case 5:
			var t *tensor
			t, err = d.tensor(f, false)
			g.initializers = append(g.initializers, t)
		case 11:
			g.inputs, err = d.appendValue(g.inputs, f)
		case 12:
			g.outputs, err = d.appendValue(g.outputs, f)
		case 13:
			g.values, err = d.appendValue(g.values, f)
		case 15:
			var t *tensor
			t, err = d.sparseTensor(f)
			g.initializers = append(g.initializers, t)
		}
		return err
	})
}

func (d *decoder) node(f field, depth int) (*node, error) {
	n := &node{offset: f.offset}
	if d.nodes++; d.nodes > maxNodes {
		return n, malformed(f.offset, "more than %d nodes", maxNodes)
	}
	if err := d.charge(f.offset, chargeNode); err != nil {
		return n, err
	}
	return n, d.fields(f, "node", func(f field) (err error) {
		switch f.number {
		case 1:
			n.inputs, err = d.appendText(n.inputs, f)
		case 2:
			n.outputs, err = d.appendText(n.outputs, f)
		case 3:
			n.name, err = d.text(f)
		case 4:
			n.op, err = d.text(f)
		case 5:
			err = d.addAttribute(n, f, depth)
		case 7:
			n.domain, err = d.text(f)
		case 8:
			n.overload, err = d.text(f)
		}
		return err
	})
}

func (d *decoder) addAttribute(n *node, f field, depth int) error {
	if n.attributes == nil {
		if err := d.charge(f.offset, chargeMap); err != nil {
			return err
		}
		n.attributes = map[string]*attribute{}
	}
	a, err := d.attribute(f, depth)
	if err != nil {
		return err
	}
	if n.attributes[a.name] != nil {
		return malformed(f.offset, "node has the attribute %.100q twice", a.name)
	}
	n.attributes[a.name] = a
	n.holdsGraph = n.holdsGraph || a.graph != nil
	return nil
}

func (d *decoder) attribute(f field, depth int) (*attribute, error) {
	a := &attribute{offset: f.offset}
	if err := d.charge(f.offset, chargeAttribute); err != nil {
		return a, err
	}
	return a, d.fields(f, "attribute", func(f field) (err error) {
		switch f.number {
		case 1:
			a.name, err = d.text(f)
		case 2:
			a.f, err = math.Float32frombits(uint32(f.bits)), f.want(protowire.Fixed32Type)
		case 3:
			a.i, err = f.integer()
		case 4:
			a.s, err = d.option(f)
		case 5:
			if a.tensor != nil {
				return f.second()
			}
			a.tensor, err = d.tensor(f, true)
		case 6:
			if a.graph != nil {
				return f.second()
			}
			a.graph = new(graph)
			err = d.graph(f, a.graph, depth+1)
		case 7:
			a.floats, err = d.appendFloats(a.floats, f)
		case 8:
			a.ints, err = d.appendInts(a.ints, f)
		case 9:
			if f.end-f.start <= maxString {
				a.strings, err = d.appendText(a.strings, f)
			}
		case 21:
			a.ref, err = d.text(f)
		}
		return err
	})
}
