package figure

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/picture"
)

// note is the text about a link that is shown when it is pointed at.
func (a *arcs) note(l *arcLink) string {
	text := string(l.Class)
	if s := l.Shortcut(); s != "" {
		text = s + " skip"
	}
	text += fmt.Sprintf(" %d", l.ID)
	if alike := len(l.ids) - 1; alike > 0 {
		text += fmt.Sprintf(" and %d alike", alike)
	}
	return fmt.Sprintf("%s: %s into %s, from %s, %s", text, l.Kind(), l.Merge.Name, linkEnd(l.from), a.tell(l.amount))
}

// numbers writes the numbers of links as swap --only reads them: 3,7-9. They are distinct.
func numbers(ids []int) string {
	ids = slices.Sorted(slices.Values(ids))
	var parts []string
	for k := 0; k < len(ids); k++ {
		first := ids[k]
		for k+1 < len(ids) && ids[k+1] == ids[k]+1 {
			k++
		}
		if first == ids[k] {
			parts = append(parts, strconv.Itoa(first))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", first, ids[k]))
		}
	}
	return strings.Join(parts, ",")
}

func linkEnd(v *trace.Value) string {
	if v.Producer == nil {
		return "the input"
	}
	return v.Producer.Name
}

// tell writes the amount that the thickness of an arc stands for.
func (a *arcs) tell(amount *big.Rat) string {
	if a.By == nil {
		return "holds " + report.Bytes(symbolic.BigRat(amount)).Text(report.Human)
	}
	return fmt.Sprintf("causes %s %s", report.ExactCost("", *a.By, symbolic.BigRat(amount)).Text(report.Human), *a.By)
}

// title counts the skips by what they do.
func (a *arcs) title() string {
	var counts []string
	for _, k := range a.Inventory.ByKind() {
		text := report.CountedSkips(k)
		if k.Projected > 0 {
			text += fmt.Sprintf(" (%d projected)", k.Projected)
		}
		counts = append(counts, text)
	}
	if len(counts) == 0 {
		return a.Inventory.Name + ": no skips"
	}
	return a.Inventory.Name + ": " + strings.Join(counts, ", ")
}

// captions adds the title and the meaning of the signs.
func (a *arcs) captions() {
	title := picture.Fit(a.title(), 16, arcsWidth-2*arcsMargin)
	s := a.scene
	s.Title = a.title()
	s.Description = fmt.Sprintf("The trunk as a line, of %d operations in all, and an arc for each link: above the line where it adds, below it where it concatenates. The input is %s, the output %s.",
		len(a.drawn), a.Inventory.Trace.Input.Shape.Text(), a.Inventory.Trace.Output.Shape.Text())
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: 24}, Text: title, Size: 16, Role: picture.Label})
	legend := a.legend()
	if a.left > 0 {
		legend = append(legend, fmt.Sprintf("%d thinner links are not drawn", a.left))
	}
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: s.Height - 20}, Text: strings.Join(legend, " · "), Size: 11, Role: picture.Quiet})
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: s.Height - 36}, Text: a.signs(), Size: 11, Role: picture.Quiet})
}

// signs explains the signs that the picture has.
func (a *arcs) signs() string {
	var out []string
	has := func(is func(l *arcLink) bool, text string) {
		if slices.ContainsFunc(a.links, is) {
			out = append(out, text)
		}
	}
	add, concat := "blue, above: add", "orange, below: concat"
	if len(a.level) > 0 {
		out = append(out, "down: smaller extents")
		add, concat = "blue, to rings: add", "orange, to squares: concat"
	}
	has(func(l *arcLink) bool { return l.role() == picture.Add }, add)
	has(func(l *arcLink) bool { return l.role() == picture.Concat }, concat)
	has(func(l *arcLink) bool { return len(l.pieces) > 0 }, "a fan: the tensors that one skip holds")
	has(func(l *arcLink) bool { return l.Projected && l.Class == rewrite.Skip }, "dashed: projected")
	has(func(l *arcLink) bool { return l.role() == picture.Faint }, "dotted: gates, branches, conditioning")
	return strings.Join(out, " · ")
}

func (a *arcs) legend() []string {
	most := a.most()
	out := []string{"dots: layers with weights"}
	if most.Sign() > 0 {
		out = append(out, "the thickest skip "+a.tell(most))
	}
	for _, n := range a.folded {
		if n > 1 {
			return append(out, "×n: so many iterations alike, drawn once")
		}
	}
	return out
}
