package request

import (
	"context"
	"slices"

	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

// Command is a kind of request: its options and formats, and the function that answers it.
type Command struct {
	Name    string
	Options []Option
	Formats []report.Format // the first is the default
	answer  func(context.Context, *Store, *Request) (*Answer, error)
}

// Commands lists all commands.
func Commands() []*Command {
	return []*Command{
		calcCommand(), formulaCommand(), explainCommand(), skipsCommand(), flowCommand(), swapCommand(), solveCommand(), crossCommand(),
		marginalCommand(), sweepCommand(), diffCommand(), matchCommand(), drawCommand(), plotCommand(), reportCommand(), zooCommand(),
	}
}

// Find is the command of that name.
func Find(name string) (*Command, error) {
	all := Commands()
	k := slices.IndexFunc(all, func(c *Command) bool { return c.Name == name })
	if k >= 0 {
		return all[k], nil
	}
	names := make([]string, len(all))
	for k, c := range all {
		names[k] = c.Name
	}
	return nil, usagef(choose.Hint(name, names, choose.List("commands are", names)), "unknown command %q", name)
}

// option is the option of that name; nil if the command takes none.
func (c *Command) option(name string) *Option {
	for k := range c.Options {
		if c.Options[k].Name == name {
			return &c.Options[k]
		}
	}
	return nil
}

func (c *Command) optionNames() []string {
	names := make([]string, len(c.Options))
	for k, o := range c.Options {
		names[k] = o.Name
	}
	return names
}
