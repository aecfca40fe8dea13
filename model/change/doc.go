// Package change carries out writes: shown before they happen, recorded before they are sent, read back afterwards, undone where the
// service allows it. It knows no service; each brings a Driver. It keeps nothing; the store brings a Journal.
//
// # The life of a write
//
//	Ops        what somebody wants, plain data                          model/op*.go
//	Prepare    Engine.Plan asks the Drivers, who read afresh            engine.go, driver.go
//	Plan       steps as data: exact call, before, after, undo           plan.go, step.go
//	confirm    Stakes, Phrase and Brake say what a person must type     plan.go
//	lease      Journal.Begin keeps the plan and takes every target      journal.go
//	precheck   the Driver reads: is the world what the plan was made from?   perform.go
//	intent     a Record, durable before the request leaves              record.go
//	send       Driver.Send, at most one request, never cancelled midway perform.go
//	outcome    one of six classes; Unknown is settled by reading        outcome.go, settle.go
//	verified   the Driver reads the effect back                         settle.go
//	done       the last record; the leases are given back               apply.go
//
// Afterwards Engine.Resume takes up a run that a crash, a limit or a person stopped; Engine.Undo and Engine.Retry make new plans from fresh
// reads (undo.go). What became of a run is never stored: Run.Results folds its records (run.go).
//
// # What holds
//
// A step with a durable intent is never sent again, unless its answer proved that a limit refused it. After a crash between intent
// and answer the step is settled by reading: it stands, or it is proven absent by two complete readings and ends as not done (Retry
// plans it anew, from fresh reads), or, when the service shows nothing that could prove it, it ends as unproven. So running
// Resume once or ten times, from any point, sends nothing twice and ends with every step done or not done.
//
// What is not readable is never taken for absent: a step whose reading fails stays open and the run unfinished.
//
// A journal holds no secret: Ops and Steps name slots, and Secrets is passed in when a plan is applied. Addresses that
// model.RedactURL would mask belong into a slot too, not into an Op or a Call.
package change
