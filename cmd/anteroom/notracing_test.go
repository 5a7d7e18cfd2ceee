//go:build !race

package main

const mostConnections = 10_000
