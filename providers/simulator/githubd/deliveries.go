package githubd

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // GitHub still sends the old signature too
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/providers/simulator/world"
)

type delivery struct {
	ID             int64      `json:"id"`
	GUID           string     `json:"guid"`
	DeliveredAt    time.Time  `json:"delivered_at"`
	Redelivery     bool       `json:"redelivery"`
	Duration       float64    `json:"duration"`
	Status         string     `json:"status"`
	StatusCode     int        `json:"status_code"`
	Event          string     `json:"event"`
	Action         *string    `json:"action"`
	InstallationID *int64     `json:"installation_id"`
	RepositoryID   int64      `json:"repository_id"`
	ThrottledAt    *time.Time `json:"throttled_at"`
}

type deliveryDetail struct {
	delivery
	URL      string          `json:"url"`
	Request  deliveryRequest `json:"request"`
	Response deliveryAnswer  `json:"response"`
}

type deliveryRequest struct {
	Headers map[string]string `json:"headers"`
	Payload any               `json:"payload"`
}

type deliveryAnswer struct {
	Headers map[string]string `json:"headers"`
	Payload *string           `json:"payload"`
}

func (c *call) delivery(d world.Delivery) delivery {
	out := delivery{
		ID: d.ID, GUID: d.GUID, DeliveredAt: d.At, Redelivery: d.Redelivery, Duration: d.Duration, Status: d.Status(), StatusCode: d.Code,
		Event: d.Event, RepositoryID: c.repo.ID,
	}
	if d.Action != "" {
		out.Action = &d.Action
	}
	return out
}

// listDeliveries is GET …/deliveries: youngest first, paged by a cursor that names the last delivery of the page before.
func (c *call) listDeliveries() answer {
	return c.onHook(func(h *world.Hook) answer {
		q := c.r.URL.Query()
		all := c.world.Deliveries(h)
		switch q.Get("status") {
		case "":
		case "success", "failure":
			all = slices.DeleteFunc(all, func(d world.Delivery) bool { return d.OK() != (q.Get("status") == "success") })
		default:
			return c.refuse(http.StatusBadRequest, "Invalid status filter")
		}
		from := 0
		if cursor := q.Get("cursor"); cursor != "" {
			id, ok := strings.CutPrefix(cursor, "v1_")
			at := slices.IndexFunc(all, func(d world.Delivery) bool { return itoa(d.ID) == id })
			if !ok || at < 0 {
				return c.refuse(http.StatusBadRequest, "Invalid cursor")
			}
			from = at + 1
		}
		perPage, _ := c.page()
		to := min(from+perPage, len(all))
		if to < len(all) {
			c.header.Set("Link", fmt.Sprintf("<%s>; rel=\"next\"", c.link(url.Values{"cursor": {"v1_" + itoa(all[to-1].ID)}})))
		}
		a := shown(all[from:to], c.delivery)
		a.volatile = true
		return a
	})
}

func (c *call) onDelivery(show func(*world.Hook, world.Delivery) answer) answer {
	return c.onHook(func(h *world.Hook) answer {
		id := number(c.r.PathValue("delivery_id"))
		for _, d := range c.world.Deliveries(h) {
			if d.ID == id {
				return show(h, d)
			}
		}
		return c.notFound()
	})
}

func (c *call) getDelivery() answer {
	return c.onDelivery(func(h *world.Hook, d world.Delivery) answer {
		out := deliveryDetail{delivery: c.delivery(d), URL: h.URL}
		payload := c.payload(h, d)
		out.Request.Payload = payload
		out.Request.Headers = requestHeaders(h, d, c.repo, payload)
		if d.Code != 0 {
			body := d.Body(h)
			out.Response.Payload = &body
			out.Response.Headers = map[string]string{
				"Content-Type": "application/json", "Content-Length": strconv.Itoa(len(body)), "Date": d.At.Format(http.TimeFormat), "Server": "nginx",
			}
		}
		return answer{status: http.StatusOK, body: out}
	})
}

func requestHeaders(h *world.Hook, d world.Delivery, r *world.Repo, payload map[string]any) map[string]string {
	out := map[string]string{
		"Accept": "*/*", "User-Agent": "GitHub-Hookshot/" + d.GUID[:7], "X-GitHub-Delivery": d.GUID, "X-GitHub-Event": d.Event,
		"X-GitHub-Hook-ID": itoa(h.ID), "X-GitHub-Hook-Installation-Target-ID": itoa(r.ID), "X-GitHub-Hook-Installation-Target-Type": "repository",
		"content-type": "application/json",
	}
	if h.ContentType == "form" {
		out["content-type"] = "application/x-www-form-urlencoded"
	}
	if d.Secret != "" {
		body, err := json.Marshal(payload)
		if err != nil {
			panic(err) // it is our own
		}
		if h.ContentType == "form" {
			body = []byte(url.Values{"payload": {string(body)}}.Encode())
		}
		out["X-Hub-Signature"] = "sha1=" + sign(sha1.New, d.Secret, body)
		out["X-Hub-Signature-256"] = "sha256=" + sign(sha256.New, d.Secret, body)
	}
	return out
}

// sign is GitHub's signature of a delivery: an HMAC over the body as it was sent. Source: GitHub "Validating webhook deliveries".
func sign(with func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(with, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// payload is what was sent: the parts of GitHub's events that matter to CI.
func (c *call) payload(h *world.Hook, d world.Delivery) map[string]any {
	p := map[string]any{"repository": c.repository(c.repo), "sender": c.owner(c.repo.Owner)}
	if d.Action != "" {
		p["action"] = d.Action
	}
	switch d.Event {
	case "push":
		sum := strings.ReplaceAll(d.GUID, "-", "")
		p["ref"], p["before"], p["after"] = "refs/heads/"+c.repo.Branch, strings.Repeat("0", 40), sum+sum[:8]
		p["pusher"] = map[string]any{"name": "dana", "email": "dana@example.com"}
		p["commits"] = []any{}
	case "ping":
		p["zen"], p["hook_id"] = "Keep it logically awesome.", h.ID
	case "pull_request":
		p["number"] = d.ID % 400
	}
	return p
}

// redeliver is POST …/attempts: 202, and a new delivery with the same guid.
func (c *call) redeliver() answer {
	return c.onDelivery(func(h *world.Hook, d world.Delivery) answer {
		c.world.Redeliver(c.repo, h, d)
		return answer{status: http.StatusAccepted, body: json.RawMessage("{}")}
	})
}
