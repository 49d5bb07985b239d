package command

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/internal/request"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture/raster"
	"github.com/skipcost/skipcost/report/render"
	"github.com/skipcost/skipcost/report/terminal"
)

// help is the text of --help for a command, beside its flags.
type help struct{ usage, text, description string }

// helps are those of all requests, in the order of [request.Commands].
func helps() []help {
	return []help{
		calcHelp(), formulaHelp(), explainHelp(), skipsHelp(), flowHelp(), swapHelp(), solveHelp(), crossHelp(),
		marginalHelp(), sweepHelp(), diffHelp(), matchHelp(), drawHelp(), plotHelp(), reportHelp(), zooHelp(),
	}
}

// commands are the subcommands: one for each command of a request, the page, and completion. Only the one that the arguments
// name gets its flags, because making all flags takes longer than most answers.
func (s *streams) commands(args []string) []*cli.Command {
	var out []*cli.Command
	words := helps()
	for k, c := range request.Commands() {
		var own []cli.Flag
		if slices.Contains(args, c.Name) {
			own = flags(c)
		}
		out = append(out, &cli.Command{
			Name: c.Name, Usage: words[k].usage, UsageText: words[k].text, Description: words[k].description,
			CustomHelpTemplate: commandHelp,
			Flags:              own,
			BashComplete:       completeNetworks,
			Action:             func(ctx *cli.Context) error { return s.run(ctx, c) },
		})
	}
	return append(out, s.serveCommand(), s.pageCommand(), s.completionCommand())
}

// run makes a request of flags and names, and writes the answer to its output.
func (s *streams) run(c *cli.Context, command *request.Command) error {
	req, err := requested(c, command)
	if err != nil {
		return err
	}
	output := c.String(outputFlag)
	switch {
	case output == "" && c.IsSet(outputFlag):
		return usagef("without -o the answer goes to standard output", "-o needs the name of a file")
	case output == "-": // as it stands for standard input among the names
		output = ""
	}
	if err := spare(req, output); err != nil {
		return err
	}
	if err := s.suit(req, output); err != nil {
		return err
	}
	store := &request.Store{Source: request.Disk{}, Stdin: s.in, Means: request.Means{Table: terminal.Document, PNG: raster.PNG}}
	if command.Name == "sweep" {
		return s.sweep(store, req, output)
	}
	return s.answer(context.Background(), store, req, output)
}

// spare refuses to write a result over the network it was computed from. Only a network that swap writes may replace its
// original.
func spare(req *request.Request, output string) error {
	there, err := os.Stat(output)
	if err != nil || !there.Mode().IsRegular() || req.Command().Name == "swap" && isNetworkFile(output) {
		return nil
	}
	for _, n := range req.Networks {
		path, _, _ := strings.Cut(n.Name, ":")
		for _, name := range []string{n.Name, path} {
			if read, err := os.Stat(name); err == nil && os.SameFile(read, there) {
				return usagef("name another file: the network would be gone", "-o %s: the network is read from there", output)
			}
		}
	}
	return nil
}

// answer writes the answer to a request to its output.
func (s *streams) answer(ctx context.Context, store *request.Store, req *request.Request, output string) error {
	a, err := store.Ask(ctx, req)
	if err != nil {
		return err
	}
	if swap, is := a.Report.(*report.Swap); is && isNetworkFile(output) {
		if err := writeNetwork(output, swap); err != nil {
			return err
		}
		output = ""
	}
	if err := s.put(output, a.Write); err != nil || a.Exceeded == nil {
		return err
	}
	return a.Exceeded
}

// put writes to a file, or to standard output where none is named; a failure leaves nothing behind.
func (s *streams) put(output string, write func(io.Writer) error) error {
	if output == "" {
		return write(s.out)
	}
	return request.PlainPathError(render.ToFile(output, write))
}

// requested is the request that flags and names make.
func requested(c *cli.Context, command *request.Command) (*request.Request, error) {
	req := command.Request()
	for _, name := range c.Args().Slice() {
		req.Networks = append(req.Networks, request.Network{Name: name})
	}
	for _, o := range command.Options {
		var err error
		switch {
		case !c.IsSet(o.Name):
		case o.Kind == request.Switch && c.Bool(o.Name):
			err = req.Give(o.Name)
		case o.Kind == request.Text:
			err = req.Give(o.Name, c.String(o.Name))
		case o.Kind == request.List:
			err = req.Give(o.Name, c.StringSlice(o.Name)...)
		}
		if err != nil {
			return nil, err
		}
	}
	return req, nil
}

// suit chooses the format and the width by the output: the format is that of the file name's ending, of pictures on a terminal dots, and
// tables have the width of the terminal.
func (s *streams) suit(req *request.Request, output string) error {
	terminal := 0
	if f, isFile := s.out.(*os.File); isFile && output == "" {
		terminal = terminalWidth(f)
	}
	req.FitTo(terminal)
	formats := req.Command().Formats
	if req.Given("format") || len(formats) == 0 {
		return nil
	}
	pictures := formats[0] == report.FormatSVG
	switch f := ending(output); {
	case f == formats[0] && !pictures: // which it has untold
	case slices.Contains(formats, f):
		return req.Give("format", string(f))
	case pictures && output != "":
		return usagef("names of pictures end in .svg or .png, or --format says what it is", "-o %s: no format is known by the end of the name", output)
	case pictures && terminal > 0:
		return req.Give("format", string(report.FormatTerm))
	}
	return nil
}

// ending is the format that the end of a file name stands for.
func ending(file string) report.Format {
	switch end := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), "."); end {
	case "md":
		return report.FormatMarkdown
	case "tex":
		return report.FormatLaTeX
	default:
		return report.Format(end)
	}
}
