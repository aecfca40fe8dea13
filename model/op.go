package model

// Op is an intent as plain data: "add push to hook 4711". Checks offer Ops as their fix; a change is planned from them. No Op holds a
// secret: it names the slot that a person or a generator fills when the plan is applied. Every Op of this package is a
// fmt.Stringer: what it asks for, in words.
type Op interface {
	Kind() string // for example "hook.edit"
	On() Target
	// In is the same intent at another service address, as another account. Checks make Ops that know their repository only.
	In(origin, account string) Op
}

func (t Target) in(origin, account string) Target {
	t.Origin, t.Account = origin, account
	return t
}
