package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func (s *streams) solveCommand() *cli.Command {
	return &cli.Command{
		Name:      "solve",
		Usage:     "the deepest, widest or largest network within budgets",
		UsageText: "skipcost solve --for SYMBOL --budget COST=AMOUNT [FLAGS] NETWORK ...",
		Description: "Finds the greatest whole number for a symbol (the depth L, the width N, the growth rate k, batch …) with which the\n" +
			"network stays within all budgets, what it costs there, and what at the next value. Amounts have SI or IEC prefixes:\n" +
			"1M, 4.11G, 8GiB. COST>=AMOUNT is a lower limit.\n\n" +
			"--equal NETWORK:COST finds where the network costs what another one does.\n\n" +
			"Examples:\n" +
			"  skipcost solve concat --for L --budget params=1M --set N=100\n" +
			"  skipcost solve add concat --for L --budget params=1M,training_total_bytes=8GiB --optimizer adam\n" +
			"  skipcost solve resnet50 --for batch --budget training_peak_bytes=16GiB\n" +
			"  skipcost solve plain --for L --budget gradient_gain'>=0.01' --init torch\n" +
			"  skipcost solve concat --for N --equal add:params",
		Flags: familyFlags(
			&cli.StringFlag{Name: "for", Usage: "the `SYMBOL` to solve for, or a range of it as in L=2:200; batch is the number of samples"},
			&cli.StringSliceFlag{Name: "budget", Usage: "the most that networks may cost, `COST=AMOUNT`, as in --budget params=1M,training_total_bytes=8GiB"},
			&cli.StringFlag{Name: "equal", Usage: "solve for the value at which networks cost what another does, `NETWORK:COST`, as in --equal add:params"},
		),
		BashComplete: completeNetworks,
		Action:       s.solve,
	}
}

func (s *streams) solve(c *cli.Context) error {
	switch {
	case !c.IsSet("for"):
		return usagef("as in skipcost solve concat --for L --budget params=1M", "solve needs --for")
	case c.IsSet("budget") == c.IsSet("equal"):
		return usagef("as in --budget params=1M or --equal add:params", "solve needs either --budget or --equal")
	case c.NArg() == 0:
		return usagef("skipcost zoo lists what is shipped", "solve needs a network")
	}
	a, err := s.askedOf(c, "for")
	if err != nil {
		return err
	}
	q := decide.Question{Within: a.within, Also: a.options.Quantities}
	if c.IsSet("budget") {
		if q.Budgets, err = decide.ParseBudgets(c.StringSlice("budget")...); err != nil {
			return budgetError("budget", err)
		}
	}
	target, err := s.target(c, a)
	if err != nil {
		return err
	}
	if _, bound := a.set[a.symbol]; bound {
		return usagef("", "--set %s: %s is what is solved for", a.symbol, a.symbol)
	}
	subjects, notes, err := a.chosen(c, s)
	if err != nil {
		return err
	}
	families, err := each(subjects, func(subject cost.Subject) (*decide.Family, error) { return a.family(subject, "for") })
	if err != nil {
		return err
	}
	answers, err := each(families, func(f *decide.Family) (*decide.Answer, error) {
		if target != nil {
			return f.Meet(*target, q)
		}
		return f.Solve(q)
	})
	if err != nil {
		return err
	}
	if err := a.checkFrozen(families); err != nil {
		return err
	}
	return s.write(c, &report.Solve{Answers: answers, Also: q.Also, Notes: notes}, calcFormats()...)
}

// target prices the network of --equal. A setting of the symbol that is solved for is one of that network alone.
func (s *streams) target(c *cli.Context, a *asked) (*decide.Target, error) {
	text := c.String("equal")
	if text == "" {
		return nil, nil
	}
	at := strings.LastIndexByte(text, ':')
	if at <= 0 {
		return nil, usagef("", "--equal needs a network and a cost, as in add:params, not %q", text)
	}
	q, err := cost.ParseQuantity(text[at+1:])
	if err != nil {
		return nil, budgetError("equal", err)
	}
	subject, err := s.subject(text[:at], onnx.Options{Strict: c.Bool("strict")})
	if err != nil {
		return nil, err
	}
	own := map[string]symbolic.Expr{}
	for name, value := range a.set {
		if _, has := subject.Network.Symbol(name); has {
			own[name] = value
		}
	}
	delete(a.set, a.symbol)
	o := a.options
	o.Quantities = []cost.Quantity{q}
	m, err := cost.Summarize(subject.With(own), o)
	if err != nil {
		return nil, err
	}
	e := m.Total.Of(q)
	value, ok := e.Rational()
	if !ok {
		return nil, usagef("", "--equal: %s of %s is not known: %v", q, subject.Name, e.Err())
	}
	return &decide.Target{Network: subject.Name, Quantity: q, Cost: value}, nil
}
