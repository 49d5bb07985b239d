package report

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
)

// A gain that is too long to be written out is a power or a decimal with a long exponent, for people and for machines.
func TestLongNumbers(t *testing.T) {
	exact := longCell(&symbolic.TooLargeError{What: "2^999999999", Digits: big.NewFloat(301029995.4)}, cost.AllDigits)
	assert.Equal(t, "2^999999999", exact.Data())
	assert.Equal(t, "2^999999999 is about 10^301029995, too long to be written out", exact.note)
	model := longCell(&symbolic.TooLargeError{What: "1.15324e+301029995", Digits: big.NewFloat(301029995)}, cost.ModelledDigits)
	assert.Equal(t, "≈1.15e+301029995", model.Text(0))
	assert.Equal(t, Float("1.15324e+301029995"), model.Data())
	few, ok := Estimated(big.NewRat(22, 7), cost.RoundedDigits)
	assert.True(t, ok)
	assert.Equal(t, "~3.14", few.Text(0))
	_, ok = Estimated(big.NewRat(22, 7), cost.AllDigits)
	assert.False(t, ok)
}
