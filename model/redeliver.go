package model

// FailedSince picks what to deliver again from a hook's log, newest first as the forge gives it: of each event that failed since then, and
// that no attempt has delivered, the newest attempt. Pings are left out: they tell the receiver nothing.
func FailedSince(log []Delivery, since Unix) []Delivery {
	delivered := map[string]bool{}
	for _, d := range log {
		if d.OK() {
			delivered[d.GUID.Raw()] = true
		}
	}
	var out []Delivery
	seen := map[string]bool{}
	for _, d := range log {
		guid := d.GUID.Raw()
		if d.At < since || d.OK() || delivered[guid] || seen[guid] || d.Event.Raw() == "ping" {
			continue
		}
		seen[guid] = true
		out = append(out, d)
	}
	return out
}
