// Package model holds gatehouse's nouns: plain, JSON-serialisable values that say what the forges hold.
//
// Readers who know Bubble Tea, beware: "model" here is the domain model, not a tea.Model. No package of gatehouse
// exports a type called Model; only ui.App implements tea.Model.
//
// Everything learned from outside is a [Reading]: a value is never silently empty. Every string that came from
// outside is a [Text]: it never reaches a terminal raw. Every secret is a [Secret]: it prints as *** everywhere.
//
// The package uses the standard library without net/http, os and os/exec; nothing here talks to anyone.
package model
