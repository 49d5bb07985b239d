package request

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/internal/choose"
)

// familyOptions are those of commands that leave one symbol of networks open.
func familyOptions(own ...Option) []Option {
	return slices.Concat(own, []Option{
		setOption(),
		batchOption(),
		decodeOption(), columnsOption(), dtypeOption(), strictOption(),
	}, memoryOptions(), outputOptions(calcFormats()...))
}

// asked is the options of a command that leaves a symbol open, as read before the networks are found.
type asked struct {
	symbol  string
	within  decide.Interval
	options cost.Options
	set     map[string]symbolic.Expr
}

// decisionQuantities are the costs that are compared unless others are chosen.
func decisionQuantities() []cost.Quantity {
	return []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes, cost.TrainingTotalBytes}
}

// askedOf reads the flags: the symbol and its range from the flag given, and the conditions under which networks are priced.
func (s *Store) askedOf(req *Request, flag string) (*asked, error) {
	a, err := s.asked(req)
	if err != nil {
		return nil, err
	}
	if a.symbol, a.within, err = parseOver(flag, req.Text(flag)); err != nil {
		return nil, err
	}
	if a.symbol == decide.Batch && req.Given("batch") {
		return nil, usagef("", "--%s batch leaves the batch open, and --batch binds it", flag)
	}
	return a, nil
}

// asked reads the conditions under which networks are priced.
func (s *Store) asked(req *Request) (*asked, error) {
	a := &asked{}
	var err error
	if a.options, err = costOptions(req); err != nil {
		return nil, err
	}
	if a.options.Quantities, err = quantities(req, nil); err != nil {
		return nil, err
	}
	a.set, err = parseSettings("set", req.List("set"))
	return a, err
}

// parseOver reads a symbol, or a symbol and a range of it: L or L=2:200.
func parseOver(flag, text string) (symbol string, within decide.Interval, err error) {
	symbol, bounds, ranged := strings.Cut(text, "=")
	symbol = strings.TrimSpace(symbol)
	if symbol == "" {
		return "", within, usagef("", "--%s needs a symbol, or a symbol and a range as in L=2:200", flag)
	}
	if !ranged {
		return symbol, within, nil
	}
	first, last, both := strings.Cut(bounds, ":")
	if !both {
		return "", within, usagef("", "--%s %s needs a range as in %s=2:200, not %q", flag, symbol, symbol, bounds)
	}
	for _, end := range []struct {
		text string
		into **big.Int
	}{{first, &within.From}, {last, &within.To}} {
		e, err := symbolic.Parse(end.text)
		if err != nil {
			return "", within, valueError(fmt.Sprintf("--%s %s", flag, symbol), end.text, err)
		}
		n, ok := e.Integer()
		if !ok || n.Sign() < 0 {
			return "", within, usagef("", "--%s %s: a range runs over whole numbers that are not negative, and %q is none", flag, symbol, end.text)
		}
		*end.into = n
	}
	if within.To.Cmp(within.From) < 0 {
		return "", within, usagef("", "--%s %s: the range from %s to %s is empty", flag, symbol, within.From, within.To)
	}
	return symbol, within, nil
}

// chosen finds the networks that a command names, with their settings, and notes on how names were understood.
func (a *asked) chosen(req *Request, s *Store) ([]cost.Subject, []string, error) {
	subjects, err := s.subjects(req)
	if err != nil {
		return nil, nil, err
	}
	notes, err := a.preferSchemes(subjects)
	if err != nil {
		return nil, nil, err
	}
	subjects, err = applySettings("set", subjects, a.set)
	return subjects, append(notes, presetNotes(subjects)...), err
}

// preferSchemes takes the scheme in place of the shipped network that has the same name where it stands among schemes alone, or
// where only the scheme has a symbol that is asked for.
func (a *asked) preferSchemes(subjects []cost.Subject) ([]string, error) {
	among := len(subjects) > 1 && !slices.ContainsFunc(subjects, func(s cost.Subject) bool { return !zoo.IsScheme(s.Name) })
	var notes []string
	for k, s := range subjects {
		if !slices.Contains(zoo.AllSchemes(), s.Name) {
			continue
		}
		scheme, err := zoo.Scheme(s.Name, false)
		if err != nil {
			return nil, err
		}
		if scheme.Source == s.Network.Source || !among && !a.needs(scheme.Symbol, s.Network.Symbol) {
			continue
		}
		subjects[k] = cost.Subject{Name: s.Name, Network: scheme}
		notes = append(notes, fmt.Sprintf("%s is the scheme here; the network of that name is %s with other settings", s.Name, s.Network.Presets[0].Name))
	}
	return notes, nil
}

// needs reports whether some symbol that is asked for is one of a scheme, and not one of the network.
func (a *asked) needs(scheme, network func(string) (arch.Symbol, bool)) bool {
	names := []string{a.symbol}
	for name := range a.set {
		names = append(names, name)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		_, is := scheme(name)
		_, has := network(name)
		return is && !has
	})
}

// family leaves the symbol of a network open.
func (a *asked) family(s cost.Subject, flag string) (*decide.Family, error) {
	f, err := decide.NewFamily(s, a.symbol, a.options)
	var unknown *choose.UnknownError
	if errors.As(err, &unknown) {
		return nil, usagef(choose.Meant(unknown.Nearest, choose.List("symbols are", unknown.Shown)), "--%s: %s has no symbol %q", flag, s.Name, a.symbol)
	}
	return f, err
}

// checkFrozen refuses names of layers that no network has.
func (a *asked) checkFrozen(families []*decide.Family) error {
	var all []*trace.Trace
	for _, f := range families {
		t, err := f.Trace(f.First())
		if err != nil {
			return err
		}
		all = append(all, t)
	}
	return checkFrozen(a.options, all...)
}

// budgetError is the usage error for a list of budgets.
func budgetError(flag string, err error) error {
	var unknown *choose.UnknownError
	switch {
	case errors.As(err, &unknown):
		return usagef(choose.Meant(unknown.Nearest, choose.List("costs are", unknown.Shown)), "--%s: unknown cost %q", flag, unknown.Name)
	case err != nil:
		return usagef("", "--%s: %v", flag, err)
	}
	return nil
}
