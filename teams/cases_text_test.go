package teams

import (
	"net/url"
	"strings"
)

// wrapAt breaks a text into lines of a fixed width, wherever that cuts a link.
func wrapAt(s string, width int, lineBreak string) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + lineBreak)
		s = s[width:]
	}
	return b.String() + s
}

// softBreaks encodes an ASCII text as quoted-printable, with a soft break after
// every 74 characters.
func softBreaks(s string) string {
	return wrapAt(strings.ReplaceAll(s, "=", "=3D"), 74, "=\r\n")
}

// mailCases returns links as mail programs and calendars change them.
func mailCases() []parseCase {
	safe := "https://nam11.safelinks.protection.outlook.com/?url=" + url.QueryEscape(classic) + "&data=05%7C02&reserved=0"
	return []parseCase{
		{"in angle brackets", "Join the meeting now<" + classic + ">", classic},
		{"in round brackets with a full stop", "(see " + short + ").", short},
		{"in quotes", `"` + classic + `"`, classic},
		{"in Markdown", "[Join the meeting](" + classic + ")", classic},
		{"in Markdown, link as its own text", "[" + short + "](" + short + ")", short},
		{"in Markdown emphasis", "**" + short + "**", short},
		{"as href", `<a href="` + classic + `" target="_blank">Join</a>`, classic},
		{"as href in single quotes", `<a href='` + short + `'>Join</a>`, short},
		{"as href, encoded for HTML", `<a href="` + strings.ReplaceAll(classic+"&anon=true", "&", "&amp;") + `">Join</a>`, classic},
		{"as href, decoded context", `<a href="https://teams.microsoft.com/l/meetup-join/` + thread + `/0?context={&quot;Tid&quot;:&quot;` + tid + `&quot;,&quot;Oid&quot;:&quot;` + oid + `&quot;}">Join</a>`, classic},
		{"in a mail quoted in a mail", "&amp;lt;a href=" + short + "&amp;amp;anon=true&amp;gt;", short},
		{"another link before SafeLinks", short + "<" + safe + ">", "question confirm-meeting"},
		{"broken over lines", wrapAt(classic, 76, "\n"), classic},
		{"broken over lines, narrow", wrapAt(classic, 40, "\r\n"), classic},
		{"broken over lines in brackets", "Join<" + wrapAt(classic, 72, "\n") + ">", classic},
		{"broken over lines, indented", wrapAt(classic, 70, "\n    "), classic},
		{"broken over lines in a quoted mail", "> Join: " + wrapAt(classic, 70, "\n> ") + "\n> Bye", classic},
		{"broken over lines, text after", wrapAt(classic, 76, "\n") + "\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6", classic},
		{"SafeLinks broken over lines", wrapAt(safe, 76, "\n"), classic},
		{"short link broken in its id", "Join here: https://teams.microsoft.com/meet/27350\n12345678?p=gT4hK9mQ2xVbNc7LrE", short},
		{"short link broken before its passcode", "https://teams.microsoft.com/meet/2735012345678?p=\ngT4hK9mQ2xVbNc7LrE", short},
		{"short link broken in its passcode", "Please join the meeting: https://teams.microsoft.com/meet/2735012345678?p=gT4hK9mQ2\nxVbNc7LrE\nThank you", "question confirm-passcode"},
		{"short link in brackets broken in its passcode", "<https://teams.microsoft.com/meet/2735012345678?p=gT4hK9mQ2\nxVbNc7LrE>", short},
		{"short link, a word on the next line", short + "\nPasscode", short},
		{"long line, a word on the next line", "Please join the meeting at this address: " + short + "\nRegards", short},
		{"quoted-printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + softBreaks("Join the meeting: "+classic+"\r\n"), classic},
		{"quoted-printable, short link", softBreaks("Please use this address to join the meeting: " + short + " and be on time.\r\n"), short},
		{"calendar file, folded", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + wrapAt("X-MICROSOFT-SKYPETEAMSMEETINGURL:"+classic, 75, "\r\n ") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", classic},
		{"calendar file, short link folded", "BEGIN:VEVENT\r\nX-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/meet/2735012345678?p=gT4h\r\n K9mQ2xVbNc7LrE\r\nSUMMARY:Visit\r\n", short},
		{"calendar description, escaped", `DESCRIPTION:Visit\n\nJoin: <` + classic + `>\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\n`, classic},
		{"calendar description with id only", `DESCRIPTION:Visit\n\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\n` + "\r\nX-MICROSOFT-ONLINEMEETINGCONFERENCEID:123456789\r\nDTSTAMP:20261123T101500Z\r\nUID:040000008200E00074C5B7101A82E00800000000\r\n", byID},
		{"calendar file with alternative HTML", "BEGIN:VEVENT\nX-ALT-DESC;FMTTYPE=text/html:<p><a href=\"" + short + "\">Join</a></p>\nEND:VEVENT", short},
		{"only the second of two links is a meeting", "https://teams.microsoft.com/l/chat/0/0?users=ann@contoso.example\n" + short, short},
		{"after a link to a registration page", "https://events.teams.microsoft.com/event/" + oid + "@" + tid + "\n" + short, short},
		{"after a lookalike link", "https://teams.microsoft.com.evil.example/l/meetup-join/x\n" + classic, classic},
		{"after a cut copy of itself", classic[:90] + "...\n\n" + classic, classic},
		{"followed by Chinese text", "会议链接：" + short + "。请准时参加", short},
		{"after 200 other links", strings.Repeat("https://www.contoso.example/news?id=1 ", 200) + short, short},
		{"at the end of 60 KiB of text", strings.Repeat("lorem ipsum dolor sit amet ", 2200) + classic, classic},
	}
}

// idCases returns meeting IDs with their passcode and without a link.
func idCases() []parseCase {
	return []parseCase{
		{"id and passcode, plain", "2735012345678 Mt9xB2N6", byID},
		{"id in groups", "273 501 234 567 8 Mt9xB2N6", byID},
		{"id in groups, two lines", "273 501 234 567 8\nMt9xB2N6", byID},
		{"id with dashes", "273-501-234-567-8 Mt9xB2N6", byID},
		{"id with narrow spaces", "273\u202f501\u202f234\u202f567\u202f8 / Mt9xB2N6", byID},
		{"id with no-break spaces", "Meeting ID: 273\u00a0501\u00a0234\u00a0567\u00a08 Passcode: Mt9xB2N6", byID},
		{"id in Arabic digits", "معرّف الاجتماع: ٢٧٣ ٥٠١ ٢٣٤ ٥٦٧ ٨\nرمز المرور: Mt9xB2N6", byID},
		{"id of fifteen digits", "264 183 392 744 150 Mt9xB2N6", "264183392744150 Mt9xB2N6"},
		{"id of twelve digits", "273 501 234 567\nPasscode: aBcDeF", "273501234567 aBcDeF"},
		{"passcode that begins with a digit", "273 501 234 567 8 4SMTaW", "2735012345678 4SMTaW"},
		{"passcode of lower-case letters after a label", "Meeting ID: 273 501 234 567 8\nPasscode: qwzkph", "2735012345678 qwzkph"},
		{"passcode of letters, one line", "ID 273 501 234 567 8, passcode aBcDeF", "2735012345678 aBcDeF"},
		{"label and value on their own lines", "Meeting ID\n273 501 234 567 8\nPasscode\nMt9xB2N6", byID},
		{"passcode before the id", "Passcode: Mt9xB2N6 Meeting ID: 273 501 234 567 8", byID},
		{"a time of day between id and passcode", "Meeting ID: 273 501 234 567 8\nTime: 10:30am\nPasscode: Mt9xB2N6", byID},
		{"a duration after the id", "273 501 234 567 8 - 30 min\nPasscode: Mt9xB2N6", byID},
		{"labels in Markdown emphasis", "**Meeting ID:** 273 501 234 567 8\n**Passcode:** Mt9xB2N6", byID},
		{"HTML without its link", "<p><span>Meeting ID: </span><span>273 501 234 567 8</span></p><p><span>Passcode: </span><span>Mt9xB2N6</span></p>", byID},
		{"HTML table", "<table><tr><td>Meeting ID</td><td>273 501 234 567 8</td></tr><tr><td>Passcode</td><td>Mt9xB2N6</td></tr></table>", byID},
		{"as query parameters", "meetingId=2735012345678&passcode=Mt9xB2N6", byID},
		{"as JSON", `{"joinMeetingId": "2735012345678", "passcode": "Mt9xB2N6"}`, byID},
		{"short link without passcode, passcode beside it", "Teams: teams.microsoft.com/meet/2735012345678 | Passcode: Mt9xB2N6", byID},
		{"phone number before the id", "Tel +44 20 7946 0958\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6", byID},
		{"chat link beside an id", "https://teams.microsoft.com/l/chat/0/0?users=ann@contoso.example\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6", byID},
	}
}
