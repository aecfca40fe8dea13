package github

import (
	"context"
	"strings"
	"sync"

	"gatehouse/model"
)

// memberRoll is an organisation's members with their role there (ADMIN, MEMBER), read once for each organisation. complete is false
// when it could not be read to its end: then nobody on a repository can be called an outsider.
type memberRoll struct {
	once     sync.Once
	roles    map[string]string
	complete bool
}

// of gives the member's role, and whether the login is a member at all.
func (m *memberRoll) of(login string) (role string, member model.Tri) {
	if m == nil {
		return "", model.TriUnknown
	}
	if role, ok := m.roles[strings.ToLower(login)]; ok {
		return role, model.Yes
	}
	if m.complete {
		return "", model.No
	}
	return "", model.TriUnknown
}

// roll is the roll of the organisation that owns the repository; nil for personal ones.
func (c *Client) roll(ctx context.Context, r model.Repo) *memberRoll {
	if r.Personal {
		return nil
	}
	c.mu.Lock()
	m := c.members[r.Ref.Owner]
	if m == nil {
		m = &memberRoll{roles: map[string]string{}}
		c.members[r.Ref.Owner] = m
	}
	c.mu.Unlock()
	m.once.Do(func() { c.readRoll(ctx, r.Ref.Owner, m) })
	return m
}

func (c *Client) readRoll(ctx context.Context, org string, m *memberRoll) {
	after := any(nil)
	for range maxPages {
		var answer struct {
			Organization *struct {
				Mine    bool `json:"viewerIsAMember"`
				Members struct {
					PageInfo pageInfo `json:"pageInfo"`
					Edges    []struct {
						Role string `json:"role"`
						Node *struct {
							Login string `json:"login"`
						} `json:"node"`
					} `json:"edges"`
				} `json:"membersWithRole"`
			} `json:"organization"`
		}
		broken, err := c.query(ctx, asked{op: "list members", on: org}, documentMembers, map[string]any{"login": org, "after": after}, &answer)
		if err != nil || len(broken) > 0 || answer.Organization == nil {
			if ctx.Err() != nil {
				c.forgetRoll(org)
			}
			return
		}
		members := answer.Organization.Members
		for _, e := range members.Edges {
			if e.Node != nil {
				m.roles[strings.ToLower(e.Node.Login)] = e.Role
			}
		}
		if !members.PageInfo.HasNextPage {
			m.complete = answer.Organization.Mine // others see public members only
			return
		}
		after = members.PageInfo.EndCursor
	}
}

// forgetRoll lets the next reader try again after a cancelled one.
func (c *Client) forgetRoll(org string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.members, org)
}
