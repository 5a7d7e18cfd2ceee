package visit

// These tables are part of the sealed form: a number in a link means the line
// here, for ever. Append only, and never beyond what the number's width holds.

// zones are the time zones that take one byte in a link, written as they are
// asked for; any other is spelt out.
func zones() []string {
	return []string{
		"Europe/London", "UTC", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Rome",
		"Europe/Amsterdam", "Europe/Brussels", "Europe/Luxembourg", "Europe/Vienna", "Europe/Zurich", "Europe/Copenhagen",
		"Europe/Oslo", "Europe/Stockholm", "Europe/Helsinki", "Europe/Tallinn", "Europe/Riga", "Europe/Vilnius", "Europe/Warsaw",
		"Europe/Prague", "Europe/Bratislava", "Europe/Budapest", "Europe/Bucharest", "Europe/Sofia", "Europe/Athens",
		"Europe/Belgrade", "Europe/Zagreb", "Europe/Ljubljana", "Europe/Sarajevo", "Europe/Malta", "Europe/Kyiv", "Europe/Istanbul",
		"Europe/Moscow", "Atlantic/Reykjavik", "Atlantic/Azores", "Atlantic/Canary", "Atlantic/Madeira", "Asia/Nicosia",
		"America/New_York", "America/Detroit", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
		"America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "America/Toronto", "America/Halifax", "America/St_Johns",
		"America/Winnipeg", "America/Regina", "America/Edmonton", "America/Vancouver", "America/Mexico_City", "America/Tijuana",
		"America/Guatemala", "America/Costa_Rica", "America/Panama", "America/Bogota", "America/Lima", "America/Caracas",
		"America/Santiago", "America/Argentina/Buenos_Aires", "America/Montevideo", "America/Asuncion", "America/La_Paz",
		"America/Sao_Paulo", "America/Manaus", "America/Fortaleza", "America/Jamaica", "Africa/Casablanca", "Africa/Algiers",
		"Africa/Tunis", "Africa/Cairo", "Africa/Lagos", "Africa/Accra", "Africa/Nairobi", "Africa/Johannesburg", "Africa/Addis_Ababa",
		"Asia/Jerusalem", "Asia/Beirut", "Asia/Amman", "Asia/Baghdad", "Asia/Riyadh", "Asia/Kuwait", "Asia/Qatar", "Asia/Bahrain",
		"Asia/Dubai", "Asia/Muscat", "Asia/Tehran", "Asia/Baku", "Asia/Tbilisi", "Asia/Yerevan", "Asia/Kabul", "Asia/Karachi",
		"Asia/Tashkent", "Asia/Almaty", "Asia/Kolkata", "Asia/Colombo", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok",
		"Asia/Ho_Chi_Minh", "Asia/Jakarta", "Asia/Kuala_Lumpur", "Asia/Singapore", "Asia/Manila", "Asia/Hong_Kong", "Asia/Shanghai",
		"Asia/Taipei", "Asia/Seoul", "Asia/Tokyo", "Australia/Perth", "Australia/Darwin", "Australia/Adelaide", "Australia/Brisbane",
		"Australia/Sydney", "Australia/Melbourne", "Australia/Hobart", "Pacific/Auckland", "Pacific/Fiji", "Pacific/Guam",
	}
}

// languages are the tags that take six bits in a link; any other is spelt out.
func languages() []string {
	return []string{
		"en-GB", "en-US", "en", "cy-GB", "cy", "ar-SA", "ar", "cs-CZ", "cs", "de-DE", "de", "es-ES", "es-MX", "es", "fi-FI", "fi",
		"fr-FR", "fr-CA", "fr", "he-IL", "he", "it-IT", "it", "ja-JP", "ja", "ko-KR", "ko", "nb-NO", "nb", "nl-NL", "nl", "pl-PL",
		"pl", "pt-BR", "pt-PT", "pt", "ru-RU", "ru", "sv-SE", "sv", "tr-TR", "tr", "zh-CN", "zh-TW", "zh-Hans", "zh-Hant", "uk", "ro",
		"ur", "pa", "bn", "gu", "hi", "so", "fa", "da", "hu", "el",
	}
}

const (
	zoneWidth     = 8
	languageWidth = 6
)

// putListed writes the place of text in list in width bits, or, as the highest
// number, that it is spelt out.
func putListed(w *bitWriter, list []string, text string, width int) {
	for i, listed := range list {
		if listed == text {
			w.put(uint64(i), width)
			return
		}
	}
	w.put(1<<width-1, width)
	w.octets([]byte(text))
	w.put(0, 8)
}

func takeListed(r *bitReader, list []string, width int) (string, bool) {
	at := r.take(width)
	switch {
	case at == 1<<width-1:
		return takeZeroEnded(r)
	case at >= uint64(len(list)):
		return "", false
	}
	return list[at], true
}
