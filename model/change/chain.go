package change

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Chain is the hash of a journal's line, given that of the line before ("" before the first): SHA-256 over the parts, each with its
// length before it, in hexadecimal. A line that was changed, left out, moved or put in between breaks every hash after it.
func Chain(before string, parts ...[]byte) string {
	h := sha256.New()
	put := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	put([]byte(before))
	for _, p := range parts {
		put(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Digest is the digest of a Version: SHA-256 over the parts in hexadecimal. Which parts there are is the Driver's to decide: all that its
// step depends on, and nothing that changes by itself.
func Digest(parts ...string) string {
	in := make([][]byte, len(parts))
	for i, p := range parts {
		in[i] = []byte(p)
	}
	return Chain("", in...)
}
