package page

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/picture"
)

// Networks is a page about networks: their costs side by side and as formulas, and for each its picture, its course along
// the depth, its links and its layers.
type Networks struct {
	Networks   []Network
	Quantities []cost.Quantity // that are compared
	Command    string          // that makes the page
	Version    string          // of the program
}

// Network is one of the networks on a page.
type Network struct {
	Source    string        // where the network is from
	Summary   *cost.Summary // in the quantities that are compared
	Memory    cost.Costs    // in MemoryCosts
	Closed    *cost.Closed  // nil where there is nothing free
	Inventory *cost.Inventory
	Causes    []cost.Quantity // of its links
	LeftOut   string          // the causes that are left out, and the command that shows them
	Layers    *cost.Summary   // with its layers listed, in DefaultQuantities
	Course    *cost.Course    // in CourseCosts
}

// Page lays it out.
func (p *Networks) Page() *Page {
	page := &Page{Title: p.question(), Lead: []string{p.answer()}}
	calc := &report.Calc{Quantities: p.Quantities, Chosen: true}
	forms := &report.Formula{Quantities: slices.DeleteFunc(slices.Clone(p.Quantities), func(q cost.Quantity) bool { return !q.Closes() })}
	memory := &figure.Memory{}
	for _, n := range p.Networks {
		calc.Summaries = append(calc.Summaries, n.Summary)
		memory.Names, memory.Costs = append(memory.Names, n.Summary.Name), append(memory.Costs, n.Memory)
		if n.Closed != nil {
			forms.Closed = append(forms.Closed, n.Closed)
		}
	}
	page.Sections = []Section{{Heading: "Side by side", Part: true, Table: calc.Document()}, drawn("What training holds", memory.Scene)}
	if len(forms.Closed) > 0 {
		page.Sections = append(page.Sections, Section{Heading: "As formulas", Table: forms.Document()})
	}
	for _, n := range p.Networks {
		page.Sections = append(page.Sections, p.network(n)...)
	}
	page.Sections = append(page.Sections, p.sources(), Section{Heading: "To repeat this", Text: []string{"skipcost " + p.Version}, Code: p.Command})
	return page
}

// drawn is a section with a picture, or with the reason why there is none.
func drawn(heading string, scene func() (*picture.Scene, error)) Section {
	s := Section{Heading: heading}
	if drawn, err := scene(); err == nil {
		s.Pictures = append(s.Pictures, drawn)
	} else {
		s.Text = append(s.Text, report.OneLine(err.Error()))
	}
	return s
}

// network is the part of the page about one network.
func (p *Networks) network(n Network) []Section {
	name := n.Summary.Name
	first := Section{Heading: name, Part: true, Pictures: []*picture.Scene{(&figure.Arcs{Inventory: n.Inventory}).Scene()}}
	if len(p.Networks) > 1 {
		first.Text = []string{inTwoSentences(n.Summary, n.Inventory)}
	}
	along := Section{Heading: name + ": along the depth"}
	for _, q := range figure.CourseCosts() {
		if scene, err := (&figure.Course{Courses: []*cost.Course{n.Course}, Costs: []cost.Quantity{q}}).Scene(); err == nil {
			along.Pictures = append(along.Pictures, scene)
		} else {
			along.Text = append(along.Text, q.String()+": "+report.FirstLine(err))
		}
	}
	layers := (&report.Calc{Summaries: []*cost.Summary{n.Layers}, Quantities: report.DefaultQuantities(), OfLayers: report.DefaultQuantities(), Layers: true}).Document()
	layers.Tables = layers.Tables[1:]
	for k := range layers.Tables {
		layers.Tables[k].Title = nil // the heading has the name of the network
	}
	links := Section{Heading: name + ": skips and other links", Table: (&report.Skips{Inventory: n.Inventory, Quantities: n.Causes, All: true}).Document(), Sorted: true}
	if n.LeftOut != "" {
		links.Text = []string{n.LeftOut}
	}
	return []Section{
		first, along, links,
		{Heading: name + ": layers", Table: layers, Sorted: true},
	}
}

// sources says where the networks are from.
func (p *Networks) sources() Section {
	s := Section{Heading: "Sources", Part: true}
	for _, n := range p.Networks {
		if n.Source != "" {
			s.Text = append(s.Text, n.Summary.Name+": "+n.Source)
		}
	}
	s.Text = append(s.Text, "The rules by which layers are priced, and what is a model, are printed by skipcost explain and skipcost explain flow.")
	return s
}

func (p *Networks) question() string {
	var names []string
	for _, n := range p.Networks {
		names = append(names, n.Summary.Name)
	}
	if len(names) == 1 {
		return "What does " + names[0] + " cost, and what do its skips cause?"
	}
	return "What do " + inARow(names) + " cost, and what do their skips cause?"
}

// answer is two sentences: the costs of one network and what its skips cause, or the comparison of several.
func (p *Networks) answer() string {
	if len(p.Networks) == 1 {
		return inTwoSentences(p.Networks[0].Summary, p.Networks[0].Inventory)
	}
	first := p.Networks[0].Summary
	var compared, skips []string
	for k, n := range p.Networks {
		if k > 0 {
			compared = append(compared, n.Summary.Name+" costs "+times(n.Summary.Total.Costs, first.Total.Costs))
		}
		skips = append(skips, skipsInWords(n))
	}
	return strings.Join(compared, ", ") + " of " + first.Name + ". Their skips: " + strings.Join(skips, "; ") + "."
}

// times is one cost as a multiple of another.
func times(a, b cost.Costs) string {
	var parts []string
	for _, q := range []cost.Quantity{cost.Params, cost.MACs, cost.TrainingSavedBytes} {
		if cell := report.RatioOf(a.Of(q), b.Of(q)); !cell.IsMissing() {
			parts = append(parts, cell.Text(report.Human)+" times the "+q.String())
		}
	}
	return inARow(parts)
}

// skipsInWords says how many skips a network has, and how much is left without them.
func skipsInWords(n Network) string {
	var kinds []string
	for _, k := range n.Inventory.ByKind() {
		kinds = append(kinds, report.CountedSkips(k))
	}
	if len(kinds) == 0 {
		return n.Summary.Name + " has no skips"
	}
	return n.Summary.Name + " has " + inARow(kinds) + " and would cost " + inWords(n.Summary.Name, n.Inventory.Alone, cost.Params, cost.TrainingSavedBytes) + " without"
}

// inARow joins words: a, b and c.
func inARow(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
