package command

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/internal/request"
)

// outputFlag names the flag for the output file, which is not part of the request.
const outputFlag = "output"

// flags are the flags of a command's options, group by group, and that of the output next to the format.
func flags(c *request.Command) []cli.Flag {
	output := flag(request.Option{Name: outputFlag, Aliases: []string{"o"}, Usage: "write to `FILE` instead of standard output, in the format of its ending if that is one"})
	out := make([]cli.Flag, 0, len(c.Options)+1)
	for _, group := range request.Groups() {
		var about []namedFlag
		for _, o := range c.Options {
			if o.Group == group {
				about = append(about, flag(o))
			}
		}
		if group == request.Output {
			about = slices.Insert(about, min(1, len(about)), output)
		}
		for k, f := range about {
			if k == 0 && len(out) > 0 {
				f.heading = string(group)
			}
			out = append(out, f)
		}
	}
	return out
}

// commandHelp is the library's layout of a command's help, with headings over the groups of flags.
const commandHelp = `NAME:
   {{template "helpNameTemplate" .}}

USAGE:
   {{template "usageTemplate" .}}

DESCRIPTION:
   {{template "descriptionTemplate" .}}

OPTIONS:{{range .VisibleFlags}}{{wrap (printf "\n%s" .String) 3}}{{end}}
`

// namedFlag remembers its names, which cli finds with a regular expression whenever it asks a flag for them: it asks each flag of
// a command whenever it looks for one.
type namedFlag struct {
	describedFlag
	names   []string
	heading string // heading of its group, on the first flag of the group
}

// String is the flag's line in the help, below the heading of its group. The library's own groups would be formatted at each
// start, with the flags in alphabetical order.
func (f namedFlag) String() string {
	if f.heading == "" {
		return f.describedFlag.String()
	}
	return "\n" + f.heading + "\n\n" + f.describedFlag.String()
}

// describedFlag is the interfaces of a flag that cli uses.
type describedFlag interface {
	cli.DocGenerationFlag
	cli.CategorizableFlag
}

// Names are those under which the flag may be given.
func (f namedFlag) Names() []string { return f.names }

// flag is the flag of an option.
func flag(o request.Option) namedFlag {
	names := append([]string{o.Name}, o.Aliases...)
	switch o.Kind {
	case request.Switch:
		return namedFlag{describedFlag: &cli.BoolFlag{Name: o.Name, Aliases: o.Aliases, Usage: o.Usage, DisableDefaultText: true}, names: names}
	case request.List:
		return namedFlag{describedFlag: &cli.StringSliceFlag{Name: o.Name, Aliases: o.Aliases, Usage: o.Usage}, names: names}
	}
	return namedFlag{describedFlag: &cli.StringFlag{Name: o.Name, Aliases: o.Aliases, Value: o.Default, Usage: o.Usage}, names: names}
}
