package model_test

import (
	"testing"

	"gatehouse/model"
)

// TestErrOfAReading: whatever is not known whole is an error, also where nobody said why.
func TestErrOfAReading(t *testing.T) {
	t.Parallel()
	why := &model.Cause{Kind: model.CauseForbidden}
	for state, want := range map[model.Reading[int]]model.CauseKind{
		{}:                                      model.CauseIncomplete,
		{State: model.NotApplicable}:            model.CauseIncomplete,
		{State: model.Denied, Why: why}:         model.CauseForbidden,
		{State: model.Partial, At: 1, Why: why}: model.CauseForbidden,
	} {
		if err := state.Err("list", "gh/acme/web"); err == nil || model.CauseOf(err).Kind != want {
			t.Errorf("%v: %v", state, err)
		}
	}
	if err := model.Read(1, 1).Err("list", ""); err != nil {
		t.Error(err)
	}
}
