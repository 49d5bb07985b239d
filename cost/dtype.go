package cost

import (
	"fmt"

	"github.com/skipcost/skipcost/internal/choose"
)

// DType is the type that elements are stored in.
type DType struct {
	Name string
	Bits int64  // per element
	Also string // what PyTorch and ONNX call it; empty where they have no other name
}

// DTypes lists the types that --dtype takes.
func DTypes() []DType {
	return []DType{
		{"fp64", 64, "float64"}, {"fp32", 32, "float32"}, {"tf32", 32, ""}, {"fp16", 16, "float16"}, {"bf16", 16, "bfloat16"},
		{"fp8", 8, "float8"}, {"int8", 8, ""},
	}
}

// WeightTypes lists the types that --weights takes: parameters may be stored in half a byte each.
func WeightTypes() []DType { return append(DTypes(), DType{Name: "int4", Bits: 4}) }

// Doc says what an element takes, for documentation.
func (d DType) Doc() string {
	text := fmt.Sprintf("%d bits for each element", d.Bits)
	if d.Also != "" {
		text += "; " + d.Also + " elsewhere"
	}
	return text
}

// names are all names of the type, its own first.
func (d DType) names() []string {
	if d.Also == "" {
		return []string{d.Name}
	}
	return []string{d.Name, d.Also}
}

// ParseDType returns the named type.
func ParseDType(name string) (DType, error) {
	return choose.Named("dtype", name, DTypes(), DType.names)
}

// ParseWeightType returns the named type of parameters.
func ParseWeightType(name string) (DType, error) {
	return choose.Named("type of weights", name, WeightTypes(), DType.names)
}
