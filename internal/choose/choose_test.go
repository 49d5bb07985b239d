package choose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	u, err := choose.Named("unit", "values", all, names)
	require.NoError(t, err)
	assert.Equal(t, "elements", u.name)
	_, err = choose.Named("unit", "octet", all, names)
	assert.EqualError(t, err, `unknown unit "octet", did you mean octets?`)
	_, err = choose.Named("unit", "", all, names)
	assert.EqualError(t, err, `unknown unit "", known are bytes, elements`, "the first names are shown")
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"dubling", "doubling"}, {"DOUBLING", "doubling"}, {"aad", "add"}, {"dad", "add"}, {"xyz", ""}, {"", ""}, {"a", ""},
		{strings.Repeat("doubling", 100), ""},
		{"dou", "doubling"}, {"Doub", "doubling"}, {"do", ""},
	} {
		assert.Equal(t, c.want, choose.Nearest(c.name, []string{"add", "doubling"}), c.name)
	}
}
