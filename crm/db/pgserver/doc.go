// Package pgserver supervises a private PostgreSQL: it makes the cluster once, starts
// the server as our child, starts it again when it dies, and stops it with us.
//
// It never deletes data. A folder that it does not understand, or that another major
// version made, is left as it is and the error says what to do. As root it runs the
// server as an unprivileged user, since PostgreSQL refuses to run as root.
//
// The server listens on a socket in the data folder and on 127.0.0.1, at a port that
// was free when the cluster was made and is written beside the data, with a generated
// password (scram-sha-256).
package pgserver
