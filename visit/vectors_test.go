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

// vector is one link of testdata/seal, for this package and for any other
// implementation of docs/decisions/seal.md.
type vector struct {
	// Key is the operator's link key.
	Key string `json:"key"`
	// Plain is the encoded visit before encryption, in hexadecimal.
	Plain string `json:"plain"`
	// Text is the sealed link without its address.
	Text  string      `json:"text"`
	Visit vectorVisit `json:"visit"`
}

// vectorVisit is every field of a Visit: a Visit marshals as its ID alone.
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

// What a link means must not change: links live for months. A change that breaks
// a vector needs a new sealVersion beside the old ones.
func TestVectorsOpen(t *testing.T) {
	for _, name := range []string{"form1.json", "form2.json"} {
		vectors := readVectors(t, name)
		if len(vectors) < 60 {
			t.Errorf("%s has only %d vectors", name, len(vectors))
		}
		for i, c := range vectors {
			v, err := keyring(t, c.Key).Open(c.Text)
			if err != nil {
				t.Fatalf("%s, vector %d: %v", name, i, err)
			}
			if diff := cmp.Diff(c.Visit, vectorOf(v)); diff != "" {
				t.Errorf("%s, vector %d: %s", name, i, diff)
			}
		}
	}
}

// The bytes before encryption are part of the vectors, so that another
// implementation can find out which half of it is wrong.
func TestVectorsShowTheEncoding(t *testing.T) {
	for version, name := range map[int]string{1: "form1.json", 2: "form2.json"} {
		for i, c := range readVectors(t, name) {
			sealed, ok := readSeal(c.Text)
			plain, good := keyring(t, c.Key).keys[0].open(sealed)
			if !ok || !good || hex.EncodeToString(plain) != c.Plain || versionOf(sealed[0]) != version {
				t.Errorf("%s, vector %d: %x", name, i, plain)
			}
		}
	}
}

func TestSealMakesTheVectorsOfForm2(t *testing.T) {
	for i, c := range readVectors(t, "form2.json") {
		k := keyring(t, c.Key)
		v, err := k.Open(c.Text)
		if err != nil {
			t.Fatal(err)
		}
		if got := seal(t, k, v); got != c.Text {
			t.Errorf("vector %d: sealed as\n%s, want\n%s", i, got, c.Text)
		}
	}
}

// A visit of form 1 that is moved gets a link of form 2.
func TestForm1IsSealedAgainAsForm2(t *testing.T) {
	for i, c := range readVectors(t, "form1.json") {
		k := keyring(t, c.Key)
		v, _ := k.Open(c.Text)
		text := seal(t, k, v)
		again, err := k.Open(text)
		if sealed, _ := readSeal(text); err != nil || !same(again, v) || !again.Created.IsZero() || versionOf(sealed[0]) != 2 {
			t.Errorf("vector %d: %v", i, err)
		}
	}
}

// The tables are part of both forms: their entries must not move.
func TestTablesAreFrozen(t *testing.T) {
	for _, c := range []struct {
		what    string
		entries []string
		hash    string
	}{
		{"zones", zones()[:126], "baf939972c806a046f1e901d8c122f355d18f6d2f52dc506eddda51f7132db18"},
		{"languages", languages()[:58], "61a89885724d78545dea716b504ff8652868783b885b19f0c60530886342761a"},
	} {
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(c.entries, " ")))); got != c.hash {
			t.Errorf("%s: entries were moved or changed: %s", c.what, got)
		}
	}
}
