package request

import (
	"context"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/figure"
)

// pictureFormats are those of pictures; the name of a file may end in one.
func pictureFormats() []report.Format {
	return []report.Format{report.FormatSVG, report.FormatPNG, report.FormatTerm}
}

func drawCommand() *Command {
	return &Command{
		Name: "draw",
		Options: slices.Concat([]Option{
			text("by", "make arcs as thick as what their links cause in this `COST`, not what they hold").among(costNames),
			setOption(),
			batchOption(),
			dtypeOption(), strictOption(),
		}, memoryOptions(), pictureOptions()),
		Formats: pictureFormats(),
		answer:  answerDraw,
	}
}

// pictureOptions say in which format and where a picture goes.
func pictureOptions() []Option {
	return append(grouped(Output,
		oneOf(text("format", "draw as `FORMAT`: svg, png, or term, dots for a terminal; by default what the name of -o ends in"), pictureFormats()),
	), widthOptions("width", tableWidth)...)
}

func answerDraw(_ context.Context, s *Store, req *Request) (*Answer, error) {
	options, err := costOptions(req)
	if err != nil {
		return nil, err
	}
	subject, err := s.oneSubject(req)
	if err != nil {
		return nil, err
	}
	r := &figure.Arcs{}
	if req.Given("by") {
		q, err := quantityOf("by", req.Text("by"))
		if err != nil {
			return nil, err
		}
		if q.Unit() == cost.Ratio || q.Gain() {
			return nil, usagef("as in --by params", "--by: %s is no amount that a link causes a part of", q)
		}
		r.By, options.Quantities = &q, []cost.Quantity{q}
		r.Inventory, err = cost.TakeInventory(subject, true, options)
		if err != nil {
			return nil, err
		}
	} else if r.Inventory, err = cost.ListSkips(subject, true, options); err != nil {
		return nil, err
	}
	return drawing(r.Scene()), nil
}
