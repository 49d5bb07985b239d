package symbolic

import (
	"fmt"
	"strings"
)

// Measure is a number that an expression asks of a tensor by its name: width(x), or extent(x, 2), its second extent. Until the
// shape of the tensor is known it is a symbol, with a name that no other symbol can have.
type Measure struct {
	Tensor string
	Axis   int // 0 for the width, else which extent, from 1
}

const (
	widthName  = "width"
	extentName = "extent"
)

// maxAxis is the last extent that can be asked for.
const maxAxis = 3

// MeasureNames are the names of the functions that measure tensors. Symbols may have them too.
func MeasureNames() []string { return []string{widthName, extentName} }

// MeasureOf is the measure that the name of a symbol stands for.
func MeasureOf(symbol string) (Measure, bool) {
	function, rest, called := strings.Cut(symbol, "(")
	if !called {
		return Measure{}, false
	}
	m := Measure{Tensor: strings.TrimSuffix(rest, ")")}
	if function == extentName {
		m.Axis = 1
		if tensor, axis, several := strings.Cut(m.Tensor, ", "); several {
			m.Tensor, m.Axis = tensor, int(axis[0]-'0')
		}
	}
	return m, true
}

// Name is the name of the symbol that stands for a measure, as it is written.
func (m Measure) Name() string {
	switch m.Axis {
	case 0:
		return widthName + "(" + m.Tensor + ")"
	case 1:
		return extentName + "(" + m.Tensor + ")"
	}
	return fmt.Sprintf("%s(%s, %d)", extentName, m.Tensor, m.Axis)
}

// measure reads the tensor of a measure, and of an extent which one it is.
func (p *parser) measure(function string) Expr {
	m := Measure{}
	if function == extentName {
		m.Axis = 1
	}
	open := p.start
	p.next()
	if p.kind != nameToken {
		return p.fail(p.start, "as in "+function+"(x), where as: x names the tensor", "%s needs the name of a tensor", function)
	}
	m.Tensor = p.text[p.start:p.at]
	p.next()
	if m.Axis > 0 && p.accept(",") {
		m.Axis = strings.Index("123", p.token) + 1
		if p.kind != numberToken || len(p.token) != 1 || m.Axis == 0 {
			return p.fail(p.start, "", "extents are counted from 1 to %d", maxAxis)
		}
		p.next()
	}
	p.closing(")", open)
	return Symbol(m.Name())
}
