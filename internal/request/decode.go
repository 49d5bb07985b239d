package request

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/internal/choose"
)

// decodeOption prices a step of generation.
func decodeOption() Option {
	return text("decode", "price one position of a sequence, held against a context of `T` positions, itself among them, whose keys and values are cached; a number, or an expression of the network's symbols")
}

// decodeContext is the context of a step of generation; zero where none is asked for.
func decodeContext(req *Request) (symbolic.Expr, error) {
	text := req.Text("decode")
	if text == "" {
		return symbolic.Expr{}, nil
	}
	context, err := symbolic.Parse(text)
	if err != nil {
		return symbolic.Expr{}, valueError("--decode", text, err)
	}
	if n, is := context.Rational(); is && (!n.IsInt() || n.Sign() <= 0) {
		return symbolic.Expr{}, usagef("the position itself is one of them", "--decode must be a whole number of positions, at least 1, not %q", text)
	}
	return context, nil
}

// decoding is a network that generates text.
func decoding(s cost.Subject, context symbolic.Expr) (cost.Subject, error) {
	if s.Open != nil {
		return s, usagef("export the step itself, with the cache among its inputs", "--decode: %s is a graph of fixed operations, of which no single position can be told", s.Name)
	}
	var symbols []string
	for _, symbol := range s.Network.Symbols {
		symbols = append(symbols, symbol.Name)
	}
	for _, name := range context.Symbols() {
		if !slices.Contains(symbols, name) {
			return s, usagef(choose.Hint(name, symbols, choose.List("symbols are", symbols)), "--decode: %s has no symbol %q", s.Name, name)
		}
	}
	network, err := s.Network.Decoding(arch.Expression{Expr: context})
	if err != nil {
		return s, usagef("", "--decode: %v", err)
	}
	s.Network = network
	return s, nil
}
