package views

// HostPage is the page on which a person hosts a rehearsal.
type HostPage struct {
	Page
	Room, HostKey string
	// Endings are the names of the endings to choose from.
	Endings []string
	// StaffCall is where somebody joins as themselves after a sign-in, "" where nobody can.
	StaffCall string
	Stage     string
	Texts     map[string]string
	// Ticket is what the stage joins with, as JSON.
	Ticket any
}

// hostCommand is a button of the host's page: the id of its text, and the command that it sends.
type hostCommand struct {
	text string
	send map[string]any
}

// hostGroup is a row of buttons under a title, an id of the catalogue.
type hostGroup struct {
	title    string
	commands []hostCommand
}

// commands returns the commands of the buttons, in groups; the endings have a list of their own.
func (p HostPage) commands() []hostGroup {
	say := func(command, key string, more ...any) map[string]any {
		send := map[string]any{"command": command}
		for i := 0; i+1 < len(more); i += 2 {
			send[more[i].(string)] = more[i+1]
		}
		if key != "" {
			send["text"] = p.text(key)
		}
		return send
	}
	capability := func(name string, present bool) map[string]any {
		return say("capability", "", "name", name, "present", present, "reason", "MeetingRestricted")
	}
	network := func(quality string) map[string]any {
		return say("network", "", "quality", quality, "direction", "receive")
	}
	return []hostGroup{
		{"host.groupRecording", []hostCommand{
			{"host.recording", say("notice", "", "recording", true)},
			{"host.consent", say("notice", "", "recording", true, "consent", true)},
			{"host.transcription", say("notice", "", "transcription", true)},
			{"host.noNotice", say("notice", "")},
		}},
		{"host.groupWords", []hostCommand{
			{"host.say", say("say", "host.sayText")},
			{"host.chatOff", say("chat-fault", "", "status", 403)},
			{"host.chatOn", say("chat-fault", "")},
			{"host.caption", say("caption", "host.captionText")},
		}},
		{"host.groupVisitors", []hostCommand{
			{"host.mute", say("mute", "")},
			{"host.lowerHand", say("lower-hand", "")},
			{"host.attendee", say("role", "", "role", "Attendee")},
			{"host.presenter", say("role", "", "role", "Presenter")},
		}},
		{"host.groupAllowed", []hostCommand{
			{"host.cameraOff", capability("turnVideoOn", false)},
			{"host.cameraOn", capability("turnVideoOn", true)},
			{"host.microphoneOff", capability("unmuteMic", false)},
			{"host.microphoneOn", capability("unmuteMic", true)},
			{"host.shareOff", capability("shareScreen", false)},
			{"host.shareOn", capability("shareScreen", true)},
		}},
		{"host.groupNetwork", []hostCommand{
			{"host.networkBad", network("bad")},
			{"host.networkGood", network("good")},
			{"host.drop", say("drop", "", "seconds", 5)},
		}},
		{"host.groupEnd", []hostCommand{
			{"host.remove", say("remove", "")},
			{"host.end", say("end", "")},
		}},
	}
}
