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
		// Letters and brackets that look the same: Cyrillic, Greek, Cherokee, small capitals, digits, accents.
		"Sam (Оrganizer)": "Sam", "Sam (interрrеtеr)": "Sam", "Sam (Ηοѕτ)": "Sam", "Sam (ᏀᏌᎬᏚᎢ)": "Sam", "Sam (ꮐꮜꭼꮪꭲ)": "Sam", "Sam (ᴏʀɢᴀɴɪᴢᴇʀ)": "Sam", "Sam (НОЅТ)": "Sam",
		"Sam (0rganizer)": "Sam", "Sam (lnterpreter)": "Sam", "Sam (𝐎𝐫𝐠𝐚𝐧𝐢𝐳𝐞𝐫)": "Sam", "Sam (Ⓗⓞⓢⓣ)": "Sam", "Sam (Órganizer)": "Sam", "Sam (Anonyrnous)": "Sam",
		"Sam (Organ izer)": "Sam", "Sam (Organizer.)": "Sam", "Sam ﴾Organizer﴿": "Sam", "Sam ‹Organizer›": "Sam", "Sam ᐸOrganizerᐳ": "Sam", "Sam |Organizer|": "Sam",
		"Sam (Jr(Organizer)": "Sam (Jr", "Sam )Organizer(": "Sam", "Sam (мы (Оrganizer)": "Sam (мы", "Иван (Сергеевич)": "Иван (Сергеевич)", "Sam (née Guest)": "Sam (née Guest)",
	} {
		if got, reason := s.typedName(typed); got != want || reason != "" {
			t.Errorf("typedName(%q) = %q, %q, want %q and no reason", typed, got, reason, want)
		}
	}
	if got, reason := s.typedName("(Organizer)"); got != "" || reason != visit.Missing {
		t.Errorf("typedName of a role alone: %q, %q, want \"\" and %q", got, reason, visit.Missing)
	}
}
