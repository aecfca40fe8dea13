package circleci

import (
	"context"
	"net/url"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/model/sshkey"
)

// checkoutKey has both spellings of the fields that CircleCI spells in two ways.
type checkoutKey struct {
	PublicA    string     `json:"public_key"`
	PublicB    string     `json:"public-key"`
	Type       string     `json:"type"`
	Preferred  *bool      `json:"preferred"`
	CreatedA   *time.Time `json:"created_at"`
	CreatedB   *time.Time `json:"created-at"`
	CreatedOld *time.Time `json:"time"`
}

const maxPages = 100

// CheckoutKeys reads the keys that CircleCI holds to check the project out. Fingerprints are computed here from the key itself, so that they
// compare with the forge's. A GitHub App project has none: NotApplicable. Source: GET /api/v2/project/{slug}/checkout-key.
func (c *Client) CheckoutKeys(ctx context.Context, slug model.Text) model.Reading[[]model.CheckoutKey] {
	path, err := slugPath(slug.Raw())
	if err != nil {
		return model.Unreadable[[]model.CheckoutKey](model.CauseOf(err))
	}
	a := asked{op: "list checkout keys", on: slug.String()}
	out := []model.CheckoutKey{}
	token := ""
	for range maxPages {
		var page struct {
			Items []checkoutKey `json:"items"`
			Next  *string       `json:"next_page_token"`
		}
		query := "?digest=sha256"
		if token != "" {
			query += "&page-token=" + url.QueryEscape(token)
		}
		if err := c.get(ctx, a, "/api/v2/project/"+path+"/checkout-key"+query, &page); err != nil {
			return partly(out, c.now(), err)
		}
		if page.Items == nil {
			return partly(out, c.now(), a.bad("it has no items"))
		}
		for _, k := range page.Items {
			m, err := k.model()
			if err != nil {
				return partly(out, c.now(), a.bad("a key cannot be read: "+err.Error()))
			}
			out = append(out, m)
		}
		if page.Next == nil || *page.Next == "" {
			return model.Read(out, c.now())
		}
		if *page.Next == token {
			return partly(out, c.now(), a.bad("the next page is the same one"))
		}
		token = *page.Next
	}
	return partly(out, c.now(), a.bad("the list does not end"))
}

func partly(out []model.CheckoutKey, at model.Unix, err error) model.Reading[[]model.CheckoutKey] {
	if len(out) == 0 {
		return model.Unreadable[[]model.CheckoutKey](model.CauseOf(err))
	}
	return model.AtLeast(out, at, model.CauseOf(err))
}

func (k checkoutKey) model() (model.CheckoutKey, error) {
	line := strings.TrimSpace(k.PublicA + k.PublicB)
	parsed, err := sshkey.Parse(line)
	if err != nil {
		return model.CheckoutKey{}, err
	}
	m := model.CheckoutKey{Type: model.Outside(k.Type), Public: model.Outside(line), MD5: parsed.MD5, SHA256: parsed.SHA256, Preferred: k.Preferred != nil && *k.Preferred}
	for _, at := range []*time.Time{k.CreatedA, k.CreatedB, k.CreatedOld} {
		if at != nil && m.Created == 0 {
			m.Created = model.UnixOf(*at)
		}
	}
	return m, nil
}
