// Package web is the HTTP face of the server: the API, the live socket, health and
// metrics, and what every answer has in common (headers, request names, the access
// log, recovery from panics). The resources are in web/api, who asks in web/auth,
// who hears of what in web/live.
package web
