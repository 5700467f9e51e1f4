// Package notifications is the bell: what a person is told of that others, his clients
// or the server have done.
//
// Decisions:
//   - A line is written in the transaction of what it tells of, so neither is there
//     without the other. An alarm has no transaction and is written by itself.
//   - A line has a kind and parameters; the page puts them into words of its language.
//   - Nobody is told of what he has done himself, nor of what is long past: whoever
//     makes a line sees to that.
//   - One's own lines are seen and read by oneself only; there is no right to those of
//     others, so there is no scope.
package notifications
