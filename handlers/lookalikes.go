package handlers

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookalikes are the letters that look like those of the reserved marks and that Unicode does not decompose to
// them, from Unicode's confusables.txt (version 13). A capital I, l and 1 all count as i.
var lookalikes = [...]struct {
	letter rune
	others string
}{
	{'a', "ɑΑαАаᎪᗅᴀꓮ"},
	{'c', "ȼСсҪҫᏟᴄⲤⲥꓚꮯ"},
	{'d', "ÐĐđƉƌɖɗԁᎠᏧᑯᗞᗪᴅꓒꓓ"},
	{'e', "ɆɇΕЄЕеєҽҿᎬᴇⴹꓰꬲ"},
	{'f', "ƑƒϜքᖴᵮẝꓝꜰꞘꞙꬵ"},
	{'g', "ƍǤǥɠɡɢԌցᏀᏳᶃꓖ"},
	{'h', "ĦħɦʜΗНнћҢһӇӉհᎻᏂᏲᕼⱧⲎꓧꚕ"},
	{'i', "ıŁłƖƗƚǀɨɩɪɫɭʟΙιІіӀӏ۱ᎥᏞᒪᛁᵻᵼⲒⳐⵏꓡꓲꙇꭵ"},
	{'m', "ΜϺМмӍᎷᗰᛖᴍⲘꓟ"},
	{'n', "ƝƞɳɴΝηпոռᴨᵰⲚꓠ"},
	{'o', "ØøƟɵΘΟθοσОоѲѳӨөՕօ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᎾᏫᴏᴑⲞⲟⴱⵁⵔ〇ꓳꝊꝋꬽꬾꭴꮎꮻ"},
	{'p', "ƥΡρРрᏢᑭᴘᵽⲢⲣꓑ"},
	{'r', "ƦɍɼɽʀгғᎡᏒᖇᴦᵲⲅꓣꭇꭈꮁ"},
	{'s', "ƽʂЅѕՏᏕᏚᵴꓢꜱꮪ"},
	{'t', "ŦŧƭƮȾΤτТтҬᎢᴛᵵⲦꓔ"},
	{'u', "ɄʋυՍսሀᏌᑌᴜᵾꓴꞟꭎꭒꮜ"},
	{'v', "νѴѵ۷Ꮩᐯᴠⴸꓦꛟꮩ"},
	{'x', "ΧХхҲᕁᕽᚷⲬⵝꓫꞳ"},
	{'y', "ƴɎɏɣʏΥγУуҮүҰұყᎩᎽᶌỿⲨꓬꭚ"},
	{'z', "ƵƶȤȥʐΖᏃᴢᵶꓜꮓ"},
	{'i', "lL1|"},
	{'o', "0"},
	{'ي', "یىې"},
	{'ك', "کڪ"},
}

// looks is the letter that each of the lookalikes looks like.
var looks = newLooks()

func newLooks() map[rune]rune {
	looks := make(map[rune]rune)
	for _, l := range lookalikes {
		for _, other := range l.others {
			looks[other] = l.letter
		}
	}
	return looks
}

// shape returns a word as it is compared with others that look the same: small letters without accents, spaces and
// marks.
func shape(word string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(word) {
		letter := cmp.Or(looks[r], looks[unicode.ToLower(r)], looks[unicode.ToUpper(r)], unicode.ToLower(r))
		if unicode.IsLetter(letter) && letter != '\u0640' { // the line that makes Arabic words longer
			b.WriteRune(letter)
		}
	}
	return strings.ReplaceAll(b.String(), "rn", "m")
}
