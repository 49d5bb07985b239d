package cost

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
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
	var names []string
	for _, d := range DTypes() {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	if near := arch.Nearest(name, names); near != "" {
		return DType{}, fmt.Errorf("unknown dtype %q, did you mean %s?", name, near)
	}
	return DType{}, fmt.Errorf("unknown dtype %q, known are %s", name, strings.Join(names, ", "))
}
