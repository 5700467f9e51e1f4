// Package audit reads who did what. Lines are written by crm/db (Audit), in the
// transaction of the change they tell of, and never change afterwards.
//
// Decisions:
//   - A line belongs to the office of who acted; what the server did by itself is for
//     those who manage everything.
//   - A line of a card, a call or a task shows what was in it. So it is for those only
//     who may read such things at all.
//   - Ids are UUIDv7: their order is the order of time, and since and until are bounds
//     of ids. Every page is read off an index.
package audit
