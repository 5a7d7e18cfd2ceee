package invitation

// Paper is a printed page for a visitor: few words in large type. It has no
// address to type, because nobody types a hundred letters from paper.
type Paper struct {
	// Title is one line, such as "Lamna Clinic: your video visit".
	Title string
	// When and DoNotTravel are sentences.
	When, DoNotTravel string
	// Steps are numbered, three of them.
	Steps []string
	// Caption belongs under the QR code.
	Caption string
	// Notes are sentences for those who cannot follow the steps: on a computer, by
	// phone, whom to call.
	Notes []string
}

// Paper returns the printed page.
func (i Invitation) Paper() Paper {
	page := Paper{
		Title: i.words.Text("invitation.paper.title"), When: i.when(i.words.Date(i.start)), DoNotTravel: i.words.Text("invitation.doNotTravel"),
		Steps: []string{
			i.words.Text("invitation.paper.scan"), i.words.Text("invitation.paper.open"),
			i.words.Text("invitation.paper.join", "Button", i.words.Text("visit.join")),
		},
		Caption: i.words.Text("invitation.paper.caption"), Notes: []string{i.words.Text("invitation.paper.computer")},
	}
	if i.brand.Name != "" {
		page.Title = i.words.Text("invitation.paper.titleFrom", "Site", i.brand.Name)
	}
	page.Notes = append(page.Notes, i.dialIn()...)
	if phone := i.phone(); phone != "" {
		page.Notes = append(page.Notes, i.words.Text("invitation.help", "Phone", phone))
	}
	return page
}
