package report_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/report"
)

func power(base, exponent int64) *big.Int {
	return new(big.Int).Exp(big.NewInt(base), big.NewInt(exponent), nil)
}

func times(a int64, b *big.Int) *big.Int { return new(big.Int).Mul(big.NewInt(a), b) }

func less(n *big.Int, by int64) *big.Int { return new(big.Int).Sub(n, big.NewInt(by)) }

func TestThousands(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "7": "7", "999": "999", "1000": "1,000", "999999": "999,999", "1000000": "1,000,000", "25557032": "25,557,032",
		"-1234": "-1,234", "-123": "-123", "100000000000000000000": "100,000,000,000,000,000,000",
	} {
		n, _ := new(big.Int).SetString(in, 10)
		assert.Equal(t, want, report.Thousands(n), in)
	}
	assert.Equal(t, "—", report.Thousands(nil))
}

func TestCount(t *testing.T) {
	for _, tt := range []struct {
		n       *big.Int
		want    string
		rounded bool
	}{
		{nil, "—", false},
		{big.NewInt(0), "0", false},
		{big.NewInt(-90_000), "-90,000", false},
		{less(power(10, 24), 1), "999,999,999,999,999,999,999,999", false},
		{power(10, 24), "1e+24", false},
		{less(power(10, 25), 1), "~1.00e+25", true},
		{power(2, 217), "~2.11e+65", true},
		{new(big.Int).Neg(power(2, 217)), "~-2.11e+65", true},
		{times(1075, power(10, 62)), "~1.08e+65", true},                     // a tie
		{less(times(1075, power(10, 62)), 1), "~1.07e+65", true},            // just below
		{times(15, power(10, 120)), "1.5e+121", false},                      // exact
		{times(9995, power(10, 1000)), "~1.00e+1004", true},                 // a new digit
		{less(times(9995, power(10, 40)), 1), "~9.99e+43", true},            // and none
		{new(big.Int).Add(power(10, 40), big.NewInt(1)), "~1.00e+40", true}, // a late digit counts
		{less(times(100_000, power(10, 18)), 1), "99,999,999,999,999,999,999,999", false},
	} {
		text, rounded := report.Count(tt.n)
		assert.Equal(t, tt.want, text)
		assert.Equal(t, tt.rounded, rounded, tt.want)
	}
}

func TestSI(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		want string
	}{
		{0, "0"}, {1, "1"}, {999, "999"}, {1000, "1 k"}, {1001, "1.00 k"}, {1004, "1.00 k"}, {1005, "1.01 k"}, {1500, "1.5 k"},
		{1501, "1.50 k"}, {9994, "9.99 k"}, {9995, "10.0 k"}, {9999, "10.0 k"}, {10_000, "10 k"}, {10_049, "10.0 k"},
		{10_050, "10.1 k"}, {99_949, "99.9 k"}, {99_950, "100 k"}, {100_000, "100 k"}, {999_499, "999 k"}, {999_500, "1.00 M"},
		{999_999, "1.00 M"}, {1_000_000, "1 M"}, {25_557_032, "25.6 M"}, {4_089_184_256, "4.09 G"}, {999_499_999, "999 M"},
		{999_500_000, "1.00 G"}, {999_999_999_999, "1.00 T"}, {1_000_000_000_000_000, "1 P"}, {-1500, "-1.5 k"}, {-999_999, "-1.00 M"},
		{1_000_000_000_000_000_000, "1 E"},
	} {
		assert.Equal(t, tt.want, report.SI(big.NewInt(tt.n)), tt.n)
	}
	assert.Equal(t, "—", report.SI(nil))
	limit := times(9995, power(10, 17)) // 999.5 E
	assert.Equal(t, "999 E", report.SI(less(limit, 1)))
	assert.Equal(t, "~1.00e+21", report.SI(limit))
	assert.Equal(t, "1e+21", report.SI(power(10, 21)))
	assert.Equal(t, "~-1.07e+301", report.SI(new(big.Int).Neg(power(2, 1000))))
}

func TestIEC(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		want string
	}{
		{0, "0 B"}, {512, "512 B"}, {1000, "1,000 B"}, {1023, "1,023 B"}, {1024, "1 KiB"}, {1025, "1.00 KiB"}, {1536, "1.5 KiB"},
		{10 << 10, "10 KiB"}, {1023 << 10, "1,023 KiB"}, {1023<<10 + 511, "1,023 KiB"}, {1023<<10 + 512, "1.00 MiB"}, {1<<20 - 1, "1.00 MiB"},
		{1 << 20, "1 MiB"}, {102_228_128, "97.5 MiB"}, {1<<30 - 1, "1.00 GiB"}, {1 << 30, "1 GiB"}, {1 << 40, "1 TiB"}, {1 << 50, "1 PiB"},
		{1 << 60, "1 EiB"}, {-1536, "-1.5 KiB"}, {1000 << 10, "1,000 KiB"}, {999<<10 + 600, "1,000 KiB"},
	} {
		assert.Equal(t, tt.want, report.IEC(big.NewInt(tt.n)), tt.n)
	}
	assert.Equal(t, "—", report.IEC(nil))
	limit := new(big.Int).Sub(power(2, 70), power(2, 59)) // 1023.5 EiB
	assert.Equal(t, "1,023 EiB", report.IEC(less(limit, 1)))
	assert.Equal(t, "~1.18e+21 B", report.IEC(limit))
}

// Nothing near a power of the base may print as a whole base of a unit.
func TestPrefixesNeverOverflow(t *testing.T) {
	near := func(p *big.Int, print func(*big.Int) string, overflow string) {
		for d := int64(-600); d <= 600; d++ {
			n := new(big.Int).Add(p, big.NewInt(d))
			if text := print(n); strings.HasPrefix(text, overflow) {
				t.Errorf("%s prints as %s", n, text)
			}
		}
	}
	for e := int64(3); e < 21; e++ {
		near(power(10, e), report.SI, "1,000")
	}
	for e := int64(10); e < 70; e += 10 {
		near(power(2, e), report.IEC, "1,024")
	}
}

func TestRatio(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "1": "1", "5": "5", "1/2": "0.5", "9709": "9,709", "9708.5": "9,709", "5/3": "1.667", "1/3": "0.3333", "100001/100000": "1.000",
		"1.2": "1.2", "1.20001": "1.200", "9.9994": "9.999", "9.9995": "10.00", "99.995": "100.0", "999.94": "999.9", "999.95": "1,000",
		"12345.6": "12,346", "123456789": "123,456,789", "999999999": "999,999,999", "999999999.4": "999,999,999", "999999999.6": "1,000,000,000",
		"1000000000": "1e+09", "1234567890123": "~1.23e+12", "9999999999999": "~1.00e+13", "1500000000": "1.5e+09",
		"0.05123": "0.05123", "0.051234": "0.05123", "0.099996": "0.1000", "0.99995": "1.000", "0.0001": "0.0001", "0.00012345": "0.0001235",
		"0.00009": "9e-05", "0.0000123456": "~1.23e-05", "0.0000999999": "~1.00e-04", "1/1000000007": "~1.00e-09",
		"-5/3": "-1.667", "-0.00001": "-1e-05", "-1/3000000": "~-3.33e-07", "0.177600": "0.1776",
	} {
		q, ok := new(big.Rat).SetString(in)
		assert.True(t, ok, in)
		assert.Equal(t, want, report.Ratio(q), in)
	}
	assert.Equal(t, "—", report.Ratio(nil))
}

func TestNumbersLeaveTheirArgumentAlone(t *testing.T) {
	n, q := big.NewInt(-1_234_567), big.NewRat(-22, 7)
	report.Thousands(n)
	report.Count(n)
	report.SI(n)
	report.IEC(n)
	report.Ratio(q)
	assert.Equal(t, "-1234567", n.String())
	assert.Equal(t, "-22/7", q.String())
}
