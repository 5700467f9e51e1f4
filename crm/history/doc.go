// Package history joins what a call leaves behind: its row (crm/calls), the client's
// card and timeline (crm/contacts), the task to call back (crm/tasks). These know
// nothing of each other; here each is turned into the small interface that crm/calls has
// declared. The program and the tests of the page take the same joint, so that a test
// sees what the server does.
//
// It decides nothing: rules belong to the subjects.
package history
