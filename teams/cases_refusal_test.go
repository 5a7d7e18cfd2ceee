package teams

import (
	"net/url"
	"strings"
)

// refusalCases returns texts that Read must refuse, with the code of each refusal.
func refusalCases() []parseCase {
	live := strings.Replace(classic, "%22%7d", "%22%2c%22IsBroadcastMeeting%22%3atrue%7d", 1)
	consumer := strings.Replace(classic, tid, "9188040d-6c67-4c5b-b112-36a304b66dad", 1)
	group := strings.Replace(classic, encThread, "19%3a0f1e2d3c4b5a69788796a5b4c3d2e1f0%40thread.v2", 1)
	oneToOne := strings.Replace(classic, encThread, "19%3a"+tid+"_"+oid+"%40unq.gbl.spaces", 1)
	return []parseCase{
		{"personal meeting", "https://teams.live.com/meet/9312345678901?p=aBcDeFgH", "personal-meeting"},
		{"personal meeting without passcode", "https://teams.live.com/meet/9312345678901", "personal-meeting"},
		{"personal meeting in a launcher", "https://teams.live.com/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F9312345678901%3Fp%3DaBcDeFgH%26anon%3Dtrue", "personal-meeting"},
		{"personal light meeting", "https://teams.live.com/light-meetings/launch?coords=" + encodeCoords(`{"meetingCode":"9312345678901","passcode":"aBcDeFgH"}`), "personal-meeting"},
		{"personal meeting in SafeLinks", "https://nam11.safelinks.protection.outlook.com/?url=" + url.QueryEscape("https://teams.live.com/meet/9312345678901?p=x") + "&data=1", "personal-meeting"},
		{"personal meeting as a classic link", consumer, "personal-meeting"},
		{"live event by its context", live, "live-event"},
		{"live event by context and query", live + "&btype=a&role=a", "live-event"},
		{"live event by its query", classic + "&btype=a&role=a", "live-event"},
		{"live event, role in the context", strings.Replace(live, "true%7d", "true%2c%22role%22%3a%22a%22%7d", 1), "live-event"},
		{"live event, flag as text", strings.Replace(live, "true%7d", "%22true%22%7d", 1), "live-event"},
		{"live event in a launcher", "https://teams.microsoft.com/dl/launcher/launcher.html?url=" + url.QueryEscape("/_#"+strings.TrimPrefix(live, "https://teams.microsoft.com")+"&anon=true"), "live-event"},
		{"live event, embedded", "https://teams.microsoft.com/convene/meetings?url=" + url.QueryEscape(strings.TrimPrefix(live, "https://teams.microsoft.com")) + "&embed=true", "live-event"},
		{"town hall", "https://teams.microsoft.com/convene/townhall?eventId=" + oid + "@" + tid + "&sessionId=" + oid, "live-event"},
		{"event page", "https://events.teams.microsoft.com/event/" + oid + "@" + tid, "event-registration"},
		{"webinar registration", "https://teams.microsoft.com/registration/gWWckDBR6UOI8_yzWCzeNw,6pABiSU1bkGqzLnbHG_muA?mode=read&tenantId=" + tid, "event-registration"},
		{"event page in SafeLinks", "https://eur01.safelinks.protection.outlook.com/?url=" + url.QueryEscape("https://events.teams.microsoft.com/event/"+oid+"@"+tid), "event-registration"},
		{"chat with a person", "https://teams.microsoft.com/l/chat/0/0?users=ann@contoso.example", "call-or-chat"},
		{"chat by thread", "https://teams.microsoft.com/l/chat/" + encThread + "/0?context=" + context, "call-or-chat"},
		{"call to a person", "https://teams.microsoft.com/l/call/0/0?users=ann@contoso.example&withVideo=true", "call-or-chat"},
		{"call as an msteams link", "msteams:/l/call/0/0?users=ann@contoso.example", "call-or-chat"},
		{"group call as a join link", group, "call-or-chat"},
		{"call between two people as a join link", oneToOne, "call-or-chat"},
		{"message in a chat", "https://teams.microsoft.com/l/message/19:" + tid + "_" + oid + "@unq.gbl.spaces/1649187156450?context=%7B%22contextType%22:%22chat%22%7D", "call-or-chat"},
		{"message in a channel", "https://teams.microsoft.com/l/message/19:345a57d1b2c34d5e8f60718293a4b5c6@thread.tacv2/1649187156450?tenantId=" + tid + "&groupId=" + oid, "channel-link"},
		{"channel", "https://teams.microsoft.com/l/channel/19%3a345a57d1b2c34d5e8f60718293a4b5c6%40thread.tacv2/General?groupId=" + oid + "&tenantId=" + tid, "channel-link"},
		{"team", "https://teams.microsoft.com/l/team/19%3a345a57d1b2c34d5e8f60718293a4b5c6%40thread.tacv2/conversations?groupId=" + oid, "channel-link"},
		{"21Vianet", "https://teams.microsoftonline.cn/l/meetup-join/" + encThread + "/0?context=" + context, "other-cloud"},
		{"GCC High", "https://gov.teams.microsoft.us/l/meetup-join/19%3agcch%3ameeting_ZmMyMDk4%40thread.v2/0?context=" + context, "government-cloud"},
		{"DoD short link", "https://dod.teams.microsoft.us/meet/2735012345678?p=aBcDeF", "government-cloud"},
		{"government thread on the public host", strings.Replace(classic, "19%3ameeting", "19%3agcch%3ameeting", 1), "government-cloud"},
		{"short link without passcode", "https://teams.microsoft.com/meet/2735012345678", "passcode-missing"},
		{"short link with an empty passcode", "https://teams.microsoft.com/meet/2735012345678?p=&anon=true", "passcode-missing"},
		{"short link, passcode with a slash", "https://teams.microsoft.com/meet/2735012345678?p=ab%2Fcd", "passcode-missing"},
		{"light meeting without passcode", "https://teams.microsoft.com/light-meetings/launch?coords=" + encodeCoords(`{"meetingCode":"2735012345678"}`), "passcode-missing"},
		{"an unlabelled word before the id", "Room B12345 Meeting ID: 273 501 234 567 8", "passcode-missing"},
		{"id alone", "2735012345678", "passcode-missing"},
		{"id in groups alone", "Meeting ID: 273 501 234 567 8", "passcode-missing"},
		{"empty", "", "not-a-meeting"},
		{"white space", " \t\r\n\u200b ", "not-a-meeting"},
		{"words", "I would like to see the doctor tomorrow", "not-a-meeting"},
		{"broken UTF-8", "\xff\xfe\x00\x80", "not-a-meeting"},
		{"another service", "https://zoom.example/j/91234567890?pwd=abc Meeting ID: 912 3456 7890 Passcode: 123456", "not-a-meeting"},
		{"Teams without a meeting", "https://teams.microsoft.com/", "not-a-meeting"},
		{"Teams download", "https://www.microsoft.com/en-us/microsoft-teams/download-app", "not-a-meeting"},
		{"meeting options", "https://teams.microsoft.com/meetingOptions/?organizerId=" + oid + "&tenantId=" + tid + "&threadId=19_meeting_Mjdm@thread.v2", "not-a-meeting"},
		{"join help", "https://aka.ms/JoinTeamsMeeting?omkt=en-US", "not-a-meeting"},
		{"classic link cut short", classic[:100] + "…", "incomplete-link"},
		{"classic link without context", "https://teams.microsoft.com/l/meetup-join/" + encThread + "/0", "incomplete-link"},
		{"classic link, tenant not a GUID", strings.Replace(classic, tid, "contoso", 1), "not-a-meeting"},
		{"classic link, message not a number", strings.Replace(classic, "/0?", "/x?", 1), "not-a-meeting"},
		{"classic link, path inside the thread", strings.Replace(classic, encThread, "19%3ameeting_..%2f..%2fevil%40thread.v2", 1), "not-a-meeting"},
		{"short link, letters as the id", "https://teams.microsoft.com/meet/abcdef?p=x", "not-a-meeting"},
		{"Mimecast link, which only Mimecast can decode", "https://protect-eu.mimecast.com/s/AbCdEfGhIjK?domain=teams.microsoft.com", "not-a-meeting"},
		{"Bookings without a meeting", "https://visit.teams.microsoft.com/webrtc-svc/api/route?tid=" + tid, "not-a-meeting"},
		{"javascript: address", "javascript:alert(1)", "not-a-meeting"},
		{"phone numbers only", "Call +1 323-849-4874 or (020) 7946 0958, conference ID 123 456 789#", "not-a-meeting"},
		{"phone conference with ten digits", "Phone conference ID: 123 456 789 0# Passcode: Mt9xB2N6", "not-a-meeting"},
		{"phone number in groups of three", "Call +49 693 650 575 68 Mt9xB2N6", "not-a-meeting"},
		{"more than 64 KiB", strings.Repeat("a", 64<<10) + classic, "too-long"},
		{"link of more than 8 KiB", classic + "&x=" + strings.Repeat("a", 8<<10), "too-long"},
	}
}

// lookalikeCases returns addresses that imitate Teams, and some that must not be
// mistaken for such.
func lookalikeCases() []parseCase {
	host := func(h string) string { return strings.Replace(classic, "teams.microsoft.com", h, 1) }
	cases := []parseCase{
		{"lookalike without a scheme", "teams.microsoft.com.evil.example/meet/2735012345678?p=aBcDeF", "lookalike-host"},
		{"lookalike without a path", "https://teams.microsoft.com.evil.example", "lookalike-host"},
		{"lookalike of the personal host", "https://teams.live.com.evil.example/meet/9312345678901?p=a", "lookalike-host"},
		{"lookalike of the new host", "https://teams.cloud.microsoft.evil.example/meet/2735012345678?p=a", "lookalike-host"},
		{"join path on another host", "https://meet.evil.example/l/meetup-join/" + encThread + "/0?context=" + context, "lookalike-host"},
		{"meet path on a Teams-like host", "https://join-teams.evil.example/meet/2735012345678?p=aBcDeF", "lookalike-host"},
		{"backslashes for slashes", `https:\\teams.microsoft.com\l\meetup-join\x`, "lookalike-host"},
		{"lookalike of SafeLinks", "https://nam11.safelinks.protection.outlook.com.evil.example/?url=" + url.QueryEscape(classic), "lookalike-host"},
		{"SafeLinks with a user name", "https://x@nam11.safelinks.protection.outlook.com/?url=" + url.QueryEscape(classic), "lookalike-host"},
		{"lookalike in SafeLinks", "https://nam11.safelinks.protection.outlook.com/?url=" + url.QueryEscape(host("teams.microsoft.com.evil.example")) + "&data=1", "lookalike-host"},
		{"lookalike in Bookings", "https://visit.teams.microsoft.com/webrtc-svc/api/route?JoinWebUrl=" + url.QueryEscape(host("teams.microsoft.com@evil.example")), "lookalike-host"},
		{"lookalike in a launcher", "https://teams.microsoft.com/dl/launcher/launcher.html?url=" + url.QueryEscape(host("teams.micros0ft.com")), "lookalike-host"},
		{"msteams link to a lookalike", "msteams://teams.microsoft.com.evil.example/l/meetup-join/x", "lookalike-host"},
		{"the genuine host in the path", "https://evil.example/teams.microsoft.com/meet/2735012345678?p=a", "not-a-meeting"},
		{"the genuine host in the query", "https://evil.example/?q=teams.microsoft.com/meet/2735012345678", "not-a-meeting"},
		{"the host followed by Japanese text", "见 https://teams.microsoft.comにアクセス", "not-a-meeting"},
		{"the host followed by a Chinese full stop", "见 https://teams.microsoft.com。", "not-a-meeting"},
	}
	for form, h := range map[string]string{
		"subdomain of another host":         "teams.microsoft.com.evil.example",
		"genuine host as user name":         "teams.microsoft.com@evil.example",
		"user name before the genuine host": "evil@teams.microsoft.com",
		"user and password":                 "a:b@teams.microsoft.com",
		"other port":                        "teams.microsoft.com:8443",
		"port 80":                           "teams.microsoft.com:80",
		"port 4430":                         "teams.microsoft.com:4430",
		"dash instead of a dot":             "teams-microsoft.com",
		"dot left out":                      "teamsmicrosoft.com",
		"letters before the genuine host":   "evilteams.microsoft.com.evil.example",
		"zero instead of o":                 "teams.micros0ft.com",
		"rn instead of m":                   "teams.rnicrosoft.com",
		"one instead of i":                  "teams.m1crosoft.com",
		"Cyrillic i":                        "teams.m\u0456crosoft.com",
		"Cyrillic o and a":                  "te\u0430ms.micr\u043esoft.com",
		"Greek o":                           "teams.micr\u03bfsoft.com",
		"letter with an accent":             "teams.mícrosoft.com",
		"fullwidth letters":                 "ｔeams.microsoft.com",
		"punycode":                          "teams.xn--mcrosoft-tkg.com",
		"ideographic full stop":             "teams.microsoft.com\u3002evil.example",
		"backslash before the genuine host": `evil.example\@teams.microsoft.com`,
		"backslash after the genuine host":  `teams.microsoft.com\.evil.example`,
		"encoded dot":                       "teams.microsoft.com%2eevil.example",
		"encoded at sign":                   "teams.microsoft.com%40evil.example",
		"misspelt":                          "teams.microsfot.com",
		"two dots at the end":               "teams.microsoft.com..",
		"Azure web app":                     "teams-microsoft.azurewebsites.example",
	} {
		cases = append(cases, parseCase{"lookalike, " + form, "Join: " + host(h), "lookalike-host"})
	}
	return cases
}
