package github

import (
	"context"
	"strconv"
	"strings"

	"gatehouse/model"
)

type collaborators struct {
	PageInfo pageInfo `json:"pageInfo"`
	Edges    []struct {
		Permission string `json:"permission"`
		Node       *struct {
			Login string `json:"login"`
		} `json:"node"`
		Sources []source `json:"permissionSources"`
	} `json:"edges"`
}

// source is one way by which access comes. Its permission knows no triage and maintain; roleName does.
type source struct {
	Permission string `json:"permission"`
	RoleName   string `json:"roleName"`
	Source     struct {
		Type          string `json:"__typename"`
		Login         string `json:"login"`
		Slug          string `json:"slug"`
		NameWithOwner string `json:"nameWithOwner"`
	} `json:"source"`
}

// peopleReader makes people of a repository's answer. plain is set when the sources were not asked for: why not.
type peopleReader struct {
	client *Client
	plain  *model.Cause
}

// read reads on to the last page. A page that cannot be read makes a lower bound of what came before.
func (p peopleReader) read(ctx context.Context, r model.Repo, n *accessNode, why causes) model.Reading[[]model.Person] {
	switch {
	case why.people != nil:
		return model.Unreadable[[]model.Person](why.people)
	case n == nil || n.People == nil:
		return model.Unreadable[[]model.Person](nothing("people", r))
	}
	now := p.client.now()
	outside := outsiders(r, n.Outside, why)
	out := []model.Person{}
	for page, read := n.People, 1; ; read++ {
		part, err := p.page(ctx, r, page, outside, why.sources)
		out = append(out, part...)
		if err == nil && page.PageInfo.HasNextPage {
			page, err = p.next(ctx, r, page.PageInfo.EndCursor, read)
		} else if err == nil {
			return model.Read(out, now)
		}
		if err != nil {
			return reading(out, now, err)
		}
	}
}

// outsiders tells who is an outside collaborator. GitHub answers that for each repository; beyond the first hundred it is not known.
func outsiders(r model.Repo, listed *collaborators, why causes) func(login string) model.Tri {
	if r.Personal {
		return func(string) model.Tri { return model.No } // outside of what?
	}
	if why.outside != nil || listed == nil || listed.Edges == nil {
		return func(string) model.Tri { return model.TriUnknown }
	}
	named := map[string]bool{}
	for _, e := range listed.Edges {
		if e.Node != nil {
			named[strings.ToLower(e.Node.Login)] = true
		}
	}
	rest := model.No
	if listed.PageInfo.HasNextPage || len(named) < len(listed.Edges) {
		rest = model.TriUnknown
	}
	return func(login string) model.Tri {
		if named[strings.ToLower(login)] {
			return model.Yes
		}
		return rest
	}
}

// page turns one page's edges into people; on an error those before it stand.
func (p peopleReader) page(ctx context.Context, r model.Repo, page *collaborators, outside func(string) model.Tri, sources *model.Cause) ([]model.Person, error) {
	a := about("read people", r, needPeople)
	if page.Edges == nil {
		return nil, a.bad("the list is missing")
	}
	owners := p.owners(ctx, r, page)
	out := make([]model.Person, 0, len(page.Edges))
	for _, e := range page.Edges {
		if e.Node == nil || e.Node.Login == "" || e.Permission == "" {
			return out, a.bad("a person has no login or no permission")
		}
		person := model.Person{
			Login: model.Outside(e.Node.Login), Role: model.Outside(roleName(e.Permission)), Outside: outside(e.Node.Login),
		}
		switch {
		case r.Personal:
			person.Sources = model.Read([]model.Grant{personalGrant(r, person)}, p.client.now())
		case p.plain != nil:
			person.Sources = model.Unreadable[[]model.Grant](p.plain)
		case e.Sources == nil && sources != nil:
			person.Sources = model.Unreadable[[]model.Grant](sources)
		case e.Sources == nil:
			person.Sources = model.Unreadable[[]model.Grant](nothing("the source of each grant", r))
		default:
			person.Sources = p.grants(e.Sources, person, owners)
		}
		out = append(out, person)
	}
	return out, nil
}

// personalGrant is the one way to reach a personal repository: it is yours, or you were invited. GitHub names sources in organisations only.
func personalGrant(r model.Repo, p model.Person) model.Grant {
	if strings.EqualFold(p.Login.Raw(), r.Ref.Owner) {
		return model.Grant{Via: model.ViaOwner, Name: p.Login, Role: model.Outside("admin")}
	}
	return model.Grant{Via: model.ViaDirect, Name: r.Spelled, Role: p.Role}
}

// owners are the organisation's owners by folded login, asked for only where the answer does not already tell; nil: not known.
func (p peopleReader) owners(ctx context.Context, r model.Repo, page *collaborators) map[string]bool {
	for _, e := range page.Edges {
		for _, s := range e.Sources {
			if s.Source.Type == "Organization" && s.Permission == "ADMIN" {
				return p.client.ownersOf(ctx, r.Ref.Owner)
			}
		}
	}
	return nil
}

// grants says by which way each grant comes. An organisation gives its base permission to members and admin to owners; an admin by the
// organisation is a member under base permission admin only when the list of owners was read and lacks them.
func (p peopleReader) grants(sources []source, person model.Person, owners map[string]bool) model.Reading[[]model.Grant] {
	out := make([]model.Grant, 0, len(sources))
	var strange *model.Cause
	for _, s := range sources {
		if s.Permission == "NONE" {
			continue
		}
		g := model.Grant{Role: model.Outside(roleName(s.Permission))}
		if s.RoleName != "" {
			g.Role = model.Outside(roleName(s.RoleName))
		}
		switch s.Source.Type {
		case "Organization":
			g.Via, g.Name = model.ViaBase, model.Outside(s.Source.Login)
			if s.Permission == "ADMIN" && (owners == nil || owners[strings.ToLower(person.Login.Raw())]) {
				g.Via = model.ViaOwner
			}
		case "Team":
			g.Via, g.Name = model.ViaTeam, model.Outside(s.Source.Slug)
		case "Repository":
			g.Via, g.Name = model.ViaDirect, model.Outside(s.Source.NameWithOwner)
			if person.Outside == model.Yes {
				g.Via = model.ViaOutside
			}
		default:
			strange = &model.Cause{Kind: model.CauseIncomplete, Op: "read the source of each grant", Said: model.Outside("one comes from " + s.Source.Type + ", which gatehouse does not know")}
			continue
		}
		out = append(out, g)
	}
	if strange != nil {
		return model.AtLeast(out, p.client.now(), strange)
	}
	return model.Read(out, p.client.now())
}

// next reads the page after the cursor; read is how many were read.
func (p peopleReader) next(ctx context.Context, r model.Repo, after string, read int) (*collaborators, error) {
	a := about("read people", r, needPeople)
	document := documentPeople
	if p.plain != nil {
		document = documentPeoplePlain
	}
	var answer struct {
		Node *accessNode `json:"node"`
	}
	broken, err := p.client.query(ctx, a, document, map[string]any{"id": r.Node, "after": after}, &answer)
	switch {
	case err != nil:
		return nil, err
	case len(broken) > 0:
		return nil, broken[0].error(a)
	case answer.Node == nil || answer.Node.People == nil:
		return nil, a.bad("a page is missing")
	case answer.Node.DatabaseID != nil && !sameID(r, *answer.Node.DatabaseID):
		return nil, a.bad("it is about another repository than was asked for")
	case read >= maxPages || answer.Node.People.PageInfo.EndCursor == after:
		return nil, a.bad("its pages do not end")
	}
	return answer.Node.People, nil
}

func sameID(r model.Repo, id int64) bool { return r.ID == "" || r.ID == strconv.FormatInt(id, 10) }
