package ui

import (
	"context"

	"gatehouse/model"
)

// details gives screens the part of Services they may ask.
type details struct{ s Services }

// Hooks reads a repository's hooks.
func (d details) Hooks(ctx context.Context, r model.Repo) model.Reading[[]model.Hook] {
	return orUnread(d.s.Hooks, ctx, r)
}

// Keys reads a repository's deploy keys with every fact.
func (d details) Keys(ctx context.Context, r model.Repo) model.Reading[[]model.DeployKey] {
	return orUnread(d.s.Keys, ctx, r)
}

// People reads who reaches a repository.
func (d details) People(ctx context.Context, r model.Repo) model.Reading[[]model.Person] {
	return orUnread(d.s.People, ctx, r)
}

// Teams reads which teams reach a repository.
func (d details) Teams(ctx context.Context, r model.Repo) model.Reading[[]model.Team] {
	return orUnread(d.s.Teams, ctx, r)
}

// Invitations reads who is invited to a repository.
func (d details) Invitations(ctx context.Context, r model.Repo) model.Reading[[]model.Invitation] {
	return orUnread(d.s.Invitations, ctx, r)
}

// Settings reads what a CircleCI project builds.
func (d details) Settings(ctx context.Context, project model.Text) model.Reading[model.CISettings] {
	if d.s.Settings == nil {
		return model.Unreadable[model.CISettings](noReader)
	}
	return d.s.Settings(ctx, project)
}

// Deliveries reads a page of a hook's delivery log.
func (d details) Deliveries(ctx context.Context, r model.Repo, hook, cursor string) (model.Reading[[]model.Delivery], string) {
	if d.s.Deliveries == nil {
		return model.Unreadable[[]model.Delivery](noReader), ""
	}
	return d.s.Deliveries(ctx, r, hook, cursor)
}

// Delivery reads one delivery.
func (d details) Delivery(ctx context.Context, r model.Repo, hook, id string) model.Reading[model.DeliveryDetail] {
	if d.s.Delivery == nil {
		return model.Unreadable[model.DeliveryDetail](noReader)
	}
	return d.s.Delivery(ctx, r, hook, id)
}

var noReader = &model.Cause{Kind: model.CauseUnsupported, Hint: "this service cannot be asked for it"}

func orUnread[T any](read func(context.Context, model.Repo) model.Reading[T], ctx context.Context, r model.Repo) model.Reading[T] { //nolint:revive // the reader is the subject
	if read == nil {
		return model.Unreadable[T](noReader)
	}
	return read(ctx, r)
}
