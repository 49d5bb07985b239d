package report

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/report/picture"
)

// note is what is told of a link that is pointed at.
func (a *arcs) note(l arcLink) string {
	text := string(l.Class)
	if s := l.Shortcut(); s != "" {
		text = s + " skip"
	}
	text += fmt.Sprintf(" %d", l.ID)
	if alike := len(l.ids) - 1; alike > 0 {
		text += fmt.Sprintf(" and %d alike", alike)
	}
	return fmt.Sprintf("%s: %s into %s, from %s, %s", text, l.Merge.Kind.Name, l.Merge.Name, linkEnd(l.from), a.tell(l.amount))
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

// tell says what an arc's thickness stands for.
func (a *arcs) tell(amount *big.Rat) string {
	if a.By == nil {
		return "holds " + byteCell(symbolic.BigRat(amount)).text(Human)
	}
	return fmt.Sprintf("causes %s %s", exactCell("", *a.By, symbolic.BigRat(amount)).text(Human), *a.By)
}

// captions are the title and what the signs mean.
func (a *arcs) captions() {
	var counts []string
	for _, k := range a.Inventory.ByKind() {
		text := fmt.Sprintf("%s: %d", k.Kind, k.Count)
		if k.Projected > 0 {
			text += fmt.Sprintf(" (%d projected)", k.Projected)
		}
		counts = append(counts, text)
	}
	title := a.Inventory.Name + ": no skips"
	if len(counts) > 0 {
		title = a.Inventory.Name + ": skips that " + strings.Join(counts, " and ")
	}
	s := a.scene
	s.Title = title
	s.Description = fmt.Sprintf("The layers as a line of %d operations, and an arc for each link: above the line where it adds, below it where it concatenates. The input is %s, the output %s.",
		len(a.drawn), a.Inventory.Trace.Input.Shape.Text(), a.Inventory.Trace.Output.Shape.Text())
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: 24}, Text: title, Size: 16, Role: picture.Label})
	legend := a.legend()
	if a.left > 0 {
		legend = append(legend, fmt.Sprintf("%d thinner links are not drawn", a.left))
	}
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: s.Height - 20}, Text: strings.Join(legend, " · "), Size: 11, Role: picture.Quiet})
	s.Add(picture.Text{At: picture.Point{X: arcsMargin, Y: s.Height - 36}, Text: a.signs(), Size: 11, Role: picture.Quiet})
}

func (a *arcs) signs() string {
	text := "arcs above: add · below: concat · dashed: projected · dotted: gates, branches, conditioning"
	if len(a.level) > 0 {
		text = "down: smaller extents · across: links over them · " + text
	}
	return text
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
