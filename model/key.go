package model

// DeployKey is a key that opens one repository. Keys are joined by fingerprint, never by title.
// Source: GitHub GET /repos/{owner}/{repo}/keys, and GraphQL repository.deployKeys (no database id, added_by, last_used).
type DeployKey struct {
	ID       string        `json:"id"` // the forge's number; empty when only GraphQL was asked
	Title    Text          `json:"title"`
	Public   Text          `json:"public_key"` // authorized_keys form
	MD5      string        `json:"md5"`        // hex pairs with colons; empty when the key could not be parsed
	SHA256   string        `json:"sha256"`     // "SHA256:" and base64 without padding
	Type     string        `json:"type"`       // ssh-ed25519, ssh-rsa, …
	Bits     int           `json:"bits"`
	ReadOnly bool          `json:"read_only"`
	Created  Unix          `json:"created"`
	LastUsed Reading[Unix] `json:"last_used"` // Known with 0: never used, as far as the forge remembers
	AddedBy  Reading[Text] `json:"added_by"`  // Known and empty: the forge names nobody
	Verified Tri           `json:"verified"`
	Enabled  Tri           `json:"enabled"` // No: an organisation policy has switched it off; SSH fails
}
