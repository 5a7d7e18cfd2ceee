package teams

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestFormattedMeetingHidesItsFields(t *testing.T) {
	for _, text := range []string{classic, channelTacv2, short, "273 501 234 567 8 Mt9xB2N6"} {
		m := *read(text).Meeting
		var logged bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&logged, nil), slog.NewTextHandler(&logged, nil)} {
			slog.New(h).Info("join", "meeting", m, "pointer", &m)
		}
		printed := []string{m.String(), logged.String(), fmt.Sprint(m), fmt.Sprint(&m), fmt.Sprint([]Meeting{m}), fmt.Errorf("join %v", m).Error()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			printed = append(printed, fmt.Sprintf(verb, m), fmt.Sprintf(verb, struct{ M Meeting }{m}))
		}
		for _, secret := range []string{m.Link, m.ID, m.Passcode, m.TenantID, m.OrganizerID, m.ThreadID} {
			if secret == "" {
				continue
			}
			for _, s := range printed {
				if strings.Contains(s, secret) {
					t.Errorf("output %s contains %q", s, secret)
				}
			}
		}
	}
}

func TestFormattedMeetingShowsItsKind(t *testing.T) {
	m := *read(channelTacv2).Meeting
	if got := fmt.Sprintf("%+v", m); got != "channel meeting by link" {
		t.Errorf("got %q, want %q", got, "channel meeting by link")
	}
	m = *read("273 501 234 567 8 Mt9xB2N6").Meeting
	if got := fmt.Sprint(m); got != "meeting by id" {
		t.Errorf("got %q, want %q", got, "meeting by id")
	}
}

func TestMeetingJSON(t *testing.T) {
	for _, c := range []struct{ form, text, want string }{
		{"classic", classic, `{"kind":"link","meetingLink":"` + classic + `","channel":false,"tenantId":"` + tid + `","organizerId":"` + oid + `","threadId":"` + thread + `"}`},
		{"channel", channelSkype, `{"kind":"link","meetingLink":"` + channelSkype + `","channel":true,"tenantId":"` + tid + `","organizerId":"` + oid + `","threadId":"19:345a57d1b2c34d5e8f60718293a4b5c6@thread.skype"}`},
		{"short", short, `{"kind":"link","meetingLink":"` + short + `","channel":false}`},
		{"id", byID, `{"kind":"id","meetingId":"2735012345678","passcode":"Mt9xB2N6","channel":false}`},
	} {
		t.Run(c.form, func(t *testing.T) {
			got, err := json.Marshal(read(c.text).Meeting)
			if err != nil || string(got) != c.want {
				t.Errorf("got  %s (%v)\nwant %s", got, err, c.want)
			}
		})
	}
}

// Sessions store meetings with gob, which must keep the fields that JSON leaves out.
func TestGobKeepsTheWholeMeeting(t *testing.T) {
	want := *read(short).Meeting
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(want); err != nil {
		t.Fatal(err)
	}
	var got Meeting
	if err := gob.NewDecoder(&b).Decode(&got); err != nil || got != want {
		t.Errorf("got link %q and error %v, want link %q", got.Link, err, want.Link)
	}
}

func TestRefusalCodes(t *testing.T) {
	const contract = "not-a-meeting personal-meeting live-event event-registration call-or-chat channel-link other-cloud " +
		"government-cloud lookalike-host passcode-missing too-long incomplete-link other-service"
	if got, want := len(Codes()), len(strings.Fields(contract)); got != want {
		t.Errorf("%d codes, want %d", got, want)
	}
	seen := map[string]Code{}
	for _, c := range Codes() {
		if !strings.Contains(" "+contract+" ", " "+string(c)+" ") {
			t.Errorf("code %q is not in the contract", c)
		}
		var err error = &Refusal{Code: c}
		if other, taken := seen[err.Error()]; taken {
			t.Errorf("codes %q and %q have the same message", c, other)
		}
		seen[err.Error()] = c
	}
	got, err := json.Marshal(&Refusal{Code: LiveEvent})
	if err != nil || string(got) != `{"code":"live-event"}` {
		t.Errorf(`got JSON %s (%v), want {"code":"live-event"}`, got, err)
	}
}

func TestReadReturnsTheMostInformativeRefusal(t *testing.T) {
	for _, c := range []struct{ form, text, want string }{
		{"chat, then personal", "https://teams.microsoft.com/l/chat/0/0?users=a@b.example https://teams.live.com/meet/9312345678901?p=a", "personal-meeting"},
		{"personal, then chat", "https://teams.live.com/meet/9312345678901?p=a https://teams.microsoft.com/l/chat/0/0?users=a@b.example", "personal-meeting"},
		{"registration, then lookalike", "https://events.teams.microsoft.com/event/x https://teams.microsoft.com.evil.example/", "lookalike-host"},
		{"channel, then no passcode", "https://teams.microsoft.com/l/channel/x/y https://teams.microsoft.com/meet/2735012345678", "passcode-missing"},
		{"id beside a registration", "https://events.teams.microsoft.com/event/x\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6", "event-registration"},
		{"id beside a channel", "https://teams.microsoft.com/l/channel/x/y\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6", byID},
	} {
		t.Run(c.form, func(t *testing.T) {
			if got := describe(read(c.text)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
