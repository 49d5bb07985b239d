package command

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
)

// pictureFormats are those of pictures; the name of a file may end in one.
func pictureFormats() []report.Format {
	return []report.Format{report.FormatSVG, report.FormatPNG, report.FormatTerm}
}

func (s *streams) drawCommand() *cli.Command {
	return &cli.Command{
		Name:      "draw",
		Usage:     "the layers of a network as a line, with an arc for each of its skips",
		UsageText: "skipcost draw [FLAGS] NETWORK",
		Description: "Arcs above add and those below concatenate; they are as thick as what they hold, or with --by cause.\n" +
			"Iterations that are alike are drawn once. Without -o, a terminal gets a picture of dots, and a pipe SVG.\n\n" +
			"Examples:\n" +
			"  skipcost draw resnet50\n" +
			"  skipcost draw unet -o unet.svg\n" +
			"  skipcost draw model.onnx --by params -o model.png",
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "by", Usage: "make arcs as thick as what their links cause in this `COST`, not what they hold"},
			setFlag(),
			batchFlag(),
			dtypeFlag(), strictFlag(),
		}, memoryFlags(), pictureFlags()),
		BashComplete: completeNetworks,
		Action:       s.draw,
	}
}

// pictureFlags say in which format and where a picture goes.
func pictureFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "format", Usage: "draw as `FORMAT`: svg, png, or term, dots for a terminal; by default what the name of -o ends in"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE` instead of standard output"},
	}, widthFlags("width", tableWidth)...)
}

func (s *streams) draw(c *cli.Context) error {
	format, err := s.pictureFormat(c)
	if err != nil {
		return err
	}
	options, err := costOptions(c)
	if err != nil {
		return err
	}
	subject, err := s.oneSubject(c)
	if err != nil {
		return err
	}
	r := &report.Arcs{}
	if c.IsSet("by") {
		q, err := quantityOf("by", c.String("by"))
		if err != nil {
			return err
		}
		if q.Unit() == cost.Ratio || q.Gain() {
			return usagef("as in --by params", "--by: %s is no amount that a link causes a part of", q)
		}
		r.By, options.Quantities = &q, []cost.Quantity{q}
		r.Inventory, err = cost.TakeInventory(subject, true, options)
		if err != nil {
			return err
		}
	} else if r.Inventory, err = cost.ListSkips(subject, true, options); err != nil {
		return err
	}
	return s.show(c, format, r.Scene())
}

// pictureFormat is the one asked for, or that of the file, or what suits standard output.
func (s *streams) pictureFormat(c *cli.Context) (report.Format, error) {
	if c.IsSet("format") {
		f, err := report.ParseFormat(c.String("format"), pictureFormats()...)
		if err != nil {
			err = usagef("", "--format: %v", err)
		}
		return f, err
	}
	if path := c.String("output"); path != "" {
		f, err := report.ParseFormat(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."), pictureFormats()...)
		if err != nil {
			return f, usagef("names of pictures end in .svg or .png, or --format says what it is", "-o %s: no format is known by the end of the name", path)
		}
		return f, nil
	}
	if f, isFile := s.out.(*os.File); isFile && terminalWidth(f) > 0 {
		return report.FormatTerm, nil
	}
	return report.FormatSVG, nil
}

// show writes a picture where it is wanted.
func (s *streams) show(c *cli.Context, format report.Format, scene *picture.Scene) error {
	layout, err := s.layout(c)
	if err != nil {
		return err
	}
	columns := layout.Width
	if columns == 0 {
		columns = pipeWidth
	}
	return s.emit(c, func(w io.Writer) error {
		switch format {
		case report.FormatPNG:
			return picture.PNG(w, scene)
		case report.FormatTerm:
			return picture.Braille(w, scene, columns)
		}
		return picture.SVG(w, scene)
	})
}
