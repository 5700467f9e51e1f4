package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/redis/go-redis/v9"
)

// newLogger logs to standard error. The Redis client writes to a logger of its own
// about what we see as errors of commands; it is silenced.
func newLogger(level slog.Level) *slog.Logger {
	redis.SetLogger(quietRedis{})
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

type quietRedis struct{}

func (quietRedis) Printf(context.Context, string, ...any) {}
