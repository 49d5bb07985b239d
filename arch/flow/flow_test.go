package flow

import (
	"fmt"
	"testing"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
)

func TestScratch(t *testing.T) {
	for _, name := range []string{"plain", "add", "concat", "densenet", "doubling", "halving", "heads", "resnet18", "resnet50", "densenet121", "unet", "vit_b_16", "googlenet"} {
		for _, set := range []map[string]symbolic.Expr{{}, {"relu": symbolic.Int(1)}, {"L": symbolic.Int(1000000000)}} {
			m, err := zoo.Find(name)
			if name == "densenet" {
				m, err = zoo.Find("scheme/densenet")
			}
			if err != nil {
				fmt.Println(err)
				continue
			}
			use := map[string]symbolic.Expr{}
			for k, v := range m.Set {
				use[k] = v
			}
			has := len(set) == 0
			for k, v := range set {
				if _, ok := m.Network.Symbol(k); ok {
					use[k] = v
					has = true
				}
			}
			if !has {
				continue
			}
			tr, err := trace.Resolve(m.Network, trace.Options{Set: use})
			if err != nil {
				fmt.Println(name, err)
				continue
			}
			r, err := Of(tr, Options{})
			if err != nil {
				fmt.Println(name, err)
				continue
			}
			show := func(q Quantity) string {
				if q.Power.Err() == nil && !q.Power.IsZero() {
					return q.Power.Text()
				}
				if q.Err() != nil {
					return "— " + q.Err().Error()
				}
				if e, ok := q.Exact(); ok {
					return e.Text()
				}
				return "~" + q.Decimal(5)
			}
			fmt.Println(name, set, "paths", show(r.Paths), "mean", show(r.MeanPath), show(r.ShortestPath), show(r.LongestPath), "| signal", show(r.SignalGain), "grad", show(r.GradientGain), "eff", show(r.EffectivePath), show(r.EffectiveSpread), r.Notes)
		}
	}
}
