package github

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/providers/rest"
)

type delivery struct {
	ID          int64      `json:"id"`
	GUID        string     `json:"guid"`
	DeliveredAt time.Time  `json:"delivered_at"`
	Redelivery  bool       `json:"redelivery"`
	Duration    float64    `json:"duration"`
	Status      string     `json:"status"`
	StatusCode  int        `json:"status_code"`
	Event       string     `json:"event"`
	Action      *string    `json:"action"`
	ThrottledAt *time.Time `json:"throttled_at"`
}

type deliveryDetail struct {
	delivery
	URL     string `json:"url"`
	Request struct {
		Headers map[string]json.RawMessage `json:"headers"`
		Payload json.RawMessage            `json:"payload"`
	} `json:"request"`
	Response struct {
		Headers map[string]json.RawMessage `json:"headers"`
		Payload json.RawMessage            `json:"payload"`
	} `json:"response"`
}

func (d delivery) check() (id, lacks string) {
	if d.ID <= 0 {
		return "", "a delivery has no id"
	}
	return strconv.FormatInt(d.ID, 10), ""
}

// Deliveries reads one page of a hook's delivery log, newest first, and the cursor of the next page; empty: there is none. GitHub
// keeps three days. Source: GET /repos/{owner}/{repo}/hooks/{id}/deliveries.
func (c *Client) Deliveries(ctx context.Context, r model.Repo, hook, cursor string) (model.Reading[[]model.Delivery], string) {
	path, err := hookPath(r, hook, "/deliveries?per_page=100")
	if err != nil {
		return model.Unreadable[[]model.Delivery](model.CauseOf(err)), ""
	}
	if cursor != "" {
		path += "&cursor=" + url.QueryEscape(cursor)
	}
	a := about("list deliveries of hook "+hook, r, needHooks)
	var rows []delivery
	res, err := c.get(ctx, a, path, &rows)
	if err == nil {
		rows, err = sift(a, rows, map[string]int{}, 1)
	}
	if err != nil {
		return model.Unreadable[[]model.Delivery](model.CauseOf(err)), ""
	}
	out := make([]model.Delivery, len(rows))
	for i, d := range rows {
		out[i] = d.model()
	}
	next, err := c.nextCursor(res, cursor)
	if err != nil {
		return model.AtLeast(out, c.now(), model.CauseOf(rest.Broken(a.op, a.on, err))), ""
	}
	return model.Read(out, c.now()), next
}

// nextCursor is where the log goes on; a link that leads nowhere new is an error, not the end.
func (c *Client) nextCursor(res *http.Response, current string) (string, error) {
	l := link(res.Header, "next")
	if l == "" {
		return "", nil
	}
	u, err := c.transport.CheckNext(res.Request.URL.String(), l)
	if err != nil {
		return "", err
	}
	next := u.Query().Get("cursor")
	if next == "" || next == current {
		return "", &model.Error{Cause: model.Cause{Kind: model.CauseBadAnswer, Said: model.Outside("the log's next page has no new cursor")}}
	}
	return next, nil
}

// Delivery reads one delivery with what was sent and what came back.
// Source: GET /repos/{owner}/{repo}/hooks/{id}/deliveries/{id}.
func (c *Client) Delivery(ctx context.Context, r model.Repo, hook, id string) model.Reading[model.DeliveryDetail] {
	fail := func(err error) model.Reading[model.DeliveryDetail] {
		return model.Unreadable[model.DeliveryDetail](model.CauseOf(err))
	}
	if err := checkID(id, "delivery"); err != nil {
		return fail(err)
	}
	path, err := hookPath(r, hook, "/deliveries/"+id)
	if err != nil {
		return fail(err)
	}
	a := about("read delivery "+id, r, needHooks)
	var d deliveryDetail
	if _, err := c.get(ctx, a, path, &d); err != nil {
		return fail(err)
	}
	if got, _ := d.check(); got != id {
		return fail(a.bad("it is another delivery"))
	}
	return model.Read(model.DeliveryDetail{
		Delivery: d.model(), URL: model.Outside(d.URL),
		Request:  model.Exchange{Headers: headers(d.Request.Headers), Payload: payload(d.Request.Payload)},
		Response: model.Exchange{Headers: headers(d.Response.Headers), Payload: payload(d.Response.Payload)},
	}, c.now())
}

func hookPath(r model.Repo, hook, rest string) (string, error) {
	if err := checkID(hook, "hook"); err != nil {
		return "", err
	}
	return repoPath(r, "/hooks/"+hook+rest)
}

func (d delivery) model() model.Delivery {
	m := model.Delivery{
		ID: strconv.FormatInt(d.ID, 10), GUID: model.Outside(d.GUID), At: model.UnixOf(d.DeliveredAt), Redelivery: d.Redelivery,
		Duration: d.Duration, Status: model.Outside(d.Status), Code: d.StatusCode, Event: model.Outside(d.Event), Action: text(d.Action),
	}
	if d.ThrottledAt != nil {
		m.Throttled = model.UnixOf(*d.ThrottledAt)
	}
	return m
}

// headers sorts by name. A value may be a string or a list of strings (v60 fails on the latter).
func headers(in map[string]json.RawMessage) []model.Header {
	out := make([]model.Header, 0, len(in))
	for name, raw := range in {
		var one string
		var many []string
		if json.Unmarshal(raw, &one) != nil && json.Unmarshal(raw, &many) == nil {
			one = strings.Join(many, ", ")
		}
		out = append(out, model.Header{Name: model.Outside(name), Value: model.Outside(one)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name.Raw() < out[j].Name.Raw() })
	return out
}

// payload is the text as it is when GitHub gives a string, the JSON otherwise.
func payload(raw json.RawMessage) model.Text {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return model.Outside(s)
	}
	if len(raw) == 0 || string(raw) == "null" {
		return model.Text{}
	}
	return model.Outside(string(raw))
}
