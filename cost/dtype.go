package cost

import (
	"github.com/skipcost/skipcost/internal/choose"
)

// DType is the type that elements are stored in.
type DType struct {
	Name string
	Bits int64 // per element
}

// DTypes lists the types that --dtype takes.
func DTypes() []DType {
	return []DType{{"fp64", 64}, {"fp32", 32}, {"tf32", 32}, {"fp16", 16}, {"bf16", 16}, {"fp8", 8}, {"int8", 8}}
}

// WeightTypes lists the types that --weights takes: parameters may be stored in half a byte each.
func WeightTypes() []DType { return append(DTypes(), DType{"int4", 4}) }

// ParseDType returns the named type.
func ParseDType(name string) (DType, error) {
	return choose.Named("dtype", name, DTypes(), func(d DType) []string { return []string{d.Name} })
}

// ParseWeightType returns the named type of parameters.
func ParseWeightType(name string) (DType, error) {
	return choose.Named("type of weights", name, WeightTypes(), func(d DType) []string { return []string{d.Name} })
}
