package figure_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide"
	"github.com/skipcost/skipcost/report/figure"
	"github.com/skipcost/skipcost/report/picture"
)

func shipped(t testing.TB, name string) cost.Subject {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	return cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}
}

func courseOf(t *testing.T, names ...string) *picture.Scene {
	t.Helper()
	p := &figure.Course{Costs: figure.CourseCosts()}
	for _, name := range names {
		c, err := cost.FollowCourse(shipped(t, name), cost.Options{Quantities: p.Costs})
		require.NoError(t, err)
		p.Courses = append(p.Courses, c)
	}
	s, err := p.Scene()
	require.NoError(t, err)
	return s
}

// TestCourseMarksThePeak is that of calc --peak.
func TestCourseMarksThePeak(t *testing.T) {
	s := courseOf(t, "cifar-resnet20")
	assert.Contains(t, s.Description, "Marked: 192 KiB at residual1[0].add.batchnorm1.")
	assert.Contains(t, s.Description, "held for later: at most")
}

func TestCoursesAreLegible(t *testing.T) {
	for _, names := range [][]string{{"resnet50"}, {"unet"}, {"gpt2"}, {"cifar-preresnet1001"}, {"vgg16", "resnet18", "densenet121"}} {
		legible(t, courseOf(t, names...))
	}
}

// TestCourseHasAllOfACost: the frame of macs is filled as high as the layers add up to.
func TestCourseHasAllOfACost(t *testing.T) {
	for _, q := range []cost.Quantity{cost.MACs, cost.Params, cost.TrainingSavedBytes} {
		s := shipped(t, "densenet121")
		c, err := cost.FollowCourse(s, cost.Options{Quantities: []cost.Quantity{q}})
		require.NoError(t, err)
		var sum symbolic.Expr
		for l := range c.Layers {
			sum = sum.Add(l.Costs.Of(q))
		}
		whole, err := cost.Summarize(s, cost.Options{Quantities: []cost.Quantity{q}})
		require.NoError(t, err)
		assert.True(t, sum.Equal(whole.Total.Of(q)), "%s: %s", q, sum.Text())
	}
}

func TestMemoryByKind(t *testing.T) {
	adam, err := cost.ParseOptimizer("adam")
	require.NoError(t, err)
	o := cost.Options{Quantities: figure.MemoryCosts(), Optimizer: adam, Batch: symbolic.Int(32)}
	p := &figure.Memory{}
	for _, name := range []string{"resnet50", "densenet121"} {
		m, err := cost.Summarize(shipped(t, name), o)
		require.NoError(t, err)
		p.Names, p.Costs = append(p.Names, name), append(p.Costs, m.Total.Costs)
	}
	s, err := p.Scene()
	require.NoError(t, err)
	legible(t, s)
	assert.Contains(t, s.Description, "resnet50: saved 2.56 GiB.")
	assert.Contains(t, s.Description, "resnet50: optimizer 195 MiB.")

	f, err := decide.NewFamily(shipped(t, "resnet50"), decide.Batch, o)
	require.NoError(t, err)
	within := decide.Interval{From: big.NewInt(1), To: big.NewInt(64)}
	s, err = (&figure.Memory{Names: []string{"resnet50"}, Over: []*decide.Family{f}, Symbol: decide.Batch, Within: within}).Scene()
	require.NoError(t, err)
	legible(t, s)
	assert.Contains(t, s.Description, "saved: at most 5.12 GiB.")
}
