package model_test

import (
	"slices"
	"testing"

	"gatehouse/model"
)

func TestFailedSince(t *testing.T) {
	t.Parallel()
	d := func(id, guid string, at model.Unix, code int, event string) model.Delivery {
		return model.Delivery{ID: id, GUID: model.Outside(guid), At: at, Code: code, Event: model.Outside(event)}
	}
	log := []model.Delivery{
		d("9", "ping", 99, 500, "ping"),
		d("8", "twice", 98, 500, "push"),
		d("7", "mended", 97, 200, "push"),
		d("6", "twice", 96, 0, "push"),
		d("5", "mended", 95, 500, "push"),
		d("4", "never answered", 94, 0, "pull_request"),
		d("3", "fine", 93, 302, "push"),
		d("2", "delivered before it failed again", 92, 500, "push"),
		d("1", "delivered before it failed again", 91, 200, "push"),
		d("0", "old", 10, 500, "push"),
	}
	for since, want := range map[model.Unix][]string{0: {"8", "4", "0"}, 50: {"8", "4"}, 98: {"8"}, 99: nil} {
		var got []string
		for _, d := range model.FailedSince(log, since) {
			got = append(got, d.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("since %d: %v, want %v", since, got, want)
		}
	}
}
