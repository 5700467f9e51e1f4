// Package fold gives names a form in which they can be compared and searched
// whatever script they are written in: Latin, Uzbek Cyrillic, Russian, with or
// without the apostrophes that keyboards lack. It is pure.
//
// Decisions:
//   - The key is ASCII for all that our languages write. So search does not depend on
//     the locale a PostgreSQL server was initialised with: under LC_CTYPE=C it sees
//     no letters in Cyrillic and makes no trigrams of them.
//   - The key is made for finding, not for showing: where two spellings of one name
//     are in use, both get one key, even if a few different names then share it
//     (Уткир and Ўткир do not, Хасан and Ҳасан do).
//   - Key is idempotent, so a key may be folded again without harm.
package fold
