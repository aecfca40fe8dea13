//go:build !race

package wire

// walkLength is in keys.
const walkLength = 100_000
