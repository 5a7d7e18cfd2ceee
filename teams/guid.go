package teams

import "regexp"

var guidShape = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsGUID reports whether text is a GUID of 32 hexadecimal digits in five groups, in either case and
// without braces. Entra writes tenant and object IDs so.
func IsGUID(text string) bool { return guidShape.MatchString(text) }
