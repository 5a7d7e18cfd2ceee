package handlers

import (
	"fmt"

	"github.com/anteroom-visit/anteroom/locales"
)

// serverOnlyTexts are the texts with a script's prefix that only the HTML of the visit's page needs: the
// first page does not carry them twice.
var serverOnlyTexts = []string{
	"preview.camera", "preview.cameraOff", "preview.check", "preview.checkSound", "preview.choose", "preview.label",
	"preview.level", "preview.microphone", "preview.onlyYou", "preview.savesData", "preview.speaker", "preview.testSpeaker",
	"visit.camera", "visit.consentNo", "visit.consentText", "visit.consentTitle", "visit.consentYes", "visit.devices",
	"visit.join", "visit.joinToListen", "visit.joinWithoutCamera", "visit.microphone", "visit.moreWays", "visit.name", "visit.nameHint",
	"visit.needsScript", "visit.noChat", "visit.notRecorded", "visit.otherMeeting", "visit.permission",
	"visit.permissionSound", "visit.private", "visit.title", "visit.tryAgain", "visit.wayOut", "visit.with",
}

// missingBuildTexts are the texts for a call that the build has no scripts for.
var missingBuildTexts = []string{
	"visit.callNotBuilt", "visit.callNotBuiltTitle", "visit.rehearsalNotBuilt", "visit.rehearsalNotBuiltTitle",
}

// visitTexts returns the texts that the script of the visit's page reads; built reports whether the build
// has the scripts of its call. The caller must not change them.
func (s *Site) visitTexts(t locales.Translator, built bool) map[string]string {
	key := fmt.Sprint(t.Lang(), built)
	if kept, ok := s.texts.Load(key); ok {
		return kept.(map[string]string)
	}
	texts := s.catalogue.Texts(t, "visit.", "stage.", "preview.")
	for _, id := range serverOnlyTexts {
		delete(texts, id)
	}
	if built {
		for _, id := range missingBuildTexts {
			delete(texts, id)
		}
	}
	s.texts.Store(key, texts)
	return texts
}
