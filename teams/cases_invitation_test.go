package teams

import "strings"

// invitation holds the words that Teams uses in an invitation in one language.
type invitation struct {
	language, title, join, id, passcode, dialIn, conference, options string
}

// text returns the whole invitation. It always has the dial-in part with its own
// numbers; an empty link leaves the link out.
func (i invitation) text(link string) string {
	join := i.join
	if link != "" {
		join += "<" + link + ">"
	}
	return strings.Join([]string{
		strings.Repeat("_", 80),
		i.title + " <https://aka.ms/JoinTeamsMeeting?omkt=en-US>",
		join,
		i.id + " 264 183 392 744 150",
		i.passcode + " Mt9xB2N6",
		strings.Repeat("_", 32),
		i.dialIn,
		"+1 323-849-4874,,123456789#<tel:+13238494874,,123456789#> United States, Los Angeles",
		"<https://dialin.teams.microsoft.com/8551f4c1-bea3-441a-8738-69aa517a91c5?id=123456789>",
		i.conference + " 123 456 789#",
		i.options + "<https://teams.microsoft.com/meetingOptions/?organizerId=" + oid + "&tenantId=" + tid + "&threadId=19_meeting_MjdmYTk4@thread.v2&messageId=0&language=en-US> | <https://dialin.teams.microsoft.com/usp/pstnconferencing>",
		strings.Repeat("_", 80),
	}, "\n")
}

func invitations() []invitation {
	return []invitation{
		{"English", "Microsoft Teams Need help?", "Join the meeting now", "Meeting ID:", "Passcode:", "Dial in by phone", "Phone conference ID:", "For organizers: Meeting options"},
		{"German", "Microsoft Teams Benötigen Sie Hilfe?", "Jetzt an der Besprechung teilnehmen", "Besprechungs-ID:", "Kennung:", "Per Telefon einwählen", "Telefonkonferenz-ID:", "Für Organisatoren: Besprechungsoptionen"},
		{"French", "Microsoft Teams Besoin d'aide ?", "Rejoindre la réunion maintenant", "ID de réunion :", "Code secret :", "Composer par téléphone", "ID de conférence téléphonique :", "Pour les organisateurs : Options de réunion"},
		{"Spanish", "Microsoft Teams ¿Necesita ayuda?", "Unirse a la reunión ahora", "ID de reunión:", "Código de acceso:", "Marcar por teléfono", "Id. de conferencia telefónica:", "Para organizadores: Opciones de la reunión"},
		{"Italian", "Microsoft Teams Serve aiuto?", "Partecipa alla riunione ora", "ID riunione:", "Passcode:", "Accesso esterno tramite telefono", "ID conferenza telefonica:", "Per gli organizzatori: Opzioni riunione"},
		{"Dutch", "Microsoft Teams Hulp nodig?", "Nu deelnemen aan de vergadering", "Vergadering-id:", "Wachtwoordcode:", "Inbellen via telefoon", "Id telefonische vergadering:", "Voor organisatoren: Opties voor vergadering"},
		{"Portuguese", "Microsoft Teams Precisa de ajuda?", "Ingressar na reunião agora", "ID da Reunião:", "Senha:", "Discar por telefone", "ID da conferência telefônica:", "Para organizadores: Opções de reunião"},
		{"Polish", "Microsoft Teams Potrzebujesz pomocy?", "Dołącz do spotkania teraz", "Identyfikator spotkania:", "Kod dostępu:", "Zadzwoń przez telefon", "Identyfikator konferencji telefonicznej:", "Dla organizatorów: Opcje spotkania"},
		{"Swedish", "Microsoft Teams Behöver du hjälp?", "Anslut till mötet nu", "Mötes-ID:", "Lösenord:", "Ring in via telefon", "Telefonkonferens-ID:", "För organisatörer: Mötesalternativ"},
		{"Turkish", "Microsoft Teams Yardıma mı ihtiyacınız var?", "Toplantıya şimdi katılın", "Toplantı Kimliği:", "Geçiş kodu:", "Telefonla katılın", "Telefon konferansı kimliği:", "Düzenleyiciler için: Toplantı seçenekleri"},
		{"Russian", "Microsoft Teams Нужна помощь?", "Присоединиться к собранию", "Идентификатор собрания:", "Секретный код:", "Позвонить по телефону", "Идентификатор телефонной конференции:", "Для организаторов: Параметры собрания"},
		{"Greek", "Microsoft Teams Χρειάζεστε βοήθεια;", "Συμμετοχή στη σύσκεψη τώρα", "Αναγνωριστικό σύσκεψης:", "Κωδικός πρόσβασης:", "Κλήση μέσω τηλεφώνου", "Αναγνωριστικό τηλεδιάσκεψης:", "Για διοργανωτές: Επιλογές σύσκεψης"},
		{"Japanese", "Microsoft Teams ヘルプが必要ですか?", "今すぐ会議に参加する", "会議 ID：", "パスコード：", "電話でダイヤルイン", "電話会議 ID：", "開催者向け: 会議のオプション"},
		{"Chinese", "Microsoft Teams 需要帮助?", "立即加入会议", "会议 ID：", "密码：", "通过电话拨入", "电话会议 ID：", "对于组织者: 会议选项"},
		{"Korean", "Microsoft Teams 도움이 필요하세요?", "지금 모임에 참가하기", "모임 ID:", "암호:", "전화로 전화 접속", "전화 회의 ID:", "이끌이의 경우: 모임 옵션"},
		{"Arabic", "Microsoft Teams هل تحتاج إلى مساعدة؟", "الانضمام إلى الاجتماع الآن", "\u200fمعرّف الاجتماع:\u200e", "\u200fرمز المرور:\u200e", "الاتصال الهاتفي", "معرّف المؤتمر الهاتفي:", "للمنظمين: خيارات الاجتماع"},
		{"Hebrew", "Microsoft Teams זקוק לעזרה?", "הצטרף לפגישה עכשיו", "מזהה פגישה:", "קוד גישה:", "חיוג באמצעות הטלפון", "מזהה ועידת טלפון:", "למארגנים: אפשרויות פגישה"},
		{"Hindi", "Microsoft Teams सहायता चाहिए?", "अभी मीटिंग में शामिल हों", "मीटिंग ID:", "पासकोड:", "फ़ोन द्वारा डायल करें", "फ़ोन कॉन्फ़्रेंस ID:", "आयोजकों के लिए: मीटिंग विकल्प"},
	}
}

// invitationCases returns whole invitations, with and without their link.
func invitationCases() []parseCase {
	var cases []parseCase
	for _, i := range invitations() {
		cases = append(
			cases,
			parseCase{i.language + " invitation", i.text(classic), classic},
			parseCase{i.language + " invitation without its link", i.text(""), "264183392744150 Mt9xB2N6"},
		)
	}
	english := invitations()[0]
	return append(
		cases,
		parseCase{"invitation with a short link", english.text(short), short},
		parseCase{"invitation without id and link", strings.NewReplacer("Meeting ID: 264 183 392 744 150\n", "", "Passcode: Mt9xB2N6\n", "").Replace(english.text("")), "not-a-meeting"},
		parseCase{"invitation without link and passcode", strings.Replace(english.text(""), "Passcode: Mt9xB2N6\n", "", 1), "passcode-missing"},
		parseCase{"invitation to a personal meeting", english.text("https://teams.live.com/meet/9312345678901?p=aBcDeFgH"), "personal-meeting"},
		parseCase{"invitation to a meeting in a government cloud", english.text("https://gov.teams.microsoft.us/meet/2641833927441?p=aBcDeFgH"), "government-cloud"},
		parseCase{"invitation with a lookalike link", english.text("https://teams.microsoft.com.evil.example/meet/2641833927441?p=aBcDeFgH"), "lookalike-host"},
	)
}
