package sip

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails the suite when a goroutine outlives its owner.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
