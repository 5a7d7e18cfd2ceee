//go:build !race

package main

const maxConnections = 10_000
