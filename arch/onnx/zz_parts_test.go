package onnx

import (
	"fmt"
	"os"
	"testing"
)

func TestZZParts(t *testing.T) {
	if os.Getenv("PARTS") == "" {
		t.Skip()
	}
	f, _ := os.Create(os.Getenv("PARTS"))
	for _, o := range allOperators() {
		p := func(is bool, name string) {
			if is {
				fmt.Fprintf(f, "%s:%s:%s\n", o.domain, o.name, name)
			}
		}
		p(o.rule != nil, "rule")
		p(o.fold != nil, "fold")
		p(o.knows != nil, "knows")
		p(o.opens != nil, "opens")
		p(o.says != nil, "says")
		p(o.source, "source")
		p(o.literal, "literal")
		p(len(o.weights) > 0, "weights")
		p(len(o.weights) > 1, "weight1")
		p(len(o.factors) > 0, "factors")
		p(o.width != 0, "width")
		p(o.passes != 0, "passes")
		p(o.learned != 0, "learned")
		p(o.lists, "lists")
		p(o.integers, "integers")
		p(o.settles, "settles")
		p(o.derive != nil, "derive")
		p(o.commutes, "commutes")
		w := "work:x"
		if o.work == None {
			w = "work:None"
		}
		p(true, w)
	}
}
