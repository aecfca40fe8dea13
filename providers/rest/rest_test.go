package rest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/transport"
)

func TestDecodeTakesOneValue(t *testing.T) {
	t.Parallel()
	var v []int
	for _, bad := range []string{"", " ", "null", "[1] [2]", "[1],", "\ufeff[1]", `{"a":1}`, "[1"} {
		if Decode([]byte(bad), &v) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if err := Decode([]byte(" [1]\n"), &v); err != nil || len(v) != 1 {
		t.Errorf("%v %v", v, err)
	}
}

func TestBrokenKeepsTheCause(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]model.CauseKind{
		fmt.Errorf("get: %w", context.Canceled): model.CauseCancelled,
		errors.New("connection reset"):          model.CauseNetwork,
		model.Refuse("send", "", "no", ""):      model.CauseRefused,
	} {
		got := Broken("list", "gh/acme/web", err)
		e, ok := errors.AsType[*model.Error](got)
		if !ok || e.Cause.Kind != want || e.Op != "list" || e.On != "gh/acme/web" || !errors.Is(got, err) {
			t.Errorf("%v became %v, %v", err, got, e.Cause.Kind)
		}
	}
}

func TestOutcomeBelievesTheReceipt(t *testing.T) {
	t.Parallel()
	until := time.Unix(1_800_000_000, 0)
	for receipt, want := range map[transport.Receipt]change.Outcome{
		{Outcome: transport.Committed, Status: 200}:               {Class: change.Committed, Status: 200},
		{Outcome: transport.Throttled, Status: 429, Until: until}: {Class: change.Throttled, Status: 429, Until: 1_800_000_000},
		{Outcome: transport.Unknown}:                              {},
		{Outcome: transport.NotCommitted}:                         {Class: change.NotCommitted},
		{Outcome: transport.Conflict, Status: 409}:                {Class: change.Conflict, Status: 409},
		{Outcome: transport.Rejected, Status: 422}:                {Class: change.Rejected, Status: 422},
	} {
		if got := Outcome(&receipt, nil); got != want {
			t.Errorf("%+v gives %+v", receipt, got)
		}
	}
	if got := Outcome(&transport.Receipt{Outcome: transport.Committed, Status: 200}, errors.New("torn")); got.Class != change.Unknown {
		t.Errorf("a torn answer is %v", got.Class)
	}
}
