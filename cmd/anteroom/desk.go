package main

// deskSettings configure the pages on which staff make links to visits.
type deskSettings struct {
	DeskPassphrase secretSetting `name:"desk-passphrase" setting:"" placeholder:"TEXT" help:"Opens /desk, where staff make links to visits; at least 12 characters. Without it there is no desk."`
	Zone           string        `name:"zone" setting:"" placeholder:"ZONE" help:"Time zone that the desk begins with, such as Europe/London; without it, that of the browser."`
}
