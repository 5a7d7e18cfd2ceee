package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	otherLink = "https://teams.microsoft.com/meet/2735012345679?p=ZbCdEfGhIj"
	twoLinks  = shortLink + "\n" + otherLink
)

func TestDoorAsksWhichMeetingIsMeant(t *testing.T) {
	v := newVisitor(t, startSite(t))
	question := v.submitDoor(twoLinks)
	if question.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d, want 422", question.StatusCode)
	}
	radios := question.page(t).Find("#door-form input[type=radio][name=choice]")
	if radios.Length() != 2 || radios.Filter("[checked]").Length() != 0 {
		t.Fatalf("%d choices, want 2 and none chosen", radios.Length())
	}
	if got := strings.TrimSpace(question.page(t).Find("#meeting").Text()); got != twoLinks {
		t.Errorf("text box %q, want %q", got, twoLinks)
	}
	answered := v.postForm("/", url.Values{"meeting": {twoLinks}, "choice": {otherLink}})
	if answered.StatusCode != http.StatusSeeOther || answered.location() != "/visit" {
		t.Fatalf("with a choice: status %d to %q, want 303 to /visit", answered.StatusCode, answered.location())
	}
	if rejected := v.postForm("/", url.Values{"meeting": {twoLinks}, "choice": {"https://evil.example/"}}); rejected.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("choice that was not offered: status %d, want 422", rejected.StatusCode)
	}
}

func TestDoorAsksAboutLinkInQuery(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.get("/?meetingURL=" + url.QueryEscape("https://teams.microsoft.com/meet/2735012345678?p=3DAbCdEfGhIj"))
	if a.StatusCode != http.StatusSeeOther || a.location() != "/" {
		t.Fatalf("status %d to %q, want 303 to /", a.StatusCode, a.location())
	}
	door := v.get("/")
	if n := door.page(t).Find("input[name=choice]").Length(); door.StatusCode != http.StatusUnprocessableEntity || n != 2 {
		t.Errorf("status %d with %d choices, want 422 with 2", door.StatusCode, n)
	}
}

func TestDoorAcceptsMeetingWithoutPasscode(t *testing.T) {
	v := newVisitor(t, startSite(t))
	form := url.Values{"meeting": {"Meeting ID: 273 501 234 567 8"}}
	if question := v.postForm("/", form); question.StatusCode != http.StatusUnprocessableEntity || question.page(t).Find("input[name=noPasscode]").Length() != 1 {
		t.Fatalf("status %d, want 422 with a box for no passcode", question.StatusCode)
	}
	form.Set("noPasscode", "1")
	if a := v.postForm("/", form); a.StatusCode != http.StatusSeeOther || a.location() != "/visit" {
		t.Errorf("with the box checked: status %d to %q, want 303 to /visit", a.StatusCode, a.location())
	}
}

func TestDoorNamesOtherService(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.submitDoor("https://zoom.us/j/91234567890?pwd=x")
	if got := a.page(t).Find("#refusal").Text(); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "Zoom") {
		t.Errorf("status %d, refusal %q, want 422 and Zoom", a.StatusCode, got)
	}
}

func TestVisitPageNotesCancelledMeeting(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.submitDoor(cancelledMeeting)
	a := v.get("/visit")
	if note := site.catalogue.Match("").Text("visit.cancelled"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, note) {
		t.Errorf("status %d, want 200 with the note %q", a.StatusCode, note)
	}
}

func TestVisitAcceptsUnencodedBookingsLink(t *testing.T) {
	v := newVisitor(t, startSite(t))
	address := "https://visit.teams.microsoft.com/webrtc-svc/api/route?tid=aaaabbbb-0000-cccc-1111-dddd2222eeee&convId=19:meeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2@thread.v2&oid=00aa00aa-bb11-cc22-dd33-44ee44ee44ee"
	a := v.get("/visit?meetingURL=" + address)
	if a.StatusCode != http.StatusSeeOther || a.location() != "/visit" {
		t.Errorf("status %d to %q, want 303 to /visit", a.StatusCode, a.location())
	}
}

func TestDoorAcceptsOwnVisitLink(t *testing.T) {
	v := newVisitor(t, startSite(t))
	seal := sealVisit(t, bookedAt(time.Now()))
	a := v.submitDoor("Your visit: https://portal.example.org/v/" + seal + ".")
	if a.StatusCode != http.StatusSeeOther || a.location() != "/v/"+seal {
		t.Errorf("status %d to %q, want 303 to /v/%s", a.StatusCode, a.location(), seal)
	}
	for _, suffix := range []string{"/", ".", "%E2%80%8B", ")", "%3E"} {
		if a := v.get("/v/" + seal + suffix); a.StatusCode != http.StatusOK {
			t.Errorf("link with %q at its end: status %d, want 200", suffix, a.StatusCode)
		}
	}
}
