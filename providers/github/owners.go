package github

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"gatehouse/model"
)

// ownersAge is how long a list of owners is believed, in seconds: refreshing a screen must show a new owner soon.
const ownersAge = 600

// ownerRoll is who owns an organisation, read once for all of its repositories. Its turn lets one reader in at a time.
type ownerRoll struct {
	turn   chan struct{}
	at     model.Unix
	logins map[string]bool // nil: they cannot be listed in full
}

// ownersOf lists an organisation's owners by folded login; nil when this account cannot list them all.
func (c *Client) ownersOf(ctx context.Context, org string) map[string]bool {
	c.mu.Lock()
	roll := c.owners[org]
	if roll == nil {
		roll = &ownerRoll{turn: make(chan struct{}, 1)}
		c.owners[org] = roll
	}
	c.mu.Unlock()
	select {
	case roll.turn <- struct{}{}:
		defer func() { <-roll.turn }()
	case <-ctx.Done():
		return nil
	}
	if roll.at != 0 && c.now() < roll.at+ownersAge {
		return roll.logins
	}
	logins, err := c.readOwners(ctx, org)
	if err == nil || errors.Is(err, model.ErrForbidden) || errors.Is(err, model.ErrNotFound) || errors.Is(err, model.ErrUnsupported) {
		roll.at, roll.logins = c.now(), logins // anything else may pass: the next reader asks again
	}
	return logins
}

type member struct {
	Login string `json:"login"`
}

func (m member) check() (id, lacks string) {
	if m.Login == "" {
		return "", "a member has no login"
	}
	return strings.ToLower(m.Login), ""
}

// readOwners asks for the members whose role is admin. Who is not a member gets the public ones only, so membership is read first.
// Sources: GET /user/memberships/orgs/{org}, GET /orgs/{org}/members?role=admin.
func (c *Client) readOwners(ctx context.Context, org string) (map[string]bool, error) {
	a := asked{need: needOrgs, op: "list owners", on: org}
	var mine membership
	if _, err := c.get(ctx, a, "user/memberships/orgs/"+org, &mine); err != nil || mine.State != "active" {
		return nil, err
	}
	owners := map[string]bool{}
	err := pages(ctx, c, a, "orgs/"+org+"/members?role=admin&per_page=100", func(rows []member, _ *http.Response) error {
		for _, m := range rows {
			owners[strings.ToLower(m.Login)] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return owners, nil
}
