// Command phones is a desk full of telephones for tests that are not written in Go:
// the browser tests of the page let clients call and managers answer with it.
//
// Each line on stdin is a command (command.go), each line on stdout an answer or
// something that happened (event.go), both JSON objects. Times are milliseconds since
// 1970, as Date.now() counts them, with fractions. When stdin ends, every telephone
// hangs up and the program with it, so that none outlives a test.
//
//	> {"id":1,"do":"open","phone":"anna","server":"127.0.0.1:5061","user":"101","password":"…","register":true}
//	< {"id":1,"at":1764086400000.12,"address":"127.0.0.1:40112"}
//	> {"id":2,"do":"open","phone":"client","server":"127.0.0.1:5061","local":"127.0.0.2","user":"+998901234567"}
//	< {"id":2,"at":1764086400003.4,"address":"127.0.0.2:40113"}
//	> {"id":3,"do":"dial","phone":"client","to":"+998712000001","hertz":1000}
//	< {"id":3,"at":1764086400005.01,"call":"client/1"}
//	< {"event":"rings","at":1764086400009.7,"phone":"anna","call":"anna/1","number":"+998901234567","callcard":"01a2…"}
//	> {"id":4,"do":"answer","call":"anna/1","hertz":440}
//	< {"id":4,"at":1764086400011.2}
//	< {"event":"up","at":1764086400012,"phone":"client","call":"client/1"}
//
// It knows telephones only: no API, no page, no database.
package main
