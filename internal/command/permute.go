package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// permute moves the flags of a command before its names, because the flag parser stops at the first name. Everything after --
// is a name, and so is a lone - (standard input).
func permute(app *cli.App, args []string) ([]string, error) {
	at := 0
	for at < len(args) && strings.HasPrefix(args[at], "-") {
		at++
	}
	if at == len(args) {
		return args, nil
	}
	command := app.Command(args[at])
	if command == nil {
		return args, nil
	}
	head, rest := args[:at+1], args[at+1:]
	if len(rest) > 0 && rest[len(rest)-1] == "--generate-bash-completion" {
		return args, nil
	}
	var flags, names []string
	for k := 0; k < len(rest); k++ {
		arg := rest[k]
		switch {
		case arg == "--":
			names = append(names, rest[k+1:]...)
			k = len(rest)
		case len(arg) < 2 || arg[0] != '-':
			names = append(names, arg)
		default:
			flags = append(flags, arg)
			if takesValue(command, arg) {
				if k+1 == len(rest) {
					return nil, usagef("", "%s needs a value", arg)
				}
				k++
				flags = append(flags, rest[k])
			}
		}
	}
	out := append([]string{}, head...)
	if slices.ContainsFunc(flags, isHelp) {
		return append(out, "--help"), nil // beside names it would be asked for help on these
	}
	out = append(out, flags...)
	out = append(out, "--")
	return append(out, names...), nil
}

// isHelp reports whether an argument asks for help.
func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--h" || arg == "--help" }

// takesValue reports whether the argument is a flag whose value is the next argument.
func takesValue(command *cli.Command, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range command.Flags {
		for _, known := range f.Names() {
			if known == name {
				described, is := f.(cli.DocGenerationFlag)
				return is && described.TakesValue()
			}
		}
	}
	return false
}
