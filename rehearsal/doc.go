// Package rehearsal is a Teams meeting without Azure: rooms with a lobby, a host who admits visitors, a chat, and the
// signalling that connects the browsers in a room. It lets you try, show and test a whole visit on one machine, and play
// every ending and every notice on request.
//
// It carries no media: audio and video travel between the peers by plain WebRTC. It does not imitate Teams' own
// services, keeps nothing on disk, and depends neither on the site's sessions nor on the source of a visitor's token.
// README.md in this directory documents the protocol.
package rehearsal
