//go:build race

package wire

// walkLength is in keys: the race detector makes each ten times as dear, and looks for something else.
const walkLength = 5_000
