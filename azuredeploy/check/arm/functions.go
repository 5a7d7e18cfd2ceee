package arm

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// function is one that templates here use. The list is short on purpose: what is not in it is not
// evaluated but reported.
type function struct {
	min, max int
	run      func(e *evaluation, args []any) (any, error)
}

const many = 1 << 10

// functions are all but if, parameters and variables, which look at their arguments themselves.
var functions = map[string]function{
	"and":    {2, many, logic(func(given []bool) bool { return !slices.Contains(given, false) })},
	"or":     {2, many, logic(func(given []bool) bool { return slices.Contains(given, true) })},
	"not":    {1, 1, logic(func(given []bool) bool { return !given[0] })},
	"concat": {1, many, concat},
	"createArray": {0, many, func(_ *evaluation, args []any) (any, error) {
		return append([]any{}, args...), nil
	}},
	"createObject":           {0, many, createObject},
	"empty":                  {1, 1, isEmpty},
	"equals":                 {2, 2, equals},
	"guid":                   {1, many, func(_ *evaluation, args []any) (any, error) { return guidOf(args) }},
	"json":                   {1, 1, fromJSON},
	"last":                   {1, 1, last},
	"listKeys":               {2, 2, listKeys},
	"newGuid":                {0, 0, newGUID},
	"reference":              {1, 3, reference},
	"resourceGroup":          {0, 0, resourceGroup},
	"resourceId":             {2, many, func(e *evaluation, args []any) (any, error) { return resourceID(e.at, args) }},
	"split":                  {2, 2, split},
	"string":                 {1, 1, toText},
	"subscription":           {0, 0, subscription},
	"subscriptionResourceId": {2, many, subscriptionResourceID},
	"uniqueString":           {1, many, uniqueString},
	"utcNow":                 {0, 1, utcNow},
}

// inDefaults are allowed in a parameter's default and nowhere else.
var inDefaults = []string{"newGuid", "utcNow"}

// atRuntime are allowed where Azure evaluates while it deploys: in properties and outputs.
var atRuntime = []string{"listKeys", "reference"}

func logic(of func([]bool) bool) func(*evaluation, []any) (any, error) {
	return func(_ *evaluation, args []any) (any, error) {
		given := make([]bool, len(args))
		for i, arg := range args {
			var ok bool
			if given[i], ok = arg.(bool); !ok {
				return nil, fmt.Errorf("argument %d is no boolean but %T", i+1, arg)
			}
		}
		return of(given), nil
	}
}

func concat(_ *evaluation, args []any) (any, error) {
	if _, lists := args[0].([]any); lists {
		var joined []any
		for i, arg := range args {
			list, ok := arg.([]any)
			if !ok {
				return nil, fmt.Errorf("argument %d is no array but %T", i+1, arg)
			}
			joined = append(joined, list...)
		}
		return joined, nil
	}
	var b strings.Builder
	for i, arg := range args {
		switch arg.(type) {
		case string, int64, bool:
			fmt.Fprint(&b, arg)
		default:
			return nil, fmt.Errorf("argument %d is no text but %T", i+1, arg)
		}
	}
	return b.String(), nil
}

func createObject(_ *evaluation, args []any) (any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("a name without a value")
	}
	object := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("argument %d is no name but %T", i+1, args[i])
		}
		object[name] = args[i+1]
	}
	return object, nil
}

func isEmpty(_ *evaluation, args []any) (any, error) {
	switch v := args[0].(type) {
	case nil:
		return true, nil
	case string:
		return v == "", nil
	case []any:
		return len(v) == 0, nil
	case map[string]any:
		return len(v) == 0, nil
	}
	return nil, fmt.Errorf("%T cannot be empty", args[0])
}

func equals(_ *evaluation, args []any) (any, error) {
	if fmt.Sprintf("%T", args[0]) != fmt.Sprintf("%T", args[1]) {
		return nil, fmt.Errorf("%T and %T are never equal", args[0], args[1])
	}
	return fmt.Sprint(args[0]) == fmt.Sprint(args[1]), nil
}

// texts are the arguments where only text is allowed.
func texts(args []any) ([]string, error) {
	out := make([]string, len(args))
	for i, arg := range args {
		var ok bool
		if out[i], ok = arg.(string); !ok {
			return nil, fmt.Errorf("argument %d is no text but %T", i+1, arg)
		}
	}
	return out, nil
}

func guidOf(args []any) (string, error) {
	given, err := texts(args)
	if err != nil {
		return "", err
	}
	return GUID(given...), nil
}

// GUID is what guid() gives: the same for the same texts, as Azure's, though not the same as Azure's.
func GUID(of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

func uniqueString(_ *evaluation, args []any) (any, error) {
	given, err := texts(args)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(strings.Join(given, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:13], nil
}

func fromJSON(_ *evaluation, args []any) (any, error) {
	given, err := texts(args)
	if err != nil {
		return nil, err
	}
	return Decode([]byte(given[0]))
}

func last(_ *evaluation, args []any) (any, error) {
	switch v := args[0].(type) {
	case []any:
		if len(v) > 0 {
			return v[len(v)-1], nil
		}
	case string:
		if v != "" {
			return v[len(v)-1:], nil
		}
	}
	return nil, fmt.Errorf("%T has no last element", args[0])
}

func split(_ *evaluation, args []any) (any, error) {
	given, err := texts(args)
	if err != nil {
		return nil, err
	}
	var parts []any
	for part := range strings.SplitSeq(given[0], given[1]) {
		parts = append(parts, part)
	}
	return parts, nil
}

func toText(_ *evaluation, args []any) (any, error) {
	switch v := args[0].(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	}
	b, err := json.Marshal(args[0])
	return string(b), err
}

func newGUID(e *evaluation, _ []any) (any, error) {
	e.made++
	return guidOf([]any{"new", strconv.Itoa(e.made)})
}

func utcNow(*evaluation, []any) (any, error) { return "20261123T120000Z", nil }

func resourceGroup(e *evaluation, _ []any) (any, error) {
	return map[string]any{"name": e.at.ResourceGroup, "id": e.at.id(), "location": "westeurope"}, nil
}

func subscription(e *evaluation, _ []any) (any, error) {
	return map[string]any{"subscriptionId": e.at.Subscription, "id": "/subscriptions/" + e.at.Subscription}, nil
}

var guidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// resourceID takes [subscription,] [resource group,] type and names.
func resourceID(at Place, args []any) (string, error) {
	given, err := texts(args)
	if err != nil {
		return "", err
	}
	kind := slices.IndexFunc(given, func(text string) bool { return strings.Contains(text, "/") })
	switch {
	case kind < 0 || kind > 2:
		return "", errors.New("no resource type among the arguments")
	case kind == 2 && !guidForm.MatchString(given[0]):
		return "", fmt.Errorf("%q is no subscription", given[0])
	case kind == 2:
		at = Place{given[0], given[1]}
	case kind == 1:
		at.ResourceGroup = given[0]
	}
	path, err := typed(given[kind], given[kind+1:])
	return at.id() + path, err
}

func subscriptionResourceID(e *evaluation, args []any) (any, error) {
	given, err := texts(args)
	if err != nil {
		return nil, err
	}
	path, err := typed(given[0], given[1:])
	return "/subscriptions/" + e.at.Subscription + path, err
}

// typed is "/providers/A/b/NAME" of the type A/b and one name for each of its segments.
func typed(kind string, names []string) (string, error) {
	segments := strings.Split(kind, "/")
	if len(segments) != len(names)+1 || slices.Contains(names, "") || slices.Contains(segments, "") {
		return "", fmt.Errorf("the type %s does not take the names %q", kind, names)
	}
	path := "/providers/" + segments[0]
	for i, name := range names {
		path += "/" + segments[i+1] + "/" + name
	}
	return path, nil
}

// typeOf is the type of the resource with the ID.
func typeOf(id string) (string, error) {
	_, path, found := strings.Cut(id, "/providers/")
	parts := strings.Split(path, "/")
	if !found || len(parts) < 3 || len(parts)%2 == 0 {
		return "", fmt.Errorf("%q is no resource ID", id)
	}
	kind := parts[0]
	for i := 1; i < len(parts); i += 2 {
		kind += "/" + parts[i]
	}
	return kind, nil
}

func reference(e *evaluation, args []any) (any, error) {
	return e.ask("reference", args, e.world.Properties)
}

func listKeys(e *evaluation, args []any) (any, error) {
	return e.ask("listKeys", args, e.world.Keys)
}

// ask answers what Azure knows of a resource only once it is there.
func (e *evaluation) ask(what string, args []any, answers map[string]map[string]any) (any, error) {
	given, err := texts(args)
	if err != nil {
		return nil, err
	}
	kind, err := typeOf(given[0])
	if err != nil {
		return nil, err
	}
	answer, known := answers[kind]
	if !known {
		return nil, fmt.Errorf("%s of a %s is not known here", what, kind)
	}
	if len(given) > 1 {
		e.Asked = append(e.Asked, Question{By: e.asking, What: what, ID: given[0], Type: kind, APIVersion: given[1]})
	}
	return maps.Clone(answer), nil
}
