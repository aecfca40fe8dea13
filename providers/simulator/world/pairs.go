package world

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"sync"
)

// Pair is an SSH key pair: one given from outside as its public line, or one made from the seed and a label when it is
// first looked at.
type Pair struct {
	Given string // "ssh-ed25519 AAAA…"
	Label string
	RSA   int // bits; 0: ed25519
}

// Public is the authorized_keys line without a comment, as GitHub gives it.
func (w *World) Public(p Pair) string {
	switch {
	case p.Given != "":
		return p.Given
	case p.RSA == 0:
		key := ed25519.NewKeyFromSeed(w.seedOf(p.Label))
		return line("ssh-ed25519", key[ed25519.PublicKeySize:])
	}
	if l, ok := w.pairs.Load(p); ok {
		return l.(string)
	}
	l, _ := w.pairs.LoadOrStore(p, line("ssh-rsa", mpint(big.NewInt(rsaExponent)), mpint(w.modulus(p))))
	return l.(string)
}

const rsaExponent = 65537

// modulus makes an RSA modulus from the seed alone. crypto/rsa will not: it mixes in randomness on purpose.
func (w *World) modulus(p Pair) *big.Int {
	stream := rand.NewChaCha8([32]byte(w.seedOf(p.Label)))
	n := new(big.Int)
	for n.BitLen() != p.RSA {
		n.Mul(prime(stream, p.RSA/2), prime(stream, p.RSA/2))
	}
	return n
}

// prime takes the first prime at or after a number from the stream that RSA can use with its exponent.
func prime(stream io.Reader, bits int) *big.Int {
	b := make([]byte, bits/8)
	_, _ = io.ReadFull(stream, b) // ChaCha8 never ends
	b[0] |= 0xc0
	b[len(b)-1] |= 1
	n, rest := new(big.Int).SetBytes(b), new(big.Int)
	two, e := big.NewInt(2), big.NewInt(rsaExponent)
	for rest.Mod(n, e).Int64() == 1 || !n.ProbablyPrime(0) {
		n.Add(n, two)
	}
	return n
}

func (w *World) seedOf(label string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s", w.seed, label))
	return sum[:]
}

// line encodes a public key. Source: RFC 4253 section 6.6: the type's name, then its numbers, each behind its length.
func line(kind string, fields ...[]byte) string {
	blob := field(nil, []byte(kind))
	for _, f := range fields {
		blob = field(blob, f)
	}
	return kind + " " + base64.StdEncoding.EncodeToString(blob)
}

func field(blob, f []byte) []byte {
	return append(binary.BigEndian.AppendUint32(blob, uint32(len(f))), f...)
}

// mpint is RFC 4251's: big-endian, with a zero byte in front when the first bit is set.
func mpint(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) > 0 && b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return b
}

// keyTypes are the types GitHub takes. Source: GitHub "Checking for existing SSH keys"; ssh-dss is refused since 2022.
var keyTypes = []string{
	"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
}

// The ways in which a public key is refused.
var (
	ErrKeyInvalid = errors.New("the key is invalid")
	ErrKeyWeak    = errors.New("the key is weak")
	ErrKeyInUse   = errors.New("the key is in use")
)

// ParsePublic reads a public key line and returns it without its comment.
func ParsePublic(s string) (Pair, error) {
	parts := strings.Fields(s)
	if len(parts) < 2 || !holds(keyTypes, parts[0]) {
		return Pair{}, ErrKeyInvalid
	}
	blob, err := base64.StdEncoding.DecodeString(parts[1])
	if err != nil {
		return Pair{}, ErrKeyInvalid
	}
	kind, rest, ok := cutField(blob)
	if !ok || string(kind) != parts[0] || len(rest) == 0 {
		return Pair{}, ErrKeyInvalid
	}
	if parts[0] == "ssh-rsa" {
		_, rest, ok = cutField(rest)
		n, _, ok2 := cutField(rest)
		if !ok || !ok2 {
			return Pair{}, ErrKeyInvalid
		}
		if new(big.Int).SetBytes(n).BitLen() < 2048 {
			return Pair{}, ErrKeyWeak
		}
	}
	return Pair{Given: parts[0] + " " + parts[1]}, nil
}

func cutField(b []byte) (f, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

// shown remembers the keys of generated repositories that were given out: nobody can offer one they have not seen, so these are
// all that uniqueness has to know, without making a hundred thousand keys first.
type shown struct {
	sync.Mutex
	by map[uint64]int64 // hash of the line → repository
}

func (s *shown) note(hash uint64, repo int64) {
	s.Lock()
	defer s.Unlock()
	s.by[hash] = repo
}
