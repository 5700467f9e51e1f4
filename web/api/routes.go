package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// routes is the whole API on one screen.
func (a *API) routes() {
	const session, me, contact, call, task, queue, settings, demo = "session", "me", "contacts", "calls", "tasks", "queues", "office", "demo"

	register(a, route(http.MethodPost, "/session", session, "signIn", "Sign in with login and password"), a.signIn, public)
	register(a, route(http.MethodGet, "/session", session, "whoAmI", "Who is signed in, and what he may do"), a.whoAmI)
	register(a, route(http.MethodDelete, "/session", session, "signOut", "Sign out; the live sockets of the session close"), a.signOut)

	register(a, route(http.MethodPost, "/invitation/look", session, "lookAtInvitation", "Who an invitation's link is for"), a.lookAtInvitation, public)
	register(a, route(http.MethodPost, "/invitation", session, "acceptInvitation", "Set one's password by an invitation's link, once, and sign in"), a.acceptInvitation, public)

	register(a, route(http.MethodPatch, "/me", me, "changeProfile", "Change one's own name, language and time zone"), a.changeProfile)
	register(a, route(http.MethodGet, "/me/state", me, "myState", "One's own state as an agent"), a.myState)
	register(a, route(http.MethodPost, "/me/phone", me, "myPhone", "A SIP account for the page, for some minutes; 404 without an extension"), a.myPhone)
	register(a, route(http.MethodPut, "/me/state", me, "setMyState", "Become available, take a break, go offline; during a call it holds afterwards"), a.setMyState)
	register(a, route(http.MethodPost, "/me/wrap-up", me, "extendWrapUp", "Take more time for the wrap-up"), a.extendWrapUp)
	register(a, route(http.MethodDelete, "/me/wrap-up", me, "finishWrapUp", "End the wrap-up early"), a.finishWrapUp)
	register(a, route(http.MethodGet, "/me/notifications", me, "myNotifications", "One's bell, newest first"), a.myNotifications)
	register(a, route(http.MethodPut, "/me/notifications/read", me, "readNotifications", "Mark notifications as read"), a.readNotifications)
	register(a, route(http.MethodGet, "/me/sessions", me, "mySessions", "Where one is signed in"), a.mySessions)
	register(a, route(http.MethodDelete, "/me/sessions/{id}", me, "endSession", "End a session of one's own, or of somebody whom one manages"), a.endSession)
	register(a, route(http.MethodDelete, "/me/sessions", me, "endMyOtherSessions", "Sign out everywhere else"), a.endOtherSessions)
	register(a, route(http.MethodPut, "/me/password", me, "changePassword", "Change one's password; all other sessions end"), a.changePassword)
	register(a, route(http.MethodPost, "/me/sip-password", me, "myPhonePassword", "Make a new password for one's own desk phone; it is shown once. 404 without an extension"), a.myPhonePassword)
	register(a, route(http.MethodGet, "/me/tokens", me, "listTokens", "One's API tokens"), a.listTokens)
	register(a, route(http.MethodPost, "/me/tokens", me, "createToken", "Make an API token with one's own rights or fewer"), a.createToken, created)
	register(a, route(http.MethodDelete, "/me/tokens/{id}", me, "revokeToken", "Revoke an API token"), a.revokeToken)
	register(a, route(http.MethodGet, "/live", me, "live", "WebSocket of live events"), a.live, socket)

	register(a, route(http.MethodGet, "/search", contact, "search", "Cards and calls for the search field"), a.search)

	register(a, route(http.MethodGet, "/contacts", contact, "listContacts", "Find contacts by number, name or last touch"), a.listContacts)
	register(a, route(http.MethodPost, "/contacts", contact, "createContact", "Make a contact; 409 when its number is on another card"), a.createContact, created)
	register(a, route(http.MethodGet, "/contacts/{id}", contact, "getContact", "One contact"), a.getContact)
	register(a, route(http.MethodPatch, "/contacts/{id}", contact, "patchContact", "Change a contact; 409 when somebody else was faster"), a.patchContact)
	register(a, route(http.MethodDelete, "/contacts/{id}", contact, "deleteContact", "Put a contact away; its history stays"), a.deleteContact)
	register(a, route(http.MethodPut, "/contacts/{id}/companies/{company}", contact, "linkCompany", "Say that a person works for a company, and as what; 409 when somebody else was faster"), a.linkCompany)
	register(a, route(http.MethodDelete, "/contacts/{id}/companies/{company}", contact, "unlinkCompany", "Say that a person does not work for a company any more; 409 when somebody else was faster"), a.unlinkCompany)
	register(a, route(http.MethodGet, "/contacts/{id}/timeline", contact, "timeline", "What happened with a contact, newest first"), a.timeline)
	register(a, route(http.MethodPost, "/contacts/{id}/notes", contact, "addNote", "Write a note into the timeline; again with the same id saves it anew"), a.addNote, created)
	register(a, route(http.MethodPatch, "/contacts/{id}/notes/{note}", contact, "editNote", "Change or pin a note"), a.editNote)
	register(a, route(http.MethodDelete, "/contacts/{id}/notes/{note}", contact, "removeNote", "Take a note away"), a.removeNote)
	register(a, route(http.MethodPut, "/contacts/number-hint", contact, "markNumber", "Say that a number is spam, a colleague's, or to be asked for"), a.markNumber)

	register(a, route(http.MethodGet, "/calls", call, "listCalls", "Calls, newest first"), a.listCalls)
	register(a, route(http.MethodPost, "/calls", call, "placeCall", "Call a number or a colleague: one's own telephone rings first; 403 dialling_denied, 409 no_device or busy"), a.placeCall, created)
	register(a, route(http.MethodGet, "/calls/{id}", call, "getCall", "One call with every routing decision"), a.getCall)
	register(a, route(http.MethodPut, "/calls/{id}/contact", call, "chooseContact", "Say whose call it is, when several cards share the number"), a.chooseContact)
	register(a, route(http.MethodGet, "/outcomes", call, "listOutcomes", "What calls can come to, in the order in which it is offered"), a.listOutcomes)
	register(a, route(http.MethodPut, "/calls/{id}/outcome", call, "setOutcome", "Say what came of a call that is over, with a note and a next step if you like; 422 when the outcome requires one that is missing"), a.setOutcome)
	register(a, route(http.MethodPost, "/calls/{id}/notes", call, "addCallNote", "Write a note about a call, also of a caller without a card"), a.addCallNote, created)
	register(a, route(http.MethodPatch, "/calls/{id}/notes/{note}", call, "editCallNote", "Change a note about a call"), a.editCallNote)
	register(a, route(http.MethodDelete, "/calls/{id}/notes/{note}", call, "removeCallNote", "Take a note about a call away"), a.removeCallNote)
	register(a, route(http.MethodGet, "/calls/{id}/recording", call, "getRecording", "The recording, in whole or by Range; every listening is audited"), a.getRecording, audio)
	register(a, route(http.MethodGet, "/calls/{id}/recording/peaks", call, "getPeaks", "The waveform of the recording"), a.getPeaks)
	register(a, route(http.MethodGet, "/calls/{id}/trace", call, "getTrace", "What went over the wire (SIP ladder), for administrators"), a.getTrace)
	register(a, route(http.MethodPost, "/calls/{id}/hangup", call, "hangup", "End a call"), a.hangup)
	register(a, route(http.MethodPost, "/calls/{id}/decline", call, "decline", "Say no to a call that rings at oneself; it goes to somebody else"), a.decline)
	register(a, route(http.MethodPost, "/calls/{id}/hold", call, "hold", "Put the client on hold"), a.hold)
	register(a, route(http.MethodPost, "/calls/{id}/resume", call, "resume", "Take the client back"), a.resume)
	register(a, route(http.MethodPost, "/calls/{id}/digits", call, "sendDigits", "Send DTMF to the other side"), a.sendDigits)
	register(a, route(http.MethodPost, "/calls/{id}/transfer", call, "transferCall", "Give the client to a colleague, a queue or a number at once, or, without to, to whom was asked; if nobody takes him he comes back. 403 dialling_denied, 409 no_device, busy"), a.transfer)
	register(a, route(http.MethodPost, "/calls/{id}/consult", call, "consult", "Ask a colleague or a number about the client, who hears music meanwhile. 403 dialling_denied, 409 no_device, busy"), a.consult)
	register(a, route(http.MethodPost, "/calls/{id}/consult/end", call, "endConsult", "Let whoever was asked go and talk with the client again"), a.endConsult)
	register(a, route(http.MethodPost, "/calls/{id}/consult/swap", call, "swapConsult", "Talk with the other of the two; the one left hears music"), a.swapConsult)
	register(a, route(http.MethodPost, "/calls/{id}/consult/join", call, "joinConsult", "Let all three talk with each other"), a.joinConsult)
	register(a, route(http.MethodPost, "/calls/{id}/assign", call, "assignCall", "Give a caller who waits to an agent, or take him oneself; for those who steer the queue. 409 no_device or busy"), a.assignCall)
	register(a, route(http.MethodPost, "/calls/{id}/move", call, "moveCall", "Put a caller who waits into another queue; into the same, it stops ringing where it rings and goes to somebody else"), a.moveCall)

	register(a, route(http.MethodGet, "/tasks", task, "listTasks", "Tasks and call-backs, newest first"), a.listTasks)
	register(a, route(http.MethodPost, "/tasks", task, "createTask", "Note something to do"), a.createTask, created)
	register(a, route(http.MethodGet, "/tasks/{id}", task, "getTask", "One task"), a.getTask)
	register(a, route(http.MethodPatch, "/tasks/{id}", task, "patchTask", "Change or finish a task; 409 when somebody else was faster"), a.patchTask)

	register(a, route(http.MethodGet, "/queues", queue, "listQueues", "The queues one may see"), a.listQueues)
	register(a, route(http.MethodGet, "/queues/{name}/board", queue, "board", "Live figures of a queue, each with the name of its formula"), a.board)
	register(a, route(http.MethodGet, "/agents", queue, "listAgents", "Colleagues and what they are doing"), a.listAgents)
	register(a, route(http.MethodPut, "/agents/{id}/state", queue, "setAgentState", "Make an agent available, send him on a break or log him off, with a reason that he and the audit are told; during a call it holds afterwards"), a.setAgentState)

	register(a, route(http.MethodGet, "/demo", demo, "getDemo", "The demo office, for the first-run page; 404 anywhere else"), a.getDemo, public)
	register(a, route(http.MethodPost, "/demo/calls", demo, "demoCall", "Let a client call; to a manager who asks he comes himself, unless he has another; 409 when the manager can't take a call"), a.demoCall, accepted)
	register(a, route(http.MethodPost, "/demo/language", demo, "demoLanguage", "Put the demo's clients into another language"), a.demoLanguage, accepted)
	register(a, route(http.MethodPost, "/demo/phones", demo, "demoPhones", "Let a manager's telephone answer by itself, or not"), a.demoPhones)

	register(a, route(http.MethodGet, "/office/users", settings, "listUsers", "The people of the office, for settings"), a.listUsers)
	register(a, route(http.MethodPost, "/office/users", settings, "createUser", "Add a person"), a.createUser, created)
	register(a, route(http.MethodPatch, "/office/users/{id}", settings, "patchUser", "Change or block a person; 409 when somebody else was faster"), a.patchUser)
	register(a, route(http.MethodPost, "/office/users/{id}/sip-password", settings, "newPhonePassword", "Make a new password for a person's desk phone; it is shown once"), a.newPhonePassword)
	register(a, route(http.MethodGet, "/office/roles", settings, "listRoles", "The roles and what they may do"), a.listRoles)
	register(a, route(http.MethodGet, "/office/audit", settings, "listAudit", "Who did what, newest first, for administrators"), a.listAudit)
	register(a, route(http.MethodGet, "/office/prompts", settings, "listPrompts", "What callers may hear"), a.listPrompts)
	register(a, route(http.MethodPut, "/office/prompts/{name}", settings, "putPrompt", "Replace a sound by a WAV file; the next call hears it"), a.putPrompt, wavUpload)
	register(a, route(http.MethodDelete, "/office/prompts/{name}", settings, "resetPrompt", "Take the built-in sound again"), a.resetPrompt)
	register(a, route(http.MethodGet, "/office/prompts/{name}/audio", settings, "getPromptAudio", "Listen to a sound, in whole or by Range"), a.getPromptAudio, audio)
	register(a, route(http.MethodGet, "/office/invitations", settings, "listInvitations", "Links that have not been used yet, newest first"), a.listInvitations)
	register(a, route(http.MethodPost, "/office/invitations", settings, "invite", "Make a link that sets a password once: for a new user, or for one who is there already"), a.invite, created)
	register(a, route(http.MethodPost, "/office/invitations/{id}/renew", settings, "renewInvitation", "Make a new link; the old one is dead"), a.renewInvitation)
	register(a, route(http.MethodDelete, "/office/invitations/{id}", settings, "withdrawInvitation", "Make a link dead"), a.withdrawInvitation)
	register(a, route(http.MethodGet, "/office/sessions", settings, "listSessions", "Who is signed in where, for administrators"), a.officeSessions)
	register(a, route(http.MethodPost, "/office/changes", settings, "changeOffice", "Change offices, people, trunks, queues and numbers at once, or ask what would change; 409 when somebody else was faster"), a.changeOffice, unchecked)
	register(a, route(http.MethodGet, "/office/offices", settings, "listOffices", "The offices, for settings"), a.listOffices)
	register(a, route(http.MethodGet, "/office/queues", settings, "listQueuePolicies", "The queues' policies, for settings"), a.listQueuePolicies)
	register(a, route(http.MethodGet, "/office/numbers", settings, "listNumbers", "The numbers that clients dial, for settings"), a.listNumbers)
	register(a, route(http.MethodGet, "/office/trunks", settings, "listTrunks", "The lines to the world and how they do, for administrators"), a.listTrunks)
}

func route(method, path, tag, id, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tag}}
}

// public lets everybody in.
func public(op *huma.Operation) {
	op.Metadata = map[string]any{open: true}
	op.Security = []map[string][]string{{}}
}

func accepted(op *huma.Operation) { op.DefaultStatus = http.StatusAccepted }

func created(op *huma.Operation) { op.DefaultStatus = http.StatusCreated }

// audio answers with a file instead of JSON.
func audio(op *huma.Operation) {
	wav := map[string]*huma.MediaType{"audio/wav": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	op.Responses = map[string]*huma.Response{
		"200": {Description: "The whole file", Content: wav},
		"206": {Description: "The range that was asked for", Content: wav},
		"416": {Description: "The range lies outside of the file"},
	}
}

// wavUpload takes a WAV file.
func wavUpload(op *huma.Operation) {
	op.Metadata = map[string]any{upload: true}
	op.MaxBodyBytes, op.BodyReadTimeout = MaxPrompt, uploadTime
}

// socket answers with another protocol.
func socket(op *huma.Operation) {
	op.Responses = map[string]*huma.Response{"101": {Description: "The socket: envelopes of type LiveEvent, closed with one of x-close-codes"}}
}
