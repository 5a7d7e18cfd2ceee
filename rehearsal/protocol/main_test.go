package main

import (
	"os"
	"strings"
	"testing"
)

func TestGeneratedFilesAreCurrent(t *testing.T) {
	if err := run("..", true); err != nil {
		t.Error(err)
	}
}

func TestCheckEndCodesRejectsAWrongEnding(t *testing.T) {
	wrong := endCode{"endedDenied", "denied", 0, 4097}
	if err := checkEndCodes([]endCode{wrong}); err == nil || !strings.Contains(err.Error(), "host-ended") {
		t.Errorf("got %v, want an error with host-ended", err)
	}
}

func TestTaggedFieldsBelongToOneSide(t *testing.T) {
	p, err := parse("..")
	if err != nil {
		t.Fatal(err)
	}
	names := func(side string) string {
		var list []string
		for _, f := range p.fields("SDP", side) {
			list = append(list, f.name)
		}
		return strings.Join(list, " ")
	}
	if got := names("client"); got != "to sdp" {
		t.Errorf("got client fields %q, want %q", got, "to sdp")
	}
	if got := names("server"); got != "from sdp" {
		t.Errorf("got server fields %q, want %q", got, "from sdp")
	}
}

func TestReplaceBetween(t *testing.T) {
	text := "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb"
	got, err := replaceBetween([]byte(text), "x", "new")
	if want := "a\n<!-- generated: x -->\n\nnew\n<!-- end: x -->\nb"; err != nil || string(got) != want {
		t.Errorf("got %q, error %v, want %q", got, err, want)
	}
	if _, err := replaceBetween([]byte("no comments"), "x", "new"); err == nil {
		t.Error("replaceBetween accepts a text without the comments")
	}
}

func TestParseRejectsAPackageWithoutMessages(t *testing.T) {
	directory := t.TempDir()
	for _, name := range []string{"wire.go", "wire_client.go", "wire_server.go", "command.go"} {
		if err := os.WriteFile(directory+"/"+name, []byte("package other\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := parse(directory); err == nil {
		t.Error("parse accepts a package without messages")
	}
}
