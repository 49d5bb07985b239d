package symbolic

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/fuzztest"
)

func TestMathML(t *testing.T) {
	for text, want := range map[string]string{
		"0":             "<mn>0</mn>",
		"-3/2":          "<mo>−</mo><mfrac><mrow><mn>3</mn></mrow><mrow><mn>2</mn></mrow></mfrac>",
		"N^2*L*(L-1)/2": "<mfrac><mrow><msup><mi>N</mi><mrow><mn>2</mn></mrow></msup><mo>·</mo><mi>L</mi><mo>·</mo><mrow><mo>(</mo><mi>L</mi><mo>−</mo><mn>1</mn><mo>)</mo></mrow></mrow><mrow><mn>2</mn></mrow></mfrac>",
		"4^(L-1)":       "<msup><mn>4</mn><mrow><mi>L</mi><mo>−</mo><mn>1</mn></mrow></msup>",
		"floor(N/3)":    "<mrow><mo>⌊</mo><mfrac><mrow><mi>N</mi></mrow><mrow><mn>3</mn></mrow></mfrac><mo>⌋</mo></mrow>",
		"theta*n1":      "<msub><mi>n</mi><mn>1</mn></msub><mo>·</mo><mi>θ</mi>",
		"max(N, k)":     "<mrow><mi>max</mi><mrow><mo>(</mo><mi>N</mi><mo>,</mo><mi>k</mi><mo>)</mo></mrow></mrow>",
	} {
		e, err := Parse(text)
		require.NoError(t, err)
		assert.Equal(t, `<math displaystyle="true"><mrow>`+want+"</mrow></math>", e.MathML(), text)
	}
	assert.Equal(t, `<math displaystyle="true"><mrow><mi>Θ</mi><mrow><mo>(</mo><msup><mi>L</mi><mrow><mn>2</mn></mrow></msup><mo>)</mo></mrow></mrow></math>`, Symbol("L").Mul(Symbol("L")).Order().MathML())
}

// element is one of MathML.
type element struct {
	name   string
	text   string
	inside []*element
}

// children is how many elements are in one of MathML; it is any number of others.
var children = map[string]int{"math": 1, "mfrac": 2, "msup": 2, "msub": 2, "munderover": 3}

// readMathML reads well-formed MathML: its elements are known ones, without attributes, and hold as many as they must.
func readMathML(t *testing.T, text string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	stack := []*element{{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, text)
		last := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			require.Contains(t, strings.Fields("math mrow mi mn mo mtext mfrac msup msub munderover"), token.Name.Local, text)
			require.True(t, len(token.Attr) == 0 || token.Name.Local == "math", text)
			e := &element{name: token.Name.Local}
			last.inside = append(last.inside, e)
			stack = append(stack, e)
		case xml.EndElement:
			if want := children[last.name]; want > 0 {
				require.Len(t, last.inside, want, "%s in %s", last.name, text)
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			last.text += string(token)
		default:
			require.Failf(t, "markup", "%T in %s", token, text)
		}
	}
	require.Len(t, stack[0].inside, 1, text)
	return stack[0].inside[0]
}

// ascii is what an element says, in the notation that Parse reads.
func (e *element) ascii() string {
	var parts []string
	for _, i := range e.inside {
		parts = append(parts, i.ascii())
	}
	switch e.name {
	case "mfrac":
		return "((" + parts[0] + ")/(" + parts[1] + "))"
	case "msup":
		return "(" + parts[0] + ")^(" + parts[1] + ")"
	}
	signs := strings.NewReplacer("−", "-", "·", "*", "⌊", "floor(", "⌋", ")")
	return signs.Replace(e.text) + strings.Join(parts, "")
}

func TestMathMLSaysWhatTheExpressionIs(t *testing.T) {
	r := seeded(t)
	tried := 600
	if testing.Short() {
		tried = 150
	}
	for range tried {
		e, _ := random(r, 4)
		back := readMathML(t, e.MathML()).ascii()
		read, err := Parse(back)
		require.NoError(t, err, "%s from %s", back, e.MathML())
		require.True(t, read.Equal(e), "%s for %s", back, e.ASCII())
		readMathML(t, e.Order().MathML())
	}
}

func TestMathMLOfEveryKind(t *testing.T) {
	for _, text := range kinds() {
		e := parse(t, text)
		readMathML(t, e.MathML())
		readMathML(t, e.Mul(e).Add(Symbol("k")).MathML())
		readMathML(t, e.Order().MathML())
	}
	readMathML(t, failf("a <b> & \"c\"\x00").MathML())
	readMathML(t, Order{err: errors.New("a <b>")}.MathML())
}

// FuzzMathML puts any name into any formula.
func FuzzMathML(tested *testing.F) {
	f := fuzztest.New(tested)
	for _, name := range []string{"N", "theta", "n1", "<script>", `"&'`, "a\u202eb", "\x00\x1b", "]]>", "\xff", "θ2"} {
		f.Add(name, uint64(1))
	}
	f.Fuzz(func(t *testing.T, name string, seed uint64) {
		if name == "" {
			return
		}
		e, _ := random(rand.New(rand.NewPCG(seed, 3)), 3)
		readMathML(t, e.Mul(Symbol(name)).Add(Symbol(name).Add(Int(1)).Floor()).MathML())
	})
}
