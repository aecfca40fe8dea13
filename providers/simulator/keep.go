package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"gatehouse/model"
	"gatehouse/providers/simulator/world"
)

// restore does to the new world what the file says was done to it before. No file: nothing was.
func (s *Simulator) restore(path string) error {
	if path == "" {
		return nil
	}
	b, err := os.ReadFile(path) //nolint:gosec // the folder that the user named
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var saved world.Saved
	if err == nil {
		err = json.Unmarshal(b, &saved)
	}
	if err != nil {
		return model.Refuse("read kept demo world", path, err.Error(), "remove the file to begin anew, or name another folder with --demo-state")
	}
	s.world.Lock()
	defer s.world.Unlock()
	s.world.Restore(saved)
	return nil
}

// keeping writes the world down after each change, before it is answered: a service does not forget when its client dies.
func (s *Simulator) keeping(path string, h http.Handler) http.Handler {
	if path == "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		if r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "/graphql") {
			return
		}
		err := s.keep(path)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lost = err
	})
}

// Lost is why the last change could not be kept; nil: it was, or nothing is to be kept.
func (s *Simulator) Lost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

func (s *Simulator) keep(path string) error {
	s.world.Lock()
	b, err := json.Marshal(s.world.Save())
	s.world.Unlock()
	if err != nil {
		return fmt.Errorf("keep demo world: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".world-*")
	if err != nil {
		return fmt.Errorf("keep demo world: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep demo world: %w", err)
	}
	return nil
}
