package model

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
)

// Secret is a credential or key that must never be shown: every way of printing it gives ***. Only Reveal, called
// where the bytes go on the wire, gives the value.
type Secret struct{ value *string } // a pointer: %p by-passes Format and prints fields

// NewSecret wraps v.
func NewSecret(v string) Secret { return Secret{value: &v} }

// GenerateSecret makes one of 256 random bits, in hexadecimal.
func GenerateSecret() Secret {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return NewSecret(hex.EncodeToString(b))
}

// TypedSecret is what a person typed or piped in, without the spaces around it; ok is false for nothing, and for a mask that stands for a
// secret on some page: asterisks or dots.
func TypedSecret(text string) (s Secret, ok bool) {
	text = strings.TrimSpace(text)
	if strings.Trim(text, "*•") == "" {
		return Secret{}, false
	}
	return NewSecret(text), true
}

// Reveal gives the value. Call it only at the point of use.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Empty reports that there is no value.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// String is always ***.
func (Secret) String() string { return "***" }

// GoString is always ***.
func (Secret) GoString() string { return "***" }

// Format writes *** whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("***")) }

// MarshalJSON writes "***".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"***"`), nil }

// MarshalText writes ***.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// LogValue logs ***.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }
