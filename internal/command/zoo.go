package command

import (
	"errors"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) zooCommand() *cli.Command {
	return &cli.Command{
		Name:      "zoo",
		Usage:     "the networks that are shipped; with a name, its YAML to copy and edit",
		UsageText: "skipcost zoo [FLAGS] [NETWORK]",
		Description: "Examples:\n  skipcost zoo\n  skipcost zoo resnet50 -o mynet.yaml\n" +
			"  skipcost zoo --schema -o skipcost.schema.json",
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "schema", Usage: "print a JSON Schema of network files, for editors"},
		}, outputFlags(calcFormats()...)...),
		BashComplete: completeNetworks,
		Action:       s.zoo,
	}
}

func (s *streams) zoo(c *cli.Context) error {
	switch {
	case c.NArg() > 1:
		return usagef("", "zoo takes one network, not %d", c.NArg())
	case c.Bool("schema") && c.NArg() > 0:
		return usagef("", "--schema takes no network")
	case c.Bool("schema"):
		return s.emit(c, func(w io.Writer) error {
			_, err := w.Write(spec.Schema())
			return err
		})
	case c.NArg() == 1:
		return s.zooText(c, c.Args().First())
	}
	entries, err := zoo.Entries()
	if err != nil {
		return err
	}
	return s.write(c, &report.Zoo{Entries: entries}, calcFormats()...)
}

func (s *streams) zooText(c *cli.Context, name string) error {
	text, _, err := zoo.Text(name)
	var missing *zoo.NotFoundError
	if errors.As(err, &missing) {
		hint := choose.Meant(missing.Nearest, "skipcost zoo lists what is shipped")
		return usagef(hint, "unknown network %q", name)
	}
	if err != nil {
		return err
	}
	return s.emit(c, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
