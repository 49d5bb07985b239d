package request

import "encoding/json"

// Choices is what can be asked, as JSON, for who makes menus of it: the version of the program, and under each command its options with
// what they take, what they are where they are not given, the words for them and their help.
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
