package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

// TestMarks: notes are numbered in the order in which they are met, and one that is met again has its number.
func TestMarks(t *testing.T) {
	f := &footnotes{}
	var marks []string
	for k := range 111 {
		marks = append(marks, f.mark(fmt.Sprint("note ", k)))
	}
	assert.Equal(t, "¹ ² ³ ⁴ ⁵ ⁶ ⁷ ⁸ ⁹ ¹⁰ ¹¹ ¹²", strings.Join(marks[:12], " "))
	assert.Equal(t, []string{"¹⁹", "²⁰", "⁹⁹", "¹⁰⁰", "¹¹⁰"}, []string{marks[18], marks[19], marks[98], marks[99], marks[109]})
	assert.Equal(t, "¹⁰", f.mark("note 9"))
	assert.Len(t, f.list, 111)
}

// TestPlaceOfAPeak: data name the layer at which memory is fullest; nothing where that is on entry.
func TestPlaceOfAPeak(t *testing.T) {
	for _, at := range []*trace.Operation{nil, {Name: "b"}} {
		want := ""
		if at != nil {
			want = at.Name
		}
		o := NamedPeak{Name: "net", Peak: &cost.Peak{Bytes: symbolic.Int(12), At: at}}.object()
		assert.Equal(t, Field{"at", want}, o[1])
	}
}
