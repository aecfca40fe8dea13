package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"gatehouse/model"
	"gatehouse/model/change"
)

// asks reports that a person can be asked: questions go to stderr, answers come from a terminal.
func (a *app) asks() bool {
	in, ok := a.In.(*os.File)
	out, also := a.Err.(*os.File)
	return ok && also && isatty.IsTerminal(in.Fd()) && isatty.IsTerminal(out.Fd())
}

// ask puts a question and gives the answer, without the spaces around it.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(a.Err, question)
	text, err := within(ctx, func() (string, error) { return a.line() })
	if err != nil {
		fmt.Fprintln(a.Err)
	}
	return strings.TrimSpace(text), err
}

// line reads one line of stdin, whose rest stays for the next question.
func (a *app) line() (string, error) {
	if a.lines == nil {
		a.lines = bufio.NewReaderSize(a.In, 64<<10)
	}
	text, err := a.lines.ReadString('\n')
	if errors.Is(err, io.EOF) && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}

// within does not outlive the context: a terminal may never answer.
func within(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	ch := make(chan answer, 1)
	go func() {
		text, err := read()
		ch <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case got := <-ch:
		return got.text, got.err
	}
}

// hidden asks for a secret without showing what is typed. The terminal is given back as it was, whatever happens.
func (a *app) hidden(ctx context.Context, question string) (model.Secret, error) {
	in, ok := a.In.(*os.File)
	if !ok || !a.asks() {
		return model.Secret{}, model.Refuse("read secret", "", "there is no terminal to type it on", "pipe it in and say '-'")
	}
	// The terminal is set by this goroutine, before anything reads it: a reader that set it by itself could do so after an interrupt.
	fd := int(in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return model.Secret{}, fmt.Errorf("read secret: %w", err)
	}
	fmt.Fprint(a.Err, question)
	text, err := within(ctx, func() (string, error) { return unseen(in) })
	if back := term.Restore(fd, before); err == nil && back != nil {
		err = fmt.Errorf("give the terminal back: %w", back)
	}
	fmt.Fprintln(a.Err)
	if err != nil {
		return model.Secret{}, err
	}
	return acceptable(text)
}

// unseen reads a line from a raw terminal, with the keys that people correct themselves with.
func unseen(in io.Reader) (string, error) {
	var typed []byte
	one := make([]byte, 1)
	for {
		if _, err := in.Read(one); err != nil {
			return "", err
		}
		switch c := one[0]; c {
		case '\r', '\n':
			return string(typed), nil
		case 3, 4: // ctrl-c, ctrl-d
			return "", context.Canceled
		case 8, 127: // backspace
			_, n := utf8.DecodeLastRune(typed)
			typed = typed[:len(typed)-n]
		case 21: // ctrl-u
			typed = typed[:0]
		default:
			if len(typed) < 64<<10 {
				typed = append(typed, c)
			}
		}
	}
}

// piped reads a secret from stdin: one line.
func (a *app) piped(ctx context.Context) (model.Secret, error) {
	text, err := within(ctx, func() (string, error) { return a.line() })
	if err != nil && !errors.Is(err, io.EOF) {
		return model.Secret{}, fmt.Errorf("read secret: %w", err)
	}
	return acceptable(text)
}

// acceptable refuses what is no secret: nothing, or a stand-in that was copied from a page.
func acceptable(text string) (model.Secret, error) {
	s, ok := model.TypedSecret(text)
	switch {
	case strings.TrimSpace(text) == "":
		return s, model.Refuse("read secret", "", "it is empty", "type it, pipe it in with '-', or let gatehouse generate one")
	case !ok:
		return s, model.Refuse("read secret", "", "this is the mask that stands for a secret, not the secret", "take it from where it is kept")
	}
	return s, nil
}

// generated is a new secret of 256 bits. It is shown once, on a terminal and nowhere else: the receiver must be given it.
func (a *app) generated() (model.Secret, error) {
	if a.terminal() == 0 || !a.asks() || a.flags.json || a.flags.jq != "" {
		return model.Secret{}, model.Refuse("generate secret", "", "it is shown once, on a terminal, and there is none here", "make one yourself and pipe it in: --secret -")
	}
	return model.GenerateSecret(), nil
}

// fillSlots asks for the secrets that a plan needs and that are not there yet.
func (a *app) fillSlots(ctx context.Context, slots []string, have change.Secrets) (change.Secrets, error) {
	out := change.Secrets{}
	maps.Copy(out, have)
	for _, name := range slots {
		if !out[name].Empty() {
			continue
		}
		s, err := a.hidden(ctx, slotQuestion(name))
		if err != nil {
			return nil, err
		}
		out[name] = s
	}
	return out, nil
}

func slotQuestion(name string) string {
	if name == model.SlotAddress {
		return "The hook's whole address (not shown): "
	}
	return "The hook's secret (not shown): "
}
