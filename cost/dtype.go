package cost

import (
	"github.com/skipcost/skipcost/internal/choose"
)

// DType is the type that elements are stored in.
type DType struct {
	Name  string
	Bytes int64 // per element
}

// DTypes lists the types that --dtype takes.
func DTypes() []DType {
	return []DType{{"fp64", 8}, {"fp32", 4}, {"tf32", 4}, {"fp16", 2}, {"bf16", 2}, {"fp8", 1}, {"int8", 1}}
}

// ParseDType returns the named type.
func ParseDType(name string) (DType, error) {
	return choose.Named("dtype", name, DTypes(), func(d DType) []string { return []string{d.Name} })
}
