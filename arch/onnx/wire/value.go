package wire

// appendValue appends the type of the value of a field.
func (d *decoder) appendValue(list []*ValueInfo, f field) ([]*ValueInfo, error) {
	v := &ValueInfo{Offset: f.offset}
	if err := d.charge(f.offset, chargeValue); err != nil {
		return list, err
	}
	err := d.fields(f, "value", func(f field) (err error) {
		switch f.number {
		case 1:
			v.Name, err = d.text(f)
		case 2:
			err = d.valueType(f, v, 0)
		}
		return err
	})
	return append(list, v), err
}

// The fields of a type: what it is of.
const (
	typeTensor   = 1
	typeSequence = 4
	typeOptional = 9
)

// maxTypeDepth bounds types of types, as an optional sequence of tensors is.
const maxTypeDepth = 4

// valueType reads the type of a value. Other types than those of tensors, and of what holds tensors, are skipped.
func (d *decoder) valueType(f field, v *ValueInfo, depth int) error {
	return d.fields(f, "type", func(f field) error {
		if inner := f.number == typeSequence || f.number == typeOptional; inner && depth < maxTypeDepth {
			v.Sequence = v.Sequence || f.number == typeSequence
			return d.fields(f, "type", func(f field) error {
				if f.number != 1 {
					return nil
				}
				return d.valueType(f, v, depth+1)
			})
		}
		if f.number != typeTensor {
			return nil
		}
		return d.fields(f, "tensor type", func(f field) error {
			switch f.number {
			case 1:
				dtype, err := f.integer()
				v.DType = int32(dtype)
				return err
			case 2:
				if v.HasShape {
					return f.second()
				}
				v.HasShape = true
				return d.shape(f, v)
			}
			return nil
		})
	})
}

func (d *decoder) shape(f field, v *ValueInfo) error {
	return d.fields(f, "shape", func(f field) error {
		if f.number != 1 {
			return nil
		}
		if len(v.Dims) == MaxRank {
			return malformed(f.offset, "shape has more than %d dimensions", MaxRank)
		}
		dim, err := d.dimension(f)
		v.Dims = append(v.Dims, dim)
		return err
	})
}

// dimension reads a number or a symbol. They exclude each other, so the last one counts.
func (d *decoder) dimension(f field) (Dimension, error) {
	var dim Dimension
	if err := d.charge(f.offset, chargeDimension); err != nil {
		return dim, err
	}
	err := d.fields(f, "dimension", func(f field) (err error) {
		switch f.number {
		case 1:
			dim = Dimension{Known: true}
			dim.Value, err = f.integer()
		case 2:
			dim = Dimension{}
			dim.Param, err = d.text(f)
		}
		return err
	})
	return dim, err
}
