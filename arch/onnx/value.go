package onnx

// appendValue appends the valueInfo of a field.
func (d *decoder) appendValue(list []*valueInfo, f field) ([]*valueInfo, error) {
	v := &valueInfo{offset: f.offset}
	if err := d.charge(f.offset, chargeValue); err != nil {
		return list, err
	}
	err := d.fields(f, "value", func(f field) (err error) {
		switch f.number {
		case 1:
			v.name, err = d.text(f)
		case 2:
			err = d.valueType(f, v)
		}
		return err
	})
	return append(list, v), err
}

// valueType reads the type of a value. Other types than that of a tensor are skipped.
func (d *decoder) valueType(f field, v *valueInfo) error {
	return d.fields(f, "type", func(f field) error {
		if f.number != 1 {
			return nil
		}
		return d.fields(f, "tensor type", func(f field) error {
			switch f.number {
			case 1:
				dtype, err := f.integer()
				v.dtype = int32(dtype)
				return err
			case 2:
				if v.hasShape {
					return f.second()
				}
				v.hasShape = true
				return d.shape(f, v)
			}
			return nil
		})
	})
}

func (d *decoder) shape(f field, v *valueInfo) error {
	return d.fields(f, "shape", func(f field) error {
		if f.number != 1 {
			return nil
		}
		if len(v.dims) == maxRank {
			return malformed(f.offset, "shape has more than %d dimensions", maxRank)
		}
		dim, err := d.dimension(f)
		v.dims = append(v.dims, dim)
		return err
	})
}

// dimension reads a number or a symbol. They exclude each other, so the last one counts.
func (d *decoder) dimension(f field) (dimension, error) {
	var dim dimension
	if err := d.charge(f.offset, chargeDimension); err != nil {
		return dim, err
	}
	err := d.fields(f, "dimension", func(f field) (err error) {
		switch f.number {
		case 1:
			dim = dimension{known: true}
			dim.value, err = f.integer()
		case 2:
			dim = dimension{}
			dim.param, err = d.text(f)
		}
		return err
	})
	return dim, err
}
