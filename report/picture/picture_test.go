package picture_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report/picture"
)

// everything is a scene with every kind of item and every role.
func everything(text string) *picture.Scene {
	s := &picture.Scene{Width: 200, Height: 80, Title: text, Description: text}
	for role := picture.Trunk; role <= picture.Paper; role++ {
		x := float64(role) * 10
		s.Add(
			picture.Line{Points: []picture.Point{{X: x, Y: 10}, {X: x + 8, Y: 20}}, Role: role, Note: text},
			picture.Line{Points: []picture.Point{{X: x, Y: 30}, {X: x + 8, Y: 30}, {X: x, Y: 40}}, Role: role, Fill: true},
			picture.Arc{From: picture.Point{X: x, Y: 60}, To: picture.Point{X: x + 20, Y: 60}, Rise: 10, Role: role, Weight: 2, Note: text},
			picture.Arc{From: picture.Point{X: x, Y: 60}, To: picture.Point{X: x + 20, Y: 60}, Rise: -10, Role: role, Dashed: true},
			picture.Box{Min: picture.Point{X: x, Y: 70}, Max: picture.Point{X: x + 5, Y: 75}, Role: role},
			picture.Dot{At: picture.Point{X: x, Y: 50}, Radius: 2, Role: role},
			picture.Dot{At: picture.Point{X: x, Y: 50}, Radius: 4, Role: role, Ring: true},
			picture.Text{At: picture.Point{X: x, Y: 50}, Text: text, Size: 10, Role: role, Anchor: picture.Middle},
			picture.Group{Links: text, Note: text, Items: []picture.Item{picture.Dot{At: picture.Point{X: x, Y: 50}, Radius: 1, Role: role}}},
		)
	}
	return s
}

func TestSVGIsWellFormedWhateverTheNames(t *testing.T) {
	for _, text := range []string{"plain", "<script>alert(1)</script>", `"quoted" & 'single'`, "a\u202eb\u2066c", "\x00\x1b[31m", "broken \xff", "]]>", "\ufffe"} {
		var out bytes.Buffer
		require.NoError(t, picture.SVG(&out, everything(text)))
		d := xml.NewDecoder(bytes.NewReader(out.Bytes()))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, "%q", text)
			if e, is := token.(xml.StartElement); is {
				assert.NotEqual(t, "script", e.Name.Local)
			}
		}
		assert.NotContains(t, out.String(), "\u202e")
		assert.NotContains(t, out.String(), "\x1b")
	}
}

func TestBrailleKeepsTextsApart(t *testing.T) {
	s := &picture.Scene{Width: 100, Height: 40}
	s.Add(
		picture.Line{Points: []picture.Point{{X: 0, Y: 20}, {X: 99, Y: 20}}, Role: picture.Trunk},
		picture.Text{At: picture.Point{X: 0, Y: 5}, Text: "left", Size: 10},
		picture.Text{At: picture.Point{X: 5, Y: 5}, Text: "over it", Size: 10},
		picture.Text{At: picture.Point{X: 100, Y: 5}, Text: "right", Size: 10, Anchor: picture.End},
	)
	var out bytes.Buffer
	require.NoError(t, picture.Braille(&out, s, 20))
	lines := strings.Split(out.String(), "\n")
	assert.Equal(t, "left           right", lines[0])
	assert.Equal(t, strings.Repeat("⠉", 20), lines[2])
}

func TestBrailleShowsTextsAlone(t *testing.T) {
	s := &picture.Scene{Width: 100, Height: 10}
	s.Add(picture.Text{At: picture.Point{X: 0, Y: 5}, Text: "a\x1b[31m\u202e\u009bb\nc", Size: 10})
	var out bytes.Buffer
	require.NoError(t, picture.Braille(&out, s, 20))
	assert.Equal(t, "a[31mb c", strings.TrimRight(strings.Split(out.String(), "\n")[0], " "))
}

func TestTextsApart(t *testing.T) {
	s := &picture.Scene{Width: 200, Height: 40}
	assert.True(t, s.AddApart(picture.Text{At: picture.Point{X: 10, Y: 20}, Text: "256×14×14", Size: 11}))
	assert.False(t, s.AddApart(picture.Text{At: picture.Point{X: 50, Y: 22}, Text: "512×7×7", Size: 11}))
	assert.True(t, s.AddApart(picture.Text{At: picture.Point{X: 50, Y: 36}, Text: "512×7×7", Size: 11}))
	assert.False(t, s.AddApart(picture.Text{At: picture.Point{X: 180, Y: 8}, Text: "512×7×7", Size: 11}), "it would stand out")
}

func TestPlain(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 12: "12", 0.5: "0.5", 999999: "999999", 1e10: "10¹⁰", 2.5e-7: "2.5·10⁻⁷", -3e8: "-3·10⁸", 1.0 / 3: "0.3333"} {
		assert.Equal(t, want, picture.Plain(v))
	}
}
