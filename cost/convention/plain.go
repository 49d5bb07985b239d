package convention

import "strings"

// plain are conventions without a tool: multiply-accumulates alone or with other operations, and sizes of the parameters.
func plain() []Convention {
	out := []Convention{}
	for mask := 1; mask < 1<<len(besides()); mask++ {
		names, charges := []string{"macs"}, []Charge{{On: products(), Is: "macs"}}
		for k, beside := range besides() {
			if mask&(1<<k) != 0 {
				names, charges = append(names, beside.name), append(charges, beside.charges...)
			}
		}
		out = append(out, Convention{
			Name: strings.Join(names, "+"), Version: "no tool's", Sees: "everything",
			Figures: []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: charges}},
		})
	}
	return append(out, sizes()...)
}

// beside is the other operations that may be charged beside multiply-accumulates.
type beside struct {
	name    string
	charges []Charge
}

func besides() []beside {
	return []beside{
		{"bias", []Charge{{On: convs + " " + transposed + " linear", Is: "biased"}, {On: attention, Is: "4*biased"}}},
		{"norms", []Charge{{On: norms, Is: "2*in"}}},
		{"activations", []Charge{{On: rectifiers + " " + smooth, Is: "in"}}},
	}
}

// sizes are figures of a network's parameters: their number with running statistics or without norms, and their bytes.
func sizes() []Convention {
	bytes := func(name, sees, learned, running string) Convention {
		return Convention{Name: name, Version: "no tool's", Sees: sees, Figures: []Figure{{Name: "bytes", Prints: "bytes", About: Memory, Charges: []Charge{
			{On: learners(), Is: learned}, {On: "batchnorm", Is: running},
		}}}}
	}
	number := func(name, sees string, charges ...Charge) Convention {
		return Convention{Name: name, Version: "no tool's", Sees: sees, Figures: []Figure{{Name: "params", Prints: "params", About: Parameters, Charges: charges}}}
	}
	return []Convention{
		number("params+buffers", "what is learned, and running statistics", Charge{On: learners(), Is: "params"}, Charge{On: "batchnorm", Is: "buffers"}),
		number("params-norms", "what is learned, norms apart", Charge{On: without(learners(), strings.Fields(norms)...), Is: "params"}),
		bytes("fp32", "what is learned, in four bytes each", "4*params", "0"),
		bytes("fp32+buffers", "what is learned and running statistics, in four bytes each", "4*params", "4*buffers"),
		bytes("fp16", "what is learned, in two bytes each", "2*params", "0"),
	}
}
