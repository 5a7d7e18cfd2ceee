// Package azuredeploy holds the tests of what deploys the site: the template, its form, the
// Dockerfile and the workflows. It contains no code of the program.
//
// The tests read these files as text and as data, and reach neither Azure nor a registry.
// docs/deploy.md lists what only a live subscription can confirm.
package azuredeploy
