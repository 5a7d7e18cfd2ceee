package main

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"rsc.io/qr"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

// exampleMeeting is a meeting to try a rehearsal with. It does not exist in Teams.
const exampleMeeting = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj"

// announcement is what the terminal shows once the site listens.
type announcement struct {
	baseURL    *url.URL // nil without one
	at         net.Addr
	selfSigned bool
	rehearses  bool
	hasDesk    bool
}

// print writes the addresses of the site, in a rehearsal also of its desk and of the host's page.
func (a announcement) print(out io.Writer) {
	_, port, _ := net.SplitHostPort(a.at.String())
	address := scheme(a.selfSigned) + "://localhost:" + port
	if a.baseURL != nil {
		address = strings.TrimSuffix(a.baseURL.String(), "/")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n  Anteroom is ready: open %s\n", address)
	if a.rehearses {
		b.WriteString("  This is a rehearsal: without Azure, with a host who admits you.\n")
		if a.hasDesk {
			fmt.Fprintf(&b, "    The desk, where staff make links     %s/desk\n", address)
		}
		fmt.Fprintf(&b, "    The host's page of the example       %s/rehearsal/host/%s\n", address, rehearsal.RoomOf(exampleMeeting))
	}
	if a.selfSigned {
		a.printPhone(&b, port)
	}
	b.WriteString("\n")
	_, _ = io.WriteString(out, b.String())
}

// printPhone writes where a phone on the same network finds the site, the first address as a QR code.
func (a announcement) printPhone(b *strings.Builder, port string) {
	b.WriteString("  The certificate was made just now, so browsers warn of it once. On a phone in this network open\n")
	for i, ip := range ownAddresses() {
		address := "https://" + net.JoinHostPort(ip.String(), port)
		fmt.Fprintf(b, "    %s\n", address)
		if code, err := qr.Encode(address, qr.L); err == nil && i == 0 {
			writeCode(b, code)
		}
	}
}

// writeCode draws a QR code with half blocks, two modules high each, light on dark as terminals are.
func writeCode(b *strings.Builder, code *qr.Code) {
	const quiet = 2
	for y := -quiet; y < code.Size+quiet; y += 2 {
		b.WriteString("    ")
		for x := -quiet; x < code.Size+quiet; x++ {
			b.WriteString(map[[2]bool]string{{false, false}: "█", {false, true}: "▀", {true, false}: "▄", {true, true}: " "}[[2]bool{code.Black(x, y), code.Black(x, y+1)}])
		}
		b.WriteString("\n")
	}
}
