package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const cursorFile = "cursor"

func readCursor(dir string) (Position, error) {
	text, err := os.ReadFile(filepath.Join(dir, cursorFile))
	if errors.Is(err, os.ErrNotExist) {
		return Position{}, nil
	}
	if err != nil {
		return Position{}, fmt.Errorf("read the journal's cursor: %w", err)
	}
	var p Position
	if _, err := fmt.Sscanf(string(text), "%d %d\n", &p.Segment, &p.Offset); err != nil {
		// An empty file after a power loss. Reading everything again changes nothing,
		// because whoever stores facts does so once by (call, seq).
		return Position{}, nil
	}
	return p, nil
}

// writeCursor replaces the cursor in one step. It is not synced: an old cursor
// only means that facts are read twice.
func writeCursor(dir string, p Position) error {
	path := filepath.Join(dir, cursorFile)
	if err := os.WriteFile(path+".new", fmt.Appendf(nil, "%d %d\n", p.Segment, p.Offset), 0o600); err != nil {
		return fmt.Errorf("write the journal's cursor: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the journal's cursor: %w", err)
	}
	return nil
}
