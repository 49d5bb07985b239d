package choose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/skipcost/skipcost/internal/choose"
)

func Example() {
	_, err := choose.Word("unit", "byts", []string{"bytes", "elements"})
	fmt.Println(err)
	_, err = choose.Word("unit", "metres", []string{"bytes", "elements"})
	fmt.Println(err)
	// Output:
	// unknown unit "byts", did you mean bytes?
	// unknown unit "metres", known are bytes, elements
}

func TestNamed(t *testing.T) {
	type unit struct{ name, also string }
	all := []unit{{"bytes", "octets"}, {"elements", "values"}}
	names := func(u unit) []string { return []string{u.name, u.also} }
	if u, err := choose.Named("unit", "values", all, names); err != nil || u.name != "elements" {
		t.Errorf("values are %q (%v), not elements", u.name, err)
	}
	for name, want := range map[string]string{
		"octet": `unknown unit "octet", did you mean octets?`,
		"":      `unknown unit "", known are bytes, elements`, // the first names are shown
	} {
		if _, err := choose.Named("unit", name, all, names); err == nil || err.Error() != want {
			t.Errorf("%q: %v, not %s", name, err, want)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"dubling", "doubling"}, {"DOUBLING", "doubling"}, {"aad", "add"}, {"dad", "add"}, {"xyz", ""}, {"", ""}, {"a", ""},
		{strings.Repeat("doubling", 100), ""},
		{"dou", "doubling"}, {"Doub", "doubling"}, {"do", ""},
	} {
		if got := choose.Nearest(c.name, []string{"add", "doubling"}); got != c.want {
			t.Errorf("nearest to %.20q is %q, not %q", c.name, got, c.want)
		}
	}
}
