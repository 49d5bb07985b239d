package request

import (
	"context"
	"errors"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/internal/choose"
	"github.com/skipcost/skipcost/report"
)

func zooCommand() *Command {
	return &Command{
		Name: "zoo",
		Options: append([]Option{
			toggle("schema", "print a JSON Schema of network files, for editors"),
		}, outputOptions(calcFormats()...)...),
		Formats: calcFormats(),
		answer:  answerZoo,
	}
}

func answerZoo(_ context.Context, _ *Store, req *Request) (*Answer, error) {
	switch {
	case len(req.Networks) > 1:
		return nil, usagef("", "zoo takes one network, not %d", len(req.Networks))
	case req.On("schema") && len(req.Networks) > 0:
		return nil, usagef("", "--schema takes no network")
	case req.On("schema"):
		return words(spec.Schema()), nil
	case len(req.Networks) == 1:
		return zooText(req.Networks[0].Name)
	}
	entries, err := zoo.Entries()
	if err != nil {
		return nil, err
	}
	return tables(&report.Zoo{Entries: entries}), nil
}

func zooText(name string) (*Answer, error) {
	text, _, err := zoo.Text(name)
	var missing *zoo.NotFoundError
	if errors.As(err, &missing) {
		hint := choose.Meant(missing.Nearest, shippedHint)
		return nil, usagef(hint, "unknown network %q", name)
	}
	if err != nil {
		return nil, err
	}
	return words(text), nil
}
