package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	twoLinks  = shortLink + "\nhttps://teams.microsoft.com/meet/2735012345679?p=ZbCdEfGhIj"
	otherLink = "https://teams.microsoft.com/meet/2735012345679?p=ZbCdEfGhIj"
)

func TestDoorAsksWhichMeetingIsMeant(t *testing.T) {
	v := newVisitor(t, startSite(t))
	asked := v.send("/", url.Values{"meeting": {twoLinks}})
	if asked.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d, want 422", asked.StatusCode)
	}
	radios := asked.page(t).Find("#door-form input[type=radio][name=choice]")
	if radios.Length() != 2 || radios.Filter("[checked]").Length() != 0 {
		t.Fatalf("%d choices, want 2 and none chosen", radios.Length())
	}
	if got := strings.TrimSpace(asked.page(t).Find("#meeting").Text()); got != twoLinks {
		t.Errorf("the box holds %q", got)
	}
	chosen := v.send("/", url.Values{"meeting": {twoLinks}, "choice": {otherLink}})
	if chosen.StatusCode != http.StatusSeeOther || chosen.Header.Get("Location") != "/visit" {
		t.Fatalf("%d to %q, want 303 to /visit", chosen.StatusCode, chosen.Header.Get("Location"))
	}
	if refused := v.send("/", url.Values{"meeting": {twoLinks}, "choice": {"https://evil.example/"}}); refused.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a choice that was not offered: %d", refused.StatusCode)
	}
}

func TestQuestionAboutALinkInAnAddressIsAskedAtTheDoor(t *testing.T) {
	v := newVisitor(t, startSite(t))
	sent := v.get("/?meetingURL=" + url.QueryEscape("https://teams.microsoft.com/meet/2735012345678?p=3DAbCdEfGhIj"))
	if sent.StatusCode != http.StatusSeeOther || sent.Header.Get("Location") != "/" {
		t.Fatalf("%d to %q, want 303 to /", sent.StatusCode, sent.Header.Get("Location"))
	}
	door := v.get("/")
	if n := door.page(t).Find("input[name=choice]").Length(); door.StatusCode != http.StatusUnprocessableEntity || n != 2 {
		t.Errorf("status %d with %d choices, want 422 with 2", door.StatusCode, n)
	}
}

func TestDoorTakesAMeetingWithoutPasscode(t *testing.T) {
	v := newVisitor(t, startSite(t))
	form := url.Values{"meeting": {"Meeting ID: 273 501 234 567 8"}}
	if asked := v.send("/", form); asked.StatusCode != http.StatusUnprocessableEntity || asked.page(t).Find("input[name=noPasscode]").Length() != 1 {
		t.Fatalf("status %d, want 422 with a box for no passcode", asked.StatusCode)
	}
	form.Set("noPasscode", "1")
	if taken := v.send("/", form); taken.StatusCode != http.StatusSeeOther || taken.Header.Get("Location") != "/visit" {
		t.Errorf("%d to %q, want 303 to /visit", taken.StatusCode, taken.Header.Get("Location"))
	}
}

func TestDoorNamesTheOtherService(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.send("/", url.Values{"meeting": {"https://zoom.us/j/91234567890?pwd=x"}})
	if got := a.page(t).Find("#refusal").Text(); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "Zoom") {
		t.Errorf("status %d: %q", a.StatusCode, got)
	}
}

func TestCancelledMeetingOpensWithANote(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.send("/", url.Values{"meeting": {"BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nDESCRIPTION:" + shortLink + "\nEND:VEVENT\nEND:VCALENDAR"}})
	shown := v.get("/visit")
	want := site.catalogue.Match("").Text("visit.cancelled")
	if shown.StatusCode != http.StatusOK || !strings.Contains(shown.body, want) {
		t.Errorf("status %d, without the note that the meeting was cancelled", shown.StatusCode)
	}
}

func TestUnencodedBookingsAddressIsRead(t *testing.T) {
	v := newVisitor(t, startSite(t))
	address := "https://visit.teams.microsoft.com/webrtc-svc/api/route?tid=aaaabbbb-0000-cccc-1111-dddd2222eeee&convId=19:meeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2@thread.v2&oid=00aa00aa-bb11-cc22-dd33-44ee44ee44ee"
	sent := v.get("/visit?meetingURL=" + address)
	if sent.StatusCode != http.StatusSeeOther || sent.Header.Get("Location") != "/visit" {
		t.Errorf("%d to %q, want 303 to /visit", sent.StatusCode, sent.Header.Get("Location"))
	}
}

func TestOwnLinkPastedAtTheDoorOpensTheVisit(t *testing.T) {
	v := newVisitor(t, startSite(t))
	seal := sealing(t, bookedAt(time.Now()))
	taken := v.send("/", url.Values{"meeting": {"Your visit: https://portal.example.org/v/" + seal + "."}})
	if taken.StatusCode != http.StatusSeeOther || taken.Header.Get("Location") != "/v/"+seal {
		t.Errorf("%d to %q, want 303 to the visit", taken.StatusCode, taken.Header.Get("Location"))
	}
	for _, behind := range []string{"/", ".", "%E2%80%8B", ")", "%3E"} {
		if opened := v.get("/v/" + seal + behind); opened.StatusCode != http.StatusOK {
			t.Errorf("with %q behind: status %d", behind, opened.StatusCode)
		}
	}
}
