package graphql

import (
	"strconv"
	"strings"
)

type kind int

const (
	end kind = iota
	word
	mark    // punctuation
	literal // string or number
)

type token struct {
	kind  kind
	text  string
	value Value
}

func (t token) is(text string) bool { return t.kind == mark && t.text == text }

type scanner struct {
	src  string
	at   int
	line int
	tok  token
}

// next reads the next token. White space, commas and comments are nothing.
func (p *parser) next() {
	p.blank()
	if p.at == len(p.src) {
		p.tok = token{kind: end}
		return
	}
	c := p.src[p.at]
	switch {
	case letter(c):
		p.tok = token{kind: word, text: p.run(func(c byte) bool { return letter(c) || digit(c) })}
	case digit(c) || c == '-':
		p.number()
	case c == '"':
		p.text()
	case strings.HasPrefix(p.src[p.at:], "..."):
		p.at += 3
		p.tok = token{kind: mark, text: "..."}
	case strings.IndexByte("!$():=@[]{|}&", c) >= 0:
		p.at++
		p.tok = token{kind: mark, text: string(c)}
	default:
		p.fail("unexpected character %q", c)
	}
}

func (p *parser) blank() {
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '\n':
			p.line++
		case c == '#':
			for p.at+1 < len(p.src) && p.src[p.at+1] != '\n' {
				p.at++
			}
		case c != ' ' && c != '\t' && c != '\r' && c != ',':
			return
		}
		p.at++
	}
}

func (p *parser) run(in func(byte) bool) string {
	from := p.at
	for p.at < len(p.src) && in(p.src[p.at]) {
		p.at++
	}
	return p.src[from:p.at]
}

func (p *parser) number() {
	s := p.run(func(c byte) bool { return digit(c) || strings.IndexByte("+-.eE", c) >= 0 })
	if n, err := strconv.Atoi(s); err == nil {
		p.tok = token{kind: literal, text: s, value: n}
		return
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		p.fail("bad number %q", s)
	}
	p.tok = token{kind: literal, text: s, value: f}
}

func (p *parser) text() {
	if strings.HasPrefix(p.src[p.at:], `"""`) {
		p.fail("block strings are not understood here")
	}
	for i := p.at + 1; i < len(p.src) && p.src[i] != '\n'; i++ {
		switch p.src[i] {
		case '\\':
			i++
		case '"':
			s, err := strconv.Unquote(strings.ReplaceAll(p.src[p.at:i+1], `\/`, `/`))
			if err != nil {
				p.fail("bad string")
			}
			p.at = i + 1
			p.tok = token{kind: literal, value: s}
			return
		}
	}
	p.fail("string without an end")
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

// is reports that the next token is the word.
func (p *parser) is(text string) bool { return p.tok.kind == word && p.tok.text == text }

// take passes over the mark when it is next.
func (p *parser) take(text string) bool {
	if !p.tok.is(text) {
		if p.tok.kind == end {
			p.fail("unexpected end of document")
		}
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(text string) {
	if !p.take(text) {
		p.fail("expected %q, got %q", text, p.tok.text)
	}
}

func (p *parser) keyword(text string) {
	if !p.is(text) {
		p.fail("expected %q, got %q", text, p.tok.text)
	}
	p.next()
}

func (p *parser) name() string {
	if p.tok.kind != word {
		p.fail("expected a name, got %q", p.tok.text)
	}
	s := p.tok.text
	p.next()
	return s
}
