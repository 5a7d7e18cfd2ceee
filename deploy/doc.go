// Package deploy holds the tests of the files that run the site without Azure: compose, Caddy, systemd and Kubernetes.
// It contains no code of the program.
package deploy
