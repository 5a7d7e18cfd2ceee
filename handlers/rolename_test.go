package handlers

import (
	"testing"

	"github.com/anteroom-visit/anteroom/visit"
)

// Only the server and Teams may add a role to a name. A visitor who types one must not look official.
func TestTypedNameLosesRole(t *testing.T) {
	s := startSite(t)
	arabic, _ := s.catalogue.Find("ar")
	for typed, want := range map[string]string{
		"Sam (Organizer)": "Sam", "Sam (interpreter)": "Sam", "Sam (INTERPRETER)": "Sam", "Sam [Guest]": "Sam", "Sam （interpreter）": "Sam",
		"Sam (inter\u200cpreter)": "Sam", "Sam (Orga\u200dnizer\u200c)": "Sam", "Sam 【interpreter】": "Sam", "Sam ❲Organizer❳": "Sam",
		"Sam (interpreter": "Sam", "(Organizer) Sam": "Sam", "Sam (Unverified) Patel": "Sam Patel", "Sam ( interpreter )": "Sam", "Sam (" + arabic.Text("role.interpreter") + ")": "Sam",
		"Sam (Jr)": "Sam (Jr)", "Sam": "Sam", "Sam interpreter": "Sam interpreter", "<b>Sam</b>": "<b>Sam</b>", "Sam (Ｏrganizer)": "Sam",
	} {
		if got, reason := s.typedName(typed); got != want || reason != "" {
			t.Errorf("typedName(%q) = %q, %q, want %q and no reason", typed, got, reason, want)
		}
	}
	if got, reason := s.typedName("(Organizer)"); got != "" || reason != visit.Missing {
		t.Errorf("typedName of a role alone: %q, %q, want \"\" and %q", got, reason, visit.Missing)
	}
}
