package request

import "encoding/json"

// Choices is a description of all commands as JSON, for programs that make menus of it: the version of the program, and for
// each command its options with their kinds, defaults, possible words and help.
func Choices() ([]byte, error) {
	commands := map[string]map[string]choice{}
	for _, c := range Commands() {
		commands[c.Name] = map[string]choice{}
		for _, o := range c.Options {
			commands[c.Name][o.Name] = o.choice()
		}
	}
	return json.Marshal(map[string]any{"version": Version(), "commands": commands})
}

type choice struct {
	Kind    Kind     `json:"kind"`
	Default string   `json:"default"`
	Values  []string `json:"values"`
	Usage   string   `json:"usage"`
}

func (o Option) choice() choice {
	c := choice{Kind: o.Kind, Default: o.Default, Values: []string{}, Usage: o.Usage}
	if o.Words != nil {
		c.Values = o.Words()
	}
	return c
}
