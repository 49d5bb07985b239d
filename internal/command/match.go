package command

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
	"github.com/skipcost/skipcost/report"
)

// quotedFlags say what is quoted, each about something else, in the unit of a cost.
var quotedFlags = [...]struct {
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

func (s *streams) matchCommand() *cli.Command {
	flags := []cli.Flag{}
	for _, f := range quotedFlags {
		flags = append(flags, &cli.StringFlag{Name: string(f.about), Aliases: f.also, Usage: f.usage})
	}
	return &cli.Command{
		Name:      "match",
		Usage:     "by whose counting a network costs what a paper, model card or tool prints",
		UsageText: "skipcost match [FLAGS] NETWORK",
		Description: "Tries the conventions of counting tools and of those who publish figures, to the digits that are given: 4.11G is\n" +
			"anything from 4.105 G to 4.115 G. Other sizes of the input are tried too, a multiply-accumulate as one or two,\n" +
			"heads that only run while training, and other spellings of the network's code. Where nothing fits, the nearest misses.\n\n" +
			"Examples:\n  skipcost match resnet50 --macs 4.11G\n  skipcost match vit_b_16 --params 58.07M\n  skipcost match resnet18 --memory 84.69MB --format json",
		Flags: slices.Concat(flags, []cli.Flag{
			setFlag(),
			batchFlag(),
			strictFlag(),
		}, outputFlags(calcFormats()...)),
		BashComplete: completeNetworks,
		Action:       s.match,
	}
}

func (s *streams) match(c *cli.Context) error {
	if err := s.checkOutput(c, calcFormats()...); err != nil {
		return err
	}
	about, quoted, err := quotedFlag(c)
	if err != nil {
		return err
	}
	batch, err := wholeFlag(c, "batch", 1)
	if err != nil {
		return err
	}
	subject, err := s.oneSubject(c)
	if err != nil {
		return err
	}
	found, err := convention.Search(subject, about, quoted, convention.Options{Batch: batch})
	if err != nil {
		return err
	}
	r := &report.Match{Name: subject.Name, About: about, Quoted: quoted, Found: found, Notes: codeNotes(subject)}
	return s.write(c, r, calcFormats()...)
}

// quotedFlag is the one amount that is quoted.
func quotedFlag(c *cli.Context) (about convention.Subject, quoted convention.Quoted, err error) {
	for _, f := range quotedFlags {
		if !c.IsSet(string(f.about)) {
			continue
		}
		if about != "" {
			return about, quoted, usagef("", "match takes one amount, and --%s and --%s are two", about, f.about)
		}
		about = f.about
		text := c.String(string(f.about))
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
