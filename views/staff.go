package views

// StaffProblemPage explains a failed sign-in.
type StaffProblemPage struct {
	Page
	// Reason is the last part of the catalogue's ids staff.<reason>.
	Reason string
	// Number is Entra's own number of the error, "" for none.
	Number string
	// Again is the path that starts the sign-in again, "" where that does not help.
	Again string
	// HasForm reports that a form waits at the desk with what was typed.
	HasForm bool
}

// SignedOutPage leads a member of staff who has signed out here to the sign-out at Microsoft.
type SignedOutPage struct {
	Page
	// To is the address at Microsoft.
	To string
}

// StaffCallPage is the page on which a signed-in member of staff joins a visit.
type StaffCallPage struct {
	Page
	// Account is the display name of the signed-in person.
	Account string
	// Name is the visitor's, "" where the link has none.
	Name string
	// When and Zone are the visit's.
	When, Zone string
	// Seal is the text of the link.
	Seal  string
	Stage string
	Texts map[string]string
}
