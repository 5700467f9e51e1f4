// Package phone reads telephone numbers as people type them and as lines send them,
// and gives each one form by which it can be compared: E.164, or raw:<line>:<digits>
// for what is no public number. It is pure: no clock, no I/O, no database.
//
// Decisions:
//   - A number is never forced into E.164. If no reading of it is a valid number of
//     some numbering plan, it stays raw, bound to the line it came by: the same three
//     digits mean different people behind different exchanges.
//   - Readings are tried in a fixed order (candidates.go) and the first valid one
//     wins. What the line says of itself (its region) comes before guesses.
//   - The extension is cut off by our own table, because the library knows neither
//     Uzbek words nor signs of private exchanges.
//   - Validity comes from libphonenumber's metadata (github.com/nyaruka/phonenumbers).
//     A number already in E.164 is checked without parsing (direct), which saves most
//     of the 24 us that a parse takes.
package phone
