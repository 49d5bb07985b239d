package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/page"
	"github.com/skipcost/skipcost/report/picture"
)

// TestPagePolicyAllowsItsOwnScriptAlone checks that the policy names the digest of the one script, and that no text is markup.
func TestPagePolicyAllowsItsOwnScriptAlone(t *testing.T) {
	hostile := `</title><script>alert(1)</script>"'&` + "\u202e"
	drawn := &picture.Scene{Width: 200, Height: 40, Title: hostile}
	drawn.Add(picture.Text{Text: hostile, Size: 12})
	p := &page.Page{Title: hostile, Lead: []string{hostile}, Sections: []page.Section{{
		Heading: hostile, Text: []string{hostile}, Code: hostile, Pictures: []*picture.Scene{drawn}, Sorted: true,
		Table: &report.Document{Tables: []report.Table{{
			Title: []report.Cell{report.Text(hostile)}, Columns: []report.Column{{Head: hostile}, {Head: "n", Right: true}},
			Rows: []report.Row{{report.Text(hostile), report.Size(7)}}, Notes: []report.Note{{Text: hostile}},
		}}},
	}}}
	var out bytes.Buffer
	require.NoError(t, p.HTML(&out))
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(out.String(), -1)
	require.Len(t, scripts, 1)
	sum := sha256.Sum256([]byte(scripts[0][1]))
	assert.Contains(t, out.String(), "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	assert.NotContains(t, out.String(), "\u202e")
	assert.Equal(t, 1, strings.Count(out.String(), "</title>\n<meta"), "the title ends once")
	assert.Contains(t, out.String(), `<td class="r">7</td>`)
	styles := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(out.String(), -1)
	require.Len(t, styles, 1)
	sum = sha256.Sum256([]byte(styles[0][1]))
	assert.Contains(t, out.String(), "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	assert.NotContains(t, out.String(), "style=")
	assert.NotContains(t, out.String(), "unsafe-inline")
}
