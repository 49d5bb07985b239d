package request

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStoreKeeps: what was found is found again, and no more is held than the most.
func TestStoreKeeps(t *testing.T) {
	var r recent[int, string]
	worked := 0
	of := func(n int) string {
		v, err := r.of(n, func() (string, error) { worked++; return fmt.Sprint(n), nil })
		require.NoError(t, err)
		return v
	}
	for n := range most {
		of(n)
	}
	of(0)
	assert.Equal(t, most, worked)
	of(most)
	assert.Len(t, r.all, most)
	assert.Equal(t, "0", of(0), "it was asked for lately")
	assert.Equal(t, most+1, worked)
	assert.Equal(t, "1", of(1))
	assert.Equal(t, most+2, worked, "the one asked for the longest ago was let go")
	_, err := r.of(-1, func() (string, error) { return "", assert.AnError })
	require.ErrorIs(t, err, assert.AnError)
	assert.NotContains(t, r.all, -1)
}

// TestStoreAnswersAtTheSameTime: many who ask one store get what one gets who asks alone.
func TestStoreAnswersAtTheSameTime(t *testing.T) {
	texts := []string{
		`{"command":"formula","networks":[{"name":"concat"}],"format":"json"}`,
		`{"command":"formula","networks":[{"name":"concat"}],"set":"N=3","format":"csv"}`,
		`{"command":"formula","format":"latex"}`,
		`{"command":"calc","format":"json"}`,
		`{"command":"calc","networks":[{"name":"resnet18"},{"name":"concat"}],"layers":true,"format":"json"}`,
		`{"command":"calc","networks":[{"file":"a.yaml","text":"name: x\ninput: [8]\nsteps: [linear: 8]\n"}],"format":"json"}`,
		`{"command":"skips","networks":[{"name":"resnet18"}],"format":"json"}`,
		`{"command":"swap","networks":[{"name":"resnet18"}],"to":"concat","format":"json"}`,
		`{"command":"cross","networks":[{"name":"concat"},{"name":"add"}],"over":"L","format":"json"}`,
		`{"command":"calc","networks":[{"name":"scheme add"}]}`,
	}
	var want [][]byte
	for _, text := range texts {
		want = append(want, new(Store).Reply(context.Background(), []byte(text)))
	}
	var shared Store
	var wg sync.WaitGroup
	for range 2 {
		for k, text := range texts {
			wg.Go(func() {
				got := shared.Reply(context.Background(), []byte(text))
				if !bytes.Equal(want[k], got) {
					t.Errorf("%s: %s", text, got)
				}
			})
		}
	}
	wg.Wait()
}
