package handlers

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/locales"
)

// serverOnlyTexts are texts with a script's prefix that only the HTML of the visit's page needs, so that
// the page does not contain them twice.
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

// joinTexts are the texts of "visit." that the light script reads, before the call's script has loaded.
// The rest of that prefix belongs to the call.
var joinTexts = []string{
	"visit.callNotLoaded", "visit.connecting", "visit.connectingText", "visit.joinFailed",
	"visit.nameMissing", "visit.noConnection", "visit.starting", "visit.startingSound", "visit.stillConnecting",
	"visit.unreachable", "visit.unsupportedBrowser",
}

// visitTexts returns the texts that the light script of the visit's page reads. The caller must not
// change them.
func (s *Site) visitTexts(t locales.Translator) map[string]string {
	if kept, ok := s.texts.Load(t.Lang()); ok {
		return kept.(map[string]string)
	}
	texts := s.catalogue.Texts(t, "visit.", "preview.")
	maps.DeleteFunc(texts, func(id, _ string) bool {
		return slices.Contains(serverOnlyTexts, id) || strings.HasPrefix(id, "visit.") && !slices.Contains(joinTexts, id)
	})
	s.texts.Store(t.Lang(), texts)
	return texts
}

// callTexts returns the texts that the call's script reads; built reports whether the build has the
// scripts of its call.
func (s *Site) callTexts(t locales.Translator, built bool) map[string]string {
	texts := s.catalogue.Texts(t, "visit.", "stage.")
	maps.DeleteFunc(texts, func(id, _ string) bool {
		return slices.Contains(serverOnlyTexts, id) || slices.Contains(joinTexts, id) || built && slices.Contains(missingBuildTexts, id)
	})
	return texts
}

// sendTexts serves the call's texts in one language. The first page does not contain them: they load with
// the call's script.
func (s *Site) sendTexts(w http.ResponseWriter, r *http.Request) error {
	t, known := s.catalogue.Find(r.PathValue("language"))
	if !known {
		return problem.NotFound
	}
	built := len(s.assets.Call(s.call.rehearses(), false, t.Lang())) > 0
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	return json.NewEncoder(w).Encode(s.callTexts(t, built))
}
