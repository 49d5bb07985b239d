// Package command is the command line: it turns flags into requests, writes answers to files, pipes and terminals, and has the
// help of each subcommand in a file of its own. It may import every other package; none imports it but main.
package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/internal/request"
	"github.com/skipcost/skipcost/report/terminal"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // the request was understood and could not be fulfilled
	exitUsage   = 2 // the request was not understood
	exitLimit   = 3 // the result was written, and exceeds the limits of --limit or --fail-on
)

// Run runs the program with the arguments after its name and returns its exit code. Results go to stdout, all of them or
// nothing; errors go to stderr.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := newApp(args, stdin, stdout, stderr)
	help := &recorder{w: stdout}
	app.Writer = help
	args, err := permute(app, args)
	if err == nil {
		err = app.Run(append([]string{app.Name}, args...))
	}
	if err == nil {
		err = help.err
	}
	if err == nil {
		return exitOK
	}
	complain(stderr, err)
	var usage *request.UsageError
	var limit *request.LimitError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &limit):
		return exitLimit
	}
	return exitFailure
}

// errTold is the failure of a program that has printed its own error.
var errTold = errors.New("the server failed")

// complain prints an error in the program's voice.
func complain(stderr io.Writer, err error) {
	if errors.Is(err, errTold) {
		return
	}
	text := request.Explain(err).Text
	var limit *request.LimitError
	if errors.As(err, &limit) {
		text = terminal.Prose(text, limit.Width)
	}
	fmt.Fprintln(stderr, text)
}

func usagef(hint, format string, args ...any) error {
	return &request.UsageError{Message: fmt.Sprintf(format, args...), Hint: hint}
}

func newApp(args []string, stdin io.Reader, stdout, stderr io.Writer) *cli.App {
	s := &streams{in: stdin, out: stdout, err: stderr}
	app := &cli.App{
		Name:                 "skipcost",
		Usage:                "what a neural network with skip connections costs, exactly and as formulas",
		UsageText:            "skipcost COMMAND [FLAGS] [NAMES]\n\nskipcost calc --depth 10 --width 100\nskipcost explain language     how networks are written in YAML",
		Version:              request.Version(),
		Reader:               stdin,
		Writer:               stdout,
		ErrWriter:            stderr,
		HideHelpCommand:      true,
		EnableBashCompletion: true,
		ExitErrHandler:       func(*cli.Context, error) {},
		OnUsageError:         onUsageError,
		Commands:             s.commands(args),
	}
	app.Action = func(c *cli.Context) error {
		if c.NArg() == 0 {
			return cli.ShowAppHelp(c)
		}
		return unknownCommand(app, c.Args().First())
	}
	for _, cmd := range app.Commands {
		cmd.OnUsageError = onUsageError
		cmd.HideHelpCommand = true
	}
	return app
}

func unknownCommand(app *cli.App, name string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	hint := choose.Hint(name, names, choose.List("commands are", names))
	if name == "help" {
		hint = "skipcost --help lists the commands, and skipcost calc --help the flags of one"
	}
	if _, err := zoo.Find(name); err == nil || request.IsPath(name) {
		hint = "it is a network: skipcost calc " + name + " says what it costs"
	}
	return usagef(hint, "unknown command %q", name)
}

// onUsageError turns the flag parser's complaint into ours.
func onUsageError(c *cli.Context, err error, _ bool) error {
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "flag provided but not defined: -"); ok {
		name = strings.TrimLeft(name, "-")
		var known []string
		for _, f := range c.Command.Flags {
			known = append(known, f.Names()...)
		}
		hint := fmt.Sprintf("skipcost %s --help lists the flags", c.Command.Name)
		if c.Command.Name == c.App.Name {
			hint = fmt.Sprintf("flags follow a command, as in skipcost calc --%s", name)
		}
		if c.Command.Name == "explain" {
			hint = fmt.Sprintf("skipcost explain %s, without dashes, says what an option means", name)
		}
		if near := choose.Nearest(name, known); near != "" {
			hint = fmt.Sprintf("did you mean --%s?", near)
		}
		return usagef(hint, "unknown flag --%s", name)
	}
	return usagef("", "%s", message)
}

// recorder keeps the first error of writing, which cli's help printer would drop.
type recorder struct {
	w   io.Writer
	err error
}

// Write writes on.
func (r *recorder) Write(p []byte) (int, error) {
	n, err := r.w.Write(p)
	if r.err == nil {
		r.err = err
	}
	return n, err
}

// streams are what a command reads and writes.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer // where a terminal sees how far a long run is
}
