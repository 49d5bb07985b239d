package report_test

import (
	"fmt"
	"math/big"

	"github.com/skipcost/skipcost/report"
)

// Counts are shown in powers of 1000, bytes in powers of 1024.
func ExampleSI() {
	n := big.NewInt(25_557_032)
	fmt.Println(report.Thousands(n))
	fmt.Println(report.SI(n))
	fmt.Println(report.IEC(n))
	// Output:
	// 25,557,032
	// 25.6 M
	// 24.4 MiB
}
