package visit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/anteroom-visit/anteroom/teams"
)

// vector is one link of testdata/seal. Other implementations of
// docs/decisions/seal.md can use the vectors too.
type vector struct {
	// Key is the operator's link key.
	Key string `json:"key"`
	// Plain is the encoded visit before encryption, in hexadecimal.
	Plain string `json:"plain"`
	// Text is the sealed part of the link, without the address of the site.
	Text  string      `json:"text"`
	Visit vectorVisit `json:"visit"`
}

// vectorVisit has every field of a Visit, because a Visit marshals as its ID alone.
type vectorVisit struct {
	ID         string `json:"id"` // in hexadecimal
	Revision   int    `json:"revision"`
	Created    string `json:"created,omitempty"`
	Meeting    string `json:"meetingLink,omitempty"`
	MeetingID  string `json:"meetingId,omitempty"`
	Passcode   string `json:"passcode,omitempty"`
	Name       string `json:"name"`
	Host       string `json:"host"`
	Start      string `json:"start"`
	Minutes    int    `json:"minutes"`
	Zone       string `json:"zone"`
	Language   string `json:"language"`
	Role       Role   `json:"role"`
	Phone      string `json:"phone,omitempty"`
	DialIn     string `json:"dialIn,omitempty"`
	Conference string `json:"conference,omitempty"`
	Chat       bool   `json:"chat"`
	Camera     bool   `json:"camera"`
	Share      bool   `json:"share"`
}

func vectorOf(v Visit) vectorVisit {
	created := ""
	if !v.Created.IsZero() {
		created = v.Created.Format(time.DateOnly)
	}
	out := vectorVisit{
		Created: created,
		ID:      hex.EncodeToString(v.ID[:]), Revision: v.Revision, Meeting: v.Meeting.Link,
		Name: v.Name, Host: v.Host, Start: v.Start.UTC().Format(time.RFC3339), Minutes: v.Minutes, Zone: v.Zone,
		Language: v.Language, Role: v.Role, Phone: v.Phone, DialIn: v.DialIn.Number, Conference: v.DialIn.Conference,
		Chat: v.Chat, Camera: v.Camera, Share: v.Share,
	}
	if v.Meeting.Kind == teams.KindID {
		out.MeetingID, out.Passcode = v.Meeting.ID, v.Meeting.Passcode
	}
	return out
}

func readVectors(t testing.TB, name string) (all []vector) {
	t.Helper()
	data, err := os.ReadFile("testdata/seal/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// Links live for months, so their meaning must not change. A change that breaks a
// vector needs a new sealVersion, and the old ones must stay.
func TestOpenReadsEveryVector(t *testing.T) {
	for _, name := range []string{"form1.json", "form2.json"} {
		vectors := readVectors(t, name)
		if len(vectors) < 60 {
			t.Errorf("%s: got %d vectors, want at least 60", name, len(vectors))
		}
		for i, c := range vectors {
			v, err := keyring(t, c.Key).Open(c.Text)
			if err != nil {
				t.Fatalf("%s, vector %d: %v", name, i, err)
			}
			if diff := cmp.Diff(c.Visit, vectorOf(v)); diff != "" {
				t.Errorf("%s, vector %d (-want +got):\n%s", name, i, diff)
			}
		}
	}
}

// The vectors include the bytes before encryption. With them, another implementation
// can find out whether its encoding or its encryption is wrong.
func TestVectorsDecryptToTheirPlainBytes(t *testing.T) {
	for version, name := range map[int]string{1: "form1.json", 2: "form2.json"} {
		for i, c := range readVectors(t, name) {
			sealed, ok := readSeal(c.Text)
			plain, good := keyring(t, c.Key).keys[0].open(sealed)
			if !ok || !good || hex.EncodeToString(plain) != c.Plain || versionOf(sealed[0]) != version {
				t.Errorf("%s, vector %d: got plain bytes %x, want %s in version %d", name, i, plain, c.Plain, version)
			}
		}
	}
}

func TestSealReproducesVectorsOfForm2(t *testing.T) {
	for i, c := range readVectors(t, "form2.json") {
		k := keyring(t, c.Key)
		v, err := k.Open(c.Text)
		if err != nil {
			t.Fatal(err)
		}
		if got := seal(t, k, v); got != c.Text {
			t.Errorf("vector %d: got\n%s, want\n%s", i, got, c.Text)
		}
	}
}

// A visit whose link has form 1 gets a link of form 2 when it is moved.
func TestSealWritesForm2ForVisitsOfForm1(t *testing.T) {
	for i, c := range readVectors(t, "form1.json") {
		k := keyring(t, c.Key)
		v, _ := k.Open(c.Text)
		text := seal(t, k, v)
		again, err := k.Open(text)
		if sealed, _ := readSeal(text); err != nil || !same(again, v) || !again.Created.IsZero() || versionOf(sealed[0]) != 2 {
			t.Errorf("vector %d: got version %d and error %v, want the same visit in version 2", i, versionOf(sealed[0]), err)
		}
	}
}

// Both forms store indexes into these tables, so the entries must not move.
func TestTablesKeepTheirEntries(t *testing.T) {
	for _, c := range []struct {
		what    string
		entries []string
		hash    string
	}{
		{"zones", zones()[:126], "baf939972c806a046f1e901d8c122f355d18f6d2f52dc506eddda51f7132db18"},
		{"languages", languages()[:58], "61a89885724d78545dea716b504ff8652868783b885b19f0c60530886342761a"},
	} {
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(c.entries, " ")))); got != c.hash {
			t.Errorf("%s: entries were moved or changed: got hash %s, want %s", c.what, got, c.hash)
		}
	}
}
