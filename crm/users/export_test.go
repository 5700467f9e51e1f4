package users

import "github.com/alexedwards/argon2id"

// CheapPasswords spares tests the cost of hashing.
func CheapPasswords(atOnce int) *Passwords {
	return newPasswords(atOnce, argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}
