package request

import (
	"context"
	"slices"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/report"
)

// quotedOptions are the options for quoted figures, with the subject and the unit of each.
var quotedOptions = [...]struct {
	about convention.Subject
	unit  cost.Quantity
	usage string
	also  []string
}{
	{convention.Work, cost.MACs, "the printed `AMOUNT` of multiply-accumulates, or of operations, as in --macs 4.11G", []string{"flops"}},
	{convention.Parameters, cost.Params, "the printed `AMOUNT` of parameters, as in --params 25.6M", nil},
	{convention.Activations, cost.Activations, "the printed `AMOUNT` of activations, as in --activations 11.1M", nil},
	{convention.Memory, cost.ParamBytes, "the printed `AMOUNT` of memory, as in --memory 97.5MiB", nil},
}

func matchCommand() *Command {
	flags := []Option{}
	for _, f := range quotedOptions {
		flags = append(flags, text(string(f.about), f.usage).also(f.also...))
	}
	return &Command{
		Name: "match",
		Options: slices.Concat(flags, []Option{
			setOption(),
			batchOption(),
			strictOption(),
		}, outputOptions(calcFormats()...)),
		Formats: calcFormats(),
		answer:  answerMatch,
	}
}

func answerMatch(_ context.Context, s *Store, req *Request) (*Answer, error) {
	about, quoted, err := quotedAmount(req)
	if err != nil {
		return nil, err
	}
	batch, err := whole(req, "batch", 1)
	if err != nil {
		return nil, err
	}
	subject, err := s.oneSubject(req)
	if err != nil {
		return nil, err
	}
	found, err := convention.Search(subject, about, quoted, convention.Options{Batch: batch})
	if err != nil {
		return nil, err
	}
	r := &report.Match{Name: subject.Name, About: about, Quoted: quoted, Found: found, Notes: codeNotes(subject)}
	return tables(r), nil
}

// quotedAmount is the one amount that is quoted.
func quotedAmount(req *Request) (about convention.Subject, quoted convention.Quoted, err error) {
	for _, f := range quotedOptions {
		if !req.Given(string(f.about)) {
			continue
		}
		if about != "" {
			return about, quoted, usagef("", "match takes one amount, and --%s and --%s are two", about, f.about)
		}
		about = f.about
		text := req.Text(string(f.about))
		amount, err := cost.ParseAmount(text)
		if err == nil {
			_, err = amount.For(f.unit)
		}
		if err != nil {
			return about, quoted, usagef("", "--%s: %v", f.about, err)
		}
		quoted = convention.Quote(amount)
	}
	if about == "" {
		return about, quoted, usagef("", "match needs an amount: --macs 4.11G, --params 25.6M, --activations 11.1M or --memory 97.5MiB")
	}
	return about, quoted, nil
}
