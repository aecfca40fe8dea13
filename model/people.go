package model

// Via says through what a person reaches a repository.
type Via string

// The sources of a grant.
const (
	ViaDirect     Via = "direct"
	ViaTeam       Via = "team"
	ViaBase       Via = "base" // the organisation's base permission
	ViaOwner      Via = "owner"
	ViaOutside    Via = "outside" // direct, by someone who is not a member
	ViaInvitation Via = "invitation"
)

// Grant is one way a person or team reaches a repository. Name is the team's slug or the organisation's login.
// Source: GitHub GraphQL collaborators.edges.permissionSources.
type Grant struct {
	Via  Via  `json:"via"`
	Name Text `json:"name"`
	Role Text `json:"role"`
}

// Person is someone who can reach a repository, or is invited to.
type Person struct {
	Login   Text             `json:"login"`
	Role    Text             `json:"role"`    // the strongest: read, triage, write, maintain, admin, or a custom role's name
	Sources Reading[[]Grant] `json:"sources"` // Unread after the REST fallback, which cannot say
	Outside Tri              `json:"outside"`
}

// Invitation is access that was offered and not yet taken. Source: GitHub GET /repos/{owner}/{repo}/invitations.
type Invitation struct {
	ID      string `json:"id"`
	Login   Text   `json:"login"` // empty for an invitation by e-mail
	Role    Text   `json:"role"`
	By      Text   `json:"by"`
	Created Unix   `json:"created"`
	Expired Tri    `json:"expired"`
}

// Team is a team's access to a repository. Source: GitHub GET /repos/{owner}/{repo}/teams.
type Team struct {
	Slug Text `json:"slug"`
	Name Text `json:"name"`
	Role Text `json:"role"`
}
