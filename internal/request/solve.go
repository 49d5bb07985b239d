package request

import (
	"context"
	"strings"

	"github.com/skipcost/skipcost/arch/onnx"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report"
)

func solveCommand() *Command {
	return &Command{
		Name: "solve",
		Options: familyOptions(
			text("for", "the `SYMBOL` to solve for, or a range of it as in L=2:200; batch is the number of samples"),
			list("budget", "the most that networks may cost, `COST=AMOUNT`, as in --budget params=1M,training_total_bytes=8GiB"),
			text("equal", "solve for the value at which networks cost what another does, `NETWORK:COST`, as in --equal add:params"),
		),
		Formats: calcFormats(),
		answer:  answerSolve,
	}
}

func answerSolve(_ context.Context, s *Store, req *Request) (*Answer, error) {
	switch {
	case !req.Given("for"):
		return nil, usagef("as in skipcost solve concat --for L --budget params=1M", "solve needs --for")
	case req.Given("budget") == req.Given("equal"):
		return nil, usagef("as in --budget params=1M or --equal add:params", "solve needs either --budget or --equal")
	case len(req.Networks) == 0:
		return nil, usagef(shippedHint, "solve needs a network")
	}
	a, err := s.askedOf(req, "for")
	if err != nil {
		return nil, err
	}
	q := decide.Question{Within: a.within, Also: a.options.Quantities}
	if req.Given("budget") {
		if q.Budgets, err = decide.ParseBudgets(req.List("budget")...); err != nil {
			return nil, budgetError("budget", err)
		}
	}
	target, err := s.target(req, a)
	if err != nil {
		return nil, err
	}
	if _, bound := a.set[a.symbol]; bound {
		return nil, usagef("", "--set %s: %s is what is solved for", a.symbol, a.symbol)
	}
	subjects, notes, err := a.chosen(req, s)
	if err != nil {
		return nil, err
	}
	families, err := each(subjects, func(subject cost.Subject) (*decide.Family, error) { return a.family(subject, "for") })
	if err != nil {
		return nil, err
	}
	answers, err := each(families, func(f *decide.Family) (*decide.Answer, error) {
		if target != nil {
			return f.Meet(*target, q)
		}
		return f.Solve(q)
	})
	if err != nil {
		return nil, err
	}
	if err := a.checkFrozen(families); err != nil {
		return nil, err
	}
	return tables(&report.Solve{Answers: answers, Also: q.Also, Notes: notes}), nil
}

// target prices the network of --equal. A setting of the symbol that is solved for is one of that network alone.
func (s *Store) target(req *Request, a *asked) (*decide.Target, error) {
	text := req.Text("equal")
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
	subject, err := s.subject(Network{Name: text[:at]}, onnx.Options{Strict: req.On("strict")})
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
