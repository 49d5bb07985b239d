package spec

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
)

func TestSchemaIsJSONAndKnowsEveryKind(t *testing.T) {
	var schema map[string]any
	text := Schema()
	require.NoError(t, json.Unmarshal(text, &schema))
	assert.Contains(t, schema["$schema"], "2020-12")
	for _, k := range arch.Kinds() {
		assert.Contains(t, string(text), `"`+k.Name+`"`)
	}
}
