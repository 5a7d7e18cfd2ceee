package teams

import (
	"encoding/base64"
	"net/url"
	"strings"
)

func encodeCoords(json string) string { return base64.StdEncoding.EncodeToString([]byte(json)) }

// wrapCases returns links inside other addresses.
func wrapCases() []parseCase {
	const (
		launcher = "https://teams.microsoft.com/dl/launcher/launcher.html?"
		bookings = "https://visit.teams.microsoft.com/webrtc-svc/api/route?"
		light    = "https://teams.microsoft.com/light-meetings/launch?agent=web&version=25072001100&coords="
		safe     = "https://nam11.safelinks.protection.outlook.com/?url="
	)
	path := "/l/meetup-join/" + encThread + "/0?context=" + context
	q := url.QueryEscape
	coordsThread := `{"conversationId":"` + thread + `","tenantId":"` + tid + `","organizerId":"` + oid + `","messageId":"0"}`
	starred := "https://urldefense.com/v3/__" + strings.ReplaceAll(classic, "%", "*") + "__;" +
		strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(strings.Repeat("%", strings.Count(classic, "%")))), "=") + "!!DZ3f!abc-DEF_ghi$"
	dashed := strings.NewReplacer("-", "-2D", "_", "-5F", "%", "-25", ":", "-3A", "?", "-3F", "=", "-3D", "&", "-26", "/", "_").Replace(classic)
	return []parseCase{
		{"launcher, encoded", launcher + "url=" + q("/_#"+path+"&anon=true") + "&type=meetup-join&deeplinkId=0f1e&directDl=true&msLaunch=true&enableMobilePage=true&suppressPrompt=true", classic},
		{"launcher, not encoded", launcher + "url=/_#" + path + "&anon=true&type=meetup-join&directDl=true", classic},
		{"launcher, url not first", launcher + "type=meetup-join&url=" + q("/_#"+path), classic},
		{"launcher, encoded twice", launcher + "url=" + q(q("/_#"+path)), classic},
		{"launcher, short link", launcher + "url=" + q("/_#/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE&anon=true") + "&type=meet", short},
		{"launcher, whole address", launcher + "url=" + q(classic), classic},
		{"new Teams, classic in the fragment", "https://teams.microsoft.com/v2/?meetingjoin=true#/l/meetup-join/" + thread + "/0?context=" + context + "&anon=true", classic},
		{"new Teams, short in the fragment", "https://teams.microsoft.com/v2/?meetingjoin=true#/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE&anon=true&deeplinkId=0f1e", short},
		{"new Teams on the new host", "https://teams.cloud.microsoft/v2/#/meet/2735012345678?p=gT4hK9mQ2xVbNc7LrE", short},
		{"old web client", "https://teams.microsoft.com/_#/l/meetup-join/" + thread + "/0?context=" + context, classic},
		{"old web client with a culture", "https://teams.microsoft.com/_?culture=en-gb&country=gb#/l/meetup-join/" + thread + "/0?context=" + context, classic},
		{"light meeting by code", light + q(encodeCoords(`{"meetingCode":"2735012345678","passcode":"Mt9xB2N6"}`)) + "&deeplinkId=0f1e", byID},
		{"light meeting, code as a number", light + q(encodeCoords(`{"meetingCode":2735012345678,"passcode":"Mt9xB2N6"}`)), byID},
		{"light meeting by thread", light + q(encodeCoords(coordsThread)), classic},
		{"light meeting, base64 without padding", light + strings.TrimRight(encodeCoords(coordsThread), "="), classic},
		{"light meeting, base64url", light + base64.RawURLEncoding.EncodeToString([]byte(coordsThread)), classic},
		{"light meeting of a work account on the personal host", strings.Replace(light, "teams.microsoft.com", "teams.live.com", 1) + q(encodeCoords(coordsThread)), classic},
		{"Bookings", bookings + "tid=" + tid + "&JoinWebUrl=" + q(classic+"&unified=true&webjoin=true"), classic},
		{"Bookings, JoinWebUrl first", bookings + "JoinWebUrl=" + q(classic), classic},
		{"Bookings, parameter name in lower case", bookings + "tenantId=" + tid + "&joinWebUrl=" + strings.ToLower(q(classic)[:20]) + q(classic)[20:], classic},
		{"Bookings, encoded twice", bookings + "JoinWebUrl=" + q(q(classic)), classic},
		{"Bookings, not encoded", bookings + "JoinWebUrl=" + classic + "&unified=true", classic},
		{"Bookings, short link", bookings + "a=1&JoinWebUrl=" + q(short), short},
		{"Bookings without JoinWebUrl", bookings + "tid=" + tid + "&convId=" + thread + "&oid=" + oid, classic},
		{"Bookings, other names without JoinWebUrl", "https://visit.teams.microsoft.com/webrtc-web/?tenantId=" + tid + "&threadId=" + thread + "&organizerId=" + oid + "&biz=0", classic},
		{"SafeLinks", safe + q(classic) + "&data=05%7C02%7Cann%40contoso.example%7C1a2b&sdata=k%2Bf%3D&reserved=0", classic},
		{"SafeLinks, short link", safe + q(short) + "&data=05%7C02", short},
		{"SafeLinks, entity for the ampersand", safe + q(short) + "&amp;data=05%7C02&amp;reserved=0", short},
		{"SafeLinks, not encoded", safe + classic + "&data=05|02|ann", classic},
		{"SafeLinks, url not first", "https://eur02.safelinks.protection.outlook.com/ap/t-59584e83/?data=05&url=" + q(classic), classic},
		{"SafeLinks of a government cloud", "https://gcc02.safelinks.protection.office365.us/?url=" + q(short) + "&data=1", short},
		{"SafeLinks page of Teams", "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=" + q(classic) + "&locale=en-gb", classic},
		{"SafeLinks twice", safe + q("https://eur01.safelinks.protection.outlook.com/?url="+q(classic)+"&data=1") + "&data=2", classic},
		{"SafeLinks around a launcher", safe + q(launcher+"url="+q("/_#"+path)+"&type=meetup-join") + "&data=2", classic},
		{"SafeLinks around Bookings", safe + q(bookings+"JoinWebUrl="+q(classic)) + "&data=2", classic},
		{"Proofpoint version 1", "http://urldefense.proofpoint.com/v1/url?u=" + q(classic) + "&k=abc&r=def", classic},
		{"Proofpoint version 2", "https://urldefense.proofpoint.com/v2/url?u=" + dashed + "&d=DwMFAg&c=abc&e=", classic},
		{"Proofpoint version 3", starred, classic},
		{"Proofpoint version 3, nothing replaced", "https://urldefense.com/v3/__" + short + "__;!!DZ3f!abc$", short},
		{"Proofpoint version 3, several characters replaced at once", "https://urldefense.com/v3/__https://teams.microsoft.com/meet/27350123**F?p=aBcDeF__;" + base64.RawURLEncoding.EncodeToString([]byte("4567890")) + "!!x!y$", "https://teams.microsoft.com/meet/273501234567890?p=aBcDeF"},
		{"Proofpoint around SafeLinks", "https://urldefense.com/v3/__" + safe + q(short) + "&data=05__;!!DZ3f!abc$", short},
		{"Barracuda", "https://linkprotect.cudasvc.com/url?a=" + q(classic) + "&c=E,1,abc&typo=1", classic},
		{"Google calendar", "https://www.google.com/url?q=" + q(classic) + "&sa=D&source=calendar", classic},
		{"five wrappers", nestInSafeLinks(5), short},
		{"six wrappers are too many", nestInSafeLinks(6), "not-a-meeting"},
	}
}

// nestInSafeLinks wraps a short link in SafeLinks n times.
func nestInSafeLinks(n int) string {
	link := short
	for range n {
		link = "https://nam11.safelinks.protection.outlook.com/?url=" + url.QueryEscape(link)
	}
	return link
}
