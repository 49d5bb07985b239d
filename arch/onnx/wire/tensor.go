package wire

import (
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"
)

// A payload is where the values of a tensor are. They can only be made out when the message has ended, because its
// fields come in any order: the values may stand before the shape and the type.
type payload struct {
	raw   field            // raw_data
	typed protowire.Number // the one of the fields such as float_data that has values, or 0
	bits  []uint64         // its first values
	more  bool             // there are more than these
	// inNode says that the tensor is an attribute.
	inNode bool
}

// tensor reads an initializer, or an attribute of a node.
func (d *decoder) tensor(f field, inNode bool) (*Tensor, error) {
	t := &Tensor{Offset: f.offset}
	if err := d.charge(f.offset, chargeTensor); err != nil {
		return t, err
	}
	p := payload{bits: d.bits[:0], inNode: inNode}
	err := d.fields(f, "tensor", func(f field) (err error) {
		switch f.number {
		case 1:
			t.Dims, err = d.appendDims(t.Dims, f)
		case 2:
			var dtype int64
			dtype, err = f.integer()
			t.DType = int32(dtype)
		case 4, 5, 7, 10, 11:
			err = d.typedData(f, &p)
		case 8:
			t.Name, err = d.text(f)
		case 9:
			p.raw, err = f, f.want(protowire.BytesType)
		case 14:
			var location int64
			location, err = f.integer()
			t.External = location == 1
		}
		return err
	})
	d.bits = p.bits
	if err != nil {
		return t, err
	}
	return t, d.fill(t, &p)
}

// sparseTensor reads an initializer that lists its values other than zero. They stay unknown.
func (d *decoder) sparseTensor(f field) (*Tensor, error) {
	t := &Tensor{Offset: f.offset}
	if err := d.charge(f.offset, chargeTensor); err != nil {
		return t, err
	}
	return t, d.fields(f, "sparse tensor", func(f field) (err error) {
		switch f.number {
		case 1:
			var values *Tensor
			values, err = d.tensor(f, false)
			t.Name, t.DType, t.External = values.Name, values.DType, values.External
		case 3:
			t.Dims, err = d.appendDims(t.Dims, f)
		}
		return err
	})
}

// typedData notes the first values of a field such as float_data.
func (d *decoder) typedData(f field, p *payload) error {
	if f.kind == protowire.BytesType && f.start == f.end {
		return nil
	}
	if p.typed != 0 && p.typed != f.number {
		return malformed(f.offset, "tensor has values in field %d and in field %d", p.typed, f.number)
	}
	p.typed = f.number
	return d.numbers(f, wireType(f.number), func(bits uint64) error {
		if len(p.bits) == maxValues {
			p.more = true
			return errEnough
		}
		p.bits = append(p.bits, bits)
		return nil
	})
}

// wireType is how the numbers of a field of a tensor are written.
func wireType(number protowire.Number) protowire.Type {
	switch number {
	case 4: // float_data
		return protowire.Fixed32Type
	case 10: // double_data
		return protowire.Fixed64Type
	}
	return protowire.VarintType
}

// fill sets the values of a tensor whose message has ended.
func (d *decoder) fill(t *Tensor, p *payload) error {
	count := elements(t.Dims)
	if count == 0 {
		t.Known = true
		return nil
	}
	kind, ok := dtypes[t.DType]
	hasRaw := p.raw.end > p.raw.start
	if !ok || t.External {
		return nil
	}
	if hasRaw && p.typed != 0 {
		return malformed(t.Offset, "tensor has values in field %d and in field %d", p.raw.number, p.typed)
	}
	if hasRaw {
		return d.fillRaw(t, kind, p, count)
	}
	if p.typed != kind.field {
		return nil // no values at all, as in a file that was stripped of its weights, or in a place where none belong
	}
	if n := int64(len(p.bits)); p.more && count <= n || !p.more && count != n {
		return malformed(t.Offset, "tensor has %s values, its shape has %d", counted(n, p.more), count)
	}
	if kind.float != nil {
		values := make([]float64, len(p.bits))
		for k, bits := range p.bits {
			values[k] = kind.float(bits)
		}
		t.Look = LookOf(t.Dims, values)
	}
	if count > kind.most(p.inNode) {
		return nil
	}
	return d.keep(t, kind, p.bits)
}

// fillRaw reads the values from raw_data.
func (d *decoder) fillRaw(t *Tensor, kind dtype, p *payload, count int64) error {
	raw := p.raw
	length := raw.end - raw.start
	if length/kind.bytes != count || length%kind.bytes != 0 {
		return malformed(raw.offset, "tensor has %d bytes of data, its shape has %d values of %d bytes",
			length, count, kind.bytes)
	}
	t.values = values{start: raw.start, each: kind.bytes}
	if kind.float != nil {
		var err error
		if t.Look, err = d.look(raw.start, kind, t.Dims); err != nil {
			return err
		}
	}
	if count > kind.most(p.inNode) {
		return nil
	}
	b, err := d.peek(raw.start, length)
	if err != nil {
		return err
	}
	bits := d.bits[:0]
	for ; len(b) > 0; b = b[kind.bytes:] {
		var wide [8]byte
		copy(wide[:], b[:kind.bytes])
		bits = append(bits, binary.LittleEndian.Uint64(wide[:]))
	}
	d.bits = bits
	return d.keep(t, kind, bits)
}

// keep copies values into a tensor. An unsigned one that does not fit leaves all of them unknown.
func (d *decoder) keep(t *Tensor, kind dtype, bits []uint64) error {
	if err := d.charge(t.Offset, chargeNumber*int64(len(bits))); err != nil {
		return err
	}
	if kind.float != nil {
		t.Floats = make([]float64, len(bits))
		for k, v := range bits {
			t.Floats[k] = kind.float(v)
		}
		t.Known = true
		return nil
	}
	ints := make([]int64, len(bits))
	for k, v := range bits {
		ints[k] = kind.integer(v)
		if kind.unsigned && ints[k] < 0 {
			return nil
		}
	}
	t.Ints, t.Known = ints, true
	return nil
}
