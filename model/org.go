package model

// Org is an organisation, workspace or personal account that owns repositories.
type Org struct {
	Forge    Forge         `json:"forge"`
	Login    string        `json:"login"` // folded
	Personal bool          `json:"personal"`
	MyRole   Reading[Text] `json:"my_role"` // admin (owner), member, billing_manager
}
