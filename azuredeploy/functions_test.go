package azuredeploy

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf16"
)

// world is what Azure knows while it deploys: the resources that exist, by ID.
type world struct {
	resources map[string]map[string]any // properties
	keys      map[string]map[string]any // what listKeys returns
	cloud     string                    // AzureCloud
	random    int                       // how many GUIDs were made
}

const (
	subscriptionID = "aaaaaaaa-0000-4000-8000-000000000001"
	tenantID       = "dddddddd-0000-4000-8000-000000000004"
)

// callFunction evaluates the functions that the template and the form use, and no others. Strings are counted in
// UTF-16 units and compared as Azure does.
func (s *scope) callFunction(name string, args []any) (any, error) {
	if strings.Contains(name, ".") {
		return s.userFunction(name, args)
	}
	switch name {
	case "parameters", "variables", "lambdaVariables", "basics", "steps", "location", "newGuid", "utcNow",
		"resourceGroup", "subscription", "environment", "reference", "listKeys", "resourceId", "subscriptionResourceId":
		return s.read(name, args)
	case "filter", "map":
		return s.each(name, args)
	case "and", "or", "not":
		return logic(name, args)
	case "add", "sub", "mul", "less", "lessOrEquals", "greater", "greaterOrEquals":
		return arithmetic(name, args)
	case "equals":
		return reflect.DeepEqual(args[0], args[1]), nil
	case "coalesce":
		for _, a := range args {
			if a != nil {
				return a, nil
			}
		}
		return nil, nil
	case "true", "false":
		return name == "true", nil
	case "createArray":
		return append([]any{}, args...), nil
	case "createObject":
		out := make(map[string]any)
		for i := 0; i+1 < len(args); i += 2 {
			out[fmt.Sprint(args[i])] = args[i+1]
		}
		return out, nil
	case "fail":
		return nil, rejection(fmt.Sprint(args[0]))
	}
	if out, ok, err := sequence(name, args); ok {
		return out, err
	}
	return stringFunction(name, args)
}

// rejection is the message with which a template or a form turns an answer down.
type rejection string

func (r rejection) Error() string { return string(r) }

// userFunction calls a function that the template declares. It sees its own parameters and no variables.
func (s *scope) userFunction(name string, args []any) (any, error) {
	namespace, function, _ := strings.Cut(name, ".")
	for _, group := range array(s.template, "functions") {
		f := object(group, "members", function)
		if text(group, "namespace") != namespace || f == nil {
			continue
		}
		declared := array(f, "parameters")
		if len(declared) != len(args) {
			return nil, fmt.Errorf("takes %d arguments", len(declared))
		}
		inner := &scope{template: map[string]any{"functions": s.template["functions"]}, parameters: make(map[string]any), world: s.world, depth: s.depth}
		for i, d := range declared {
			inner.parameters[text(d, "name")] = args[i]
		}
		return inner.value(member(f, "output", "value"))
	}
	return nil, errors.New("is not declared")
}

func (s *scope) read(name string, args []any) (any, error) {
	arg := ""
	if len(args) > 0 {
		arg = fmt.Sprint(args[0])
	}
	lookUp := func(in map[string]any) (any, error) {
		if v, ok := in[arg]; ok {
			return v, nil
		}
		return nil, fmt.Errorf("there is no %q", arg)
	}
	switch name {
	case "parameters":
		return lookUp(s.parameters)
	case "variables":
		return s.variable(arg)
	case "lambdaVariables":
		return lookUp(s.locals)
	case "basics":
		return object(s.form, "basics")[arg], nil
	case "steps":
		return object(s.form, arg), nil
	case "location":
		return s.form["location"], nil
	case "newGuid", "utcNow":
		if !s.inDefault {
			return nil, errors.New("is allowed in a parameter's default only")
		}
		s.world.random++
		return guid(strconv.Itoa(s.world.random)), nil
	case "resourceGroup":
		return map[string]any{"name": s.name, "id": "/subscriptions/" + subscriptionID + "/resourceGroups/" + s.name, "location": "westeurope"}, nil
	case "subscription":
		return map[string]any{"subscriptionId": subscriptionID, "id": "/subscriptions/" + subscriptionID, "tenantId": tenantID}, nil
	case "environment":
		return map[string]any{"name": s.world.cloud}, nil
	case "resourceId", "subscriptionResourceId":
		return s.resourceID(name, args)
	}
	return s.ask(name, arg)
}

// variable evaluates a variable once.
func (s *scope) variable(name string) (any, error) {
	if v, ok := s.variables[name]; ok {
		return v, nil
	}
	written, ok := object(s.template, "variables")[name]
	if !ok {
		return nil, fmt.Errorf("there is no variable %q", name)
	}
	outside := *s
	outside.locals = nil
	v, err := outside.value(written)
	if err == nil {
		s.variables[name] = v
	}
	return v, err
}

// ask answers reference and listKeys for a resource that exists. A name without a slash is symbolic.
func (s *scope) ask(name, id string) (any, error) {
	if declared := object(s.template, "resources", id); declared != nil {
		var err error
		if id, err = s.idOf(declared); err != nil {
			return nil, err
		}
	}
	answers := s.world.resources
	if name == "listKeys" {
		answers = s.world.keys
	}
	if found, ok := answers[strings.ToLower(id)]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("%s does not exist", id)
}

func (s *scope) resourceID(name string, args []any) (string, error) {
	given := make([]string, len(args))
	kind := -1
	for i, a := range args {
		if given[i] = fmt.Sprint(a); kind < 0 && strings.Contains(given[i], "/") {
			kind = i
		}
	}
	if kind < 0 || given[len(given)-1] == "" {
		return "", errors.New("needs a type and names")
	}
	prefix := "/subscriptions/" + subscriptionID
	if kind == 2 {
		prefix = "/subscriptions/" + given[0]
	}
	if name == "resourceId" {
		group := s.name
		if kind > 0 {
			group = given[kind-1]
		}
		prefix += "/resourceGroups/" + group
	}
	parts := strings.Split(given[kind], "/")
	names := given[kind+1:]
	if len(parts) != len(names)+1 {
		return "", fmt.Errorf("%s does not take %d names", given[kind], len(names))
	}
	id := prefix + "/providers/" + parts[0]
	for i, n := range names {
		id += "/" + parts[i+1] + "/" + n
	}
	return id, nil
}

func (s *scope) each(name string, args []any) (any, error) {
	list, ok := args[0].([]any)
	if !ok {
		return nil, fmt.Errorf("needs an array, not a %T", args[0])
	}
	out := []any{}
	for _, v := range list {
		got, err := s.apply(args[1], v)
		if err != nil {
			return nil, err
		}
		if name == "map" {
			out = append(out, got)
		} else if yes, ok := got.(bool); !ok {
			return nil, errors.New("needs a lambda that returns a boolean")
		} else if yes {
			out = append(out, v)
		}
	}
	return out, nil
}

func logic(name string, args []any) (any, error) {
	result := name == "and"
	for _, a := range args {
		yes, ok := a.(bool)
		switch {
		case !ok:
			return nil, fmt.Errorf("a %T is not a boolean", a)
		case name == "not":
			return !yes, nil
		case name == "and":
			result = result && yes
		default:
			result = result || yes
		}
	}
	return result, nil
}

func arithmetic(name string, args []any) (any, error) {
	a, first := args[0].(int64)
	b, second := args[1].(int64)
	if !first || !second {
		return nil, fmt.Errorf("%T and %T are not whole numbers", args[0], args[1])
	}
	return map[string]any{
		"add": a + b, "sub": a - b, "mul": a * b,
		"less": a < b, "lessOrEquals": a <= b, "greater": a > b, "greaterOrEquals": a >= b,
	}[name], nil
}

// sequence evaluates the functions that take an array, an object or a string.
func sequence(name string, args []any) (out any, ok bool, err error) {
	var list []any
	var isArray bool
	if len(args) > 0 {
		list, isArray = args[0].([]any)
	}
	switch name {
	case "empty":
		v := reflect.ValueOf(args[0])
		return args[0] == nil || v.Len() == 0, true, nil
	case "length":
		switch v := args[0].(type) {
		case []any:
			return int64(len(v)), true, nil
		case map[string]any:
			return int64(len(v)), true, nil
		case string:
			return int64(len(utf16.Encode([]rune(v)))), true, nil
		}
		return nil, true, fmt.Errorf("a %T has no length", args[0])
	case "range":
		start, count := args[0].(int64), args[1].(int64)
		if count < 0 || count > 10000 {
			return nil, true, fmt.Errorf("a range of %d", count)
		}
		numbers := []any{}
		for i := range count {
			numbers = append(numbers, start+i)
		}
		return numbers, true, nil
	case "union":
		joined := []any{}
		for _, a := range args {
			for _, v := range a.([]any) {
				if !includes(joined, v) {
					joined = append(joined, v)
				}
			}
		}
		return joined, true, nil
	case "contains":
		if members, isObject := args[0].(map[string]any); isObject {
			_, has := members[fmt.Sprint(args[1])]
			return has, true, nil
		}
		if isArray {
			return includes(list, args[1]), true, nil
		}
	case "concat":
		if isArray {
			joined := []any{}
			for _, a := range args {
				joined = append(joined, a.([]any)...)
			}
			return joined, true, nil
		}
	case "join":
		words := make([]string, len(list))
		for i, v := range list {
			words[i] = fmt.Sprint(v)
		}
		return strings.Join(words, fmt.Sprint(args[1])), true, nil
	case "first", "last":
		if isArray && len(list) > 0 {
			return map[string]any{"first": list[0], "last": list[len(list)-1]}[name], true, nil
		}
	case "skip", "take":
		if n, isNumber := args[1].(int64); isArray && isNumber {
			n = max(0, min(n, int64(len(list))))
			return map[string]any{"skip": list[n:], "take": list[:n]}[name], true, nil
		}
	}
	return nil, false, nil
}

func includes(list []any, v any) bool {
	for _, one := range list {
		if reflect.DeepEqual(one, v) {
			return true
		}
	}
	return false
}

// stringFunction evaluates the functions that take strings.
func stringFunction(name string, args []any) (any, error) {
	if name == "string" {
		if s, ok := args[0].(string); ok {
			return s, nil
		}
		encoded, err := json.Marshal(args[0])
		return string(encoded), err
	}
	words := make([]string, len(args))
	for i, a := range args {
		switch a.(type) {
		case string, int64, bool:
			words[i] = fmt.Sprint(a)
		default:
			return nil, fmt.Errorf("a %T is not a string", a)
		}
	}
	units := utf16.Encode([]rune(words[0]))
	cut := func(from, to int64) string {
		from, to = max(0, min(from, int64(len(units)))), max(0, min(to, int64(len(units))))
		return string(utf16.Decode(units[from:max(from, to)]))
	}
	switch name {
	case "concat":
		return strings.Join(words, ""), nil
	case "format":
		for i, w := range words[1:] {
			words[0] = strings.ReplaceAll(words[0], fmt.Sprintf("{%d}", i), w)
		}
		return words[0], nil
	case "contains":
		return strings.Contains(words[0], words[1]), nil
	case "startsWith": // Azure ignores the case here and below
		return strings.HasPrefix(strings.ToLower(words[0]), strings.ToLower(words[1])), nil
	case "endsWith":
		return strings.HasSuffix(strings.ToLower(words[0]), strings.ToLower(words[1])), nil
	case "indexOf":
		return int64(strings.Index(strings.ToLower(words[0]), strings.ToLower(words[1]))), nil
	case "toLower":
		return strings.ToLower(words[0]), nil
	case "trim":
		return strings.TrimSpace(words[0]), nil
	case "replace":
		return strings.ReplaceAll(words[0], words[1], words[2]), nil
	case "split":
		parts := []any{}
		for part := range strings.SplitSeq(words[0], words[1]) {
			parts = append(parts, part)
		}
		return parts, nil
	case "substring":
		start, count := args[1].(int64), args[2].(int64)
		if start+count > int64(len(units)) {
			return nil, errors.New("reaches beyond the string")
		}
		return cut(start, start+count), nil
	case "skip":
		return cut(args[1].(int64), int64(len(units))), nil
	case "take":
		return cut(0, args[1].(int64)), nil
	case "int":
		return strconv.ParseInt(words[0], 10, 64)
	case "json", "parse":
		var v any
		d := json.NewDecoder(strings.NewReader(words[0]))
		d.UseNumber()
		err := d.Decode(&v)
		return integers(v), err
	case "uriComponent":
		return strings.ReplaceAll(url.QueryEscape(words[0]), "+", "%20"), nil
	case "base64ToString":
		decoded, err := base64.StdEncoding.DecodeString(words[0])
		return string(decoded), err
	case "parseCidr":
		prefix, err := netip.ParsePrefix(words[0])
		return map[string]any{"network": prefix.Masked().Addr().String()}, err
	case "guid":
		return guid(words...), nil
	case "uniqueString":
		sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
		return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:13], nil
	}
	return nil, errors.New("is not a function that these tests know")
}

// guid returns a GUID made from strings: the same for the same strings, though not the one that Azure makes.
func guid(of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
