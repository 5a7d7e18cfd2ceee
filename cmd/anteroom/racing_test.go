//go:build race

package main

// The race detector ends a program with more than 8128 goroutines, and a connection takes one.
const maxConnections = 4000
