package teams

import (
	"regexp"
	"strings"
)

// services are the hosts of other meeting services, with the name that people know
// each by. A subdomain counts too.
func services() [][2]string {
	return [][2]string{
		{"zoom.us", "Zoom"},
		{"zoom.com", "Zoom"},
		{"zoomgov.com", "Zoom"},
		{"zoom.com.cn", "Zoom"},
		{"webex.com", "Webex"},
		{"webex.com.cn", "Webex"},
		{"meet.google.com", "Google Meet"},
		{"g.co", "Google Meet"},
		{"tel.meet", "Google Meet"},
		{"gotomeeting.com", "GoTo Meeting"},
		{"gotomeet.me", "GoTo Meeting"},
		{"goto.com", "GoTo Meeting"},
		{"gotowebinar.com", "GoTo Webinar"},
		{"join.skype.com", "Skype"},
		{"meet.lync.com", "Skype for Business"},
		{"lync.com", "Skype for Business"},
		{"bluejeans.com", "BlueJeans"},
		{"whereby.com", "Whereby"},
		{"jit.si", "Jitsi Meet"},
		{"8x8.vc", "Jitsi Meet"},
		{"ringcentral.com", "RingCentral"},
		{"chime.aws", "Amazon Chime"},
		{"starleaf.com", "StarLeaf"},
		{"pexip.me", "Pexip"},
		{"facetime.apple.com", "FaceTime"},
		{"meet.jit.si", "Jitsi Meet"},
		{"doxy.me", "Doxy.me"},
		{"vsee.com", "VSee"},
		{"attendanywhere.com", "Attend Anywhere"},
		{"attendanywhere.org.au", "Attend Anywhere"},
		{"accurx.com", "Accurx"},
		{"accurx.nhs.uk", "Accurx"},
		{"dialpad.com", "Dialpad"},
		{"uberconference.com", "Dialpad"},
		{"join.me", "join.me"},
		{"freeconferencecall.com", "FreeConferenceCall"},
		{"voovmeeting.com", "VooV Meeting"},
		{"meeting.tencent.com", "Tencent Meeting"},
		{"vc.feishu.cn", "Feishu"},
		{"larksuite.com", "Lark"},
		{"telemost.yandex.ru", "Yandex Telemost"},
		{"meeting.zoho.com", "Zoho Meeting"},
		{"meeting.zoho.eu", "Zoho Meeting"},
		{"lifesizecloud.com", "Lifesize"},
		{"discord.gg", "Discord"},
		{"discord.com", "Discord"},
		{"call.whatsapp.com", "WhatsApp"},
		{"app.slack.com", "Slack"},
		{"livestorm.co", "Livestorm"},
		{"demio.com", "Demio"},
		{"eyeson.com", "eyeson"},
		{"redmedical.de", "RED connect"},
		{"clickdoc.de", "CLICKDOC"},
		{"doctolib.de", "Doctolib"},
		{"doctolib.fr", "Doctolib"},
		{"zoomcrc.com", "Zoom"},
		{"signal.link", "Signal"},
		{"vidyocloud.com", "Vidyo"},
		{"adobeconnect.com", "Adobe Connect"},
		{"dingtalk.com", "DingTalk"},
	}
}

// serviceOf names the other meeting service that an address leads to, or "".
func serviceOf(l link) string {
	name := strings.ToLower(l.authority)
	if !plainName(name) {
		return ""
	}
	for _, s := range services() {
		if under(name, s[0]) {
			return s[1]
		}
	}
	return ""
}

var serviceWord = regexp.MustCompile(`(?i)\b(zoom|webex|google meet|gotomeeting|go ?to meeting|skype|bluejeans|ringcentral|jitsi|whereby|amazon chime|facetime|voov|tencent meeting|dingtalk)\b|腾讯会议|騰訊會議|钉钉|飞书`)

// mailAddress is also how a video conference device dials: 123456@example.webex.com.
var mailAddress = regexp.MustCompile(`[^\s<>@]+@[^\s<>@]+`)

// deviceAddress is how a device dials a meeting by its number.
var deviceAddress = regexp.MustCompile(`\b([0-9]{9,16})@([A-Za-z0-9.-]{4,253})`)

// deviceNumbers returns the service for each number that a device dials there.
func deviceNumbers(words string) map[string]string {
	found := make(map[string]string)
	for _, m := range deviceAddress.FindAllStringSubmatch(words, maxIDs) {
		found[m[1]] = serviceOf(link{authority: strings.TrimRight(m[2], ".")})
	}
	return found
}

// bareAddress is an address without its scheme.
var bareAddress = regexp.MustCompile(`(?i)(?:^|[\s<("'])((?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,8})/[a-z0-9]`)

// serviceAddressed returns the name of the other service to which an address without
// scheme leads, or "".
func serviceAddressed(words string) string {
	for _, m := range bareAddress.FindAllStringSubmatch(words, maxIDs) {
		if service := serviceOf(link{authority: m[1]}); service != "" {
			return service
		}
	}
	return ""
}

// serviceNamed returns the name of the other service that a text is about, or "".
func serviceNamed(words string) string {
	word := serviceWord.FindString(mailAddress.ReplaceAllString(words, " "))
	if word == "" {
		return ""
	}
	switch strings.ToLower(strings.ReplaceAll(word, " ", "")) {
	case "zoom":
		return "Zoom"
	case "googlemeet":
		return "Google Meet"
	case "gotomeeting":
		return "GoTo Meeting"
	case "webex":
		return "Webex"
	case "bluejeans":
		return "BlueJeans"
	case "ringcentral":
		return "RingCentral"
	case "jitsi":
		return "Jitsi Meet"
	case "amazonchime":
		return "Amazon Chime"
	case "facetime":
		return "FaceTime"
	case "whereby":
		return "Whereby"
	case "voov":
		return "VooV Meeting"
	case "tencentmeeting", "腾讯会议", "騰訊會議":
		return "Tencent Meeting"
	case "dingtalk", "钉钉":
		return "DingTalk"
	case "飞书":
		return "Feishu"
	}
	return "Skype"
}

// filterOf names the mail filter whose links only it can decode, or "".
func filterOf(l link) string {
	name := strings.ToLower(l.authority)
	switch {
	case !plainName(name):
	case underAny(name, "mimecast.com", "mimecastprotect.com", "mimecastcybergraph.com"):
		return "Mimecast"
	}
	return ""
}
