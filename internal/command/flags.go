package command

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/internal/request"
)

// outputFlag names the flag that says where an answer goes, which is no part of what is asked.
const outputFlag = "output"

// flags are those of the options of a command, and where its answer goes, next to the format of it.
func flags(c *request.Command) []cli.Flag {
	output := &cli.StringFlag{Name: outputFlag, Aliases: []string{"o"}, Usage: "write to `FILE` instead of standard output"}
	out := make([]cli.Flag, 0, len(c.Options)+1)
	for _, o := range c.Options {
		out = append(out, flag(o))
	}
	at := slices.IndexFunc(c.Options, func(o request.Option) bool { return o.Name == "format" }) + 1
	return slices.Insert(out, at, cli.Flag(namedFlag{output, []string{outputFlag, "o"}}))
}

// namedFlag remembers its names, which cli finds with a regular expression whenever it asks a flag for them: it asks each flag of
// a command whenever it looks for one.
type namedFlag struct {
	describedFlag
	names []string
}

// describedFlag is all that cli asks of flags.
type describedFlag interface {
	cli.DocGenerationFlag
	cli.CategorizableFlag
}

// Names are those under which the flag may be given.
func (f namedFlag) Names() []string { return f.names }

// flag is the flag of an option.
func flag(o request.Option) cli.Flag {
	names := append([]string{o.Name}, o.Aliases...)
	switch o.Kind {
	case request.Switch:
		return namedFlag{&cli.BoolFlag{Name: o.Name, Aliases: o.Aliases, Usage: o.Usage, DisableDefaultText: true}, names}
	case request.List:
		return namedFlag{&cli.StringSliceFlag{Name: o.Name, Aliases: o.Aliases, Usage: o.Usage}, names}
	}
	return namedFlag{&cli.StringFlag{Name: o.Name, Aliases: o.Aliases, Value: o.Default, Usage: o.Usage}, names}
}
