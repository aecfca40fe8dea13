package model

// Op is an intent as plain data: "add push to hook 4711". Checks offer Ops as their fix; a change is planned from them.
type Op interface {
	Kind() string // for example "hook.edit"
	On() Target
}

// EditHook asks for a change of a hook's events or of its active flag. It never touches the hook's configuration, so the
// secret stays.
type EditHook struct {
	Target Target   `json:"target"`
	Hook   string   `json:"hook"` // the hook's id
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
	Active Tri      `json:"active"` // TriUnknown leaves it as it is
}

// Kind is "hook.edit".
func (EditHook) Kind() string { return "hook.edit" }

// On is the repository that has the hook.
func (o EditHook) On() Target { return o.Target }
