// Package rehearsal is a Teams meeting without Azure: rooms with a lobby, a host who decides, a chat, and the
// signalling by which the browsers of the people in a room find each other. It exists so that a whole visit can be
// tried, shown and tested on one machine, and so that every ending and every notice can be played on request.
//
// It carries no media: audio and video travel between the peers by plain WebRTC. It is no model of Teams' own
// services, keeps nothing on disk, and knows neither the site's sessions nor where a visitor's token came from.
// The protocol is described in README.md beside this file.
package rehearsal
