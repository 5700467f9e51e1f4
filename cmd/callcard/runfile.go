package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// runFile is what a running server leaves in its data folder for the commands beside
// it; only its owner can read it.
type runFile struct {
	PID       int    `json:"pid"`
	HTTP      string `json:"http"`
	SIP       string `json:"sip"` // address that reaches the server from this machine
	Database  string `json:"database"`
	Simulator secret `json:"simulator"`
}

// secret lets `callcard simulate` in as a caller.
type secret struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

func runFilePath(data string) string { return filepath.Join(data, "run.json") }

func (r runFile) write(data string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	tmp := runFilePath(data) + ".new"
	if err := os.WriteFile(tmp, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("note where the server listens: %w", err)
	}
	return os.Rename(tmp, runFilePath(data))
}

func readRunFile(data string) (runFile, error) {
	var r runFile
	b, err := os.ReadFile(runFilePath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("no server runs on %s: start one with `callcard demo` or `callcard serve`, or name its folder with --data", data)
	}
	if err != nil {
		return r, fmt.Errorf("read where the server listens: %w", err)
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("read %s: %w", runFilePath(data), err)
	}
	return r, nil
}
