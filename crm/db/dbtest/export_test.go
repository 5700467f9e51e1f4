package dbtest

// TemplateName is open to the tests.
var TemplateName = templateName
