package views

// StatePage is the page of a visit that cannot be joined now.
type StatePage struct {
	Page
	// State is "early", "early-today" or "ended".
	State string
	// Text says from when the visit can be joined, or when it was.
	Text        string
	Appointment Appointment
	// OpensIn is the number of seconds until it can be joined today, 0 on another day; Countdown is the same in words.
	OpensIn   int
	Countdown string
	// Texts are the messages with which the script continues the countdown.
	Texts map[string]string
	// Link is the visit's address, Calendar the path of its calendar file, and Check of the device test
	// that leads back to it.
	Link, Calendar, Check string
	// Code is the address for a camera.
	Code QR
}

func (p StatePage) early() bool { return p.State != "ended" }
