package plant

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/rules"
)

// Mistake is one that somebody could make.
type Mistake struct {
	Class string // which kind of mistake
	Where string // where it is made
	Files rules.Files
}

// garden collects mistakes in one set of files.
type garden struct {
	files    rules.Files
	mistakes []Mistake
	err      error
}

// Mistakes lists every mistake, each in files of its own.
func Mistakes(files rules.Files) ([]Mistake, error) {
	template, err := arm.Decode(files.Template)
	if err != nil {
		return nil, err
	}
	g := &garden{files: files}
	for _, l := range every(template, nil) {
		g.member(l)
		g.value(l)
		if expression, ok := l.value.(string); ok && strings.HasPrefix(expression, "[") {
			g.expression(l.at, expression, template)
		}
	}
	g.byHand()
	g.around()
	return g.mistakes, g.err
}

// template adds a mistake in the template.
func (g *garden) template(class, where string) func(text []byte, err error) {
	return func(text []byte, err error) {
		if err != nil {
			g.err = fmt.Errorf("plant %s at %s: %w", class, where, err)
			return
		}
		files := g.files
		files.Template = text
		g.mistakes = append(g.mistakes, Mistake{class, where, files})
	}
}

// member: misspelt, or left out.
func (g *garden) member(l leaf) {
	where := l.at.String()
	if name := l.at.name(); name != "" && !strings.HasPrefix(name, "[") {
		g.template("misspelt name", where)(rename(g.files.Template, l.at, misspell(name)))
	}
	g.template("left out", where)(remove(g.files.Template, l.at))
}

// value: of another kind, another word, another version.
func (g *garden) value(l leaf) {
	where := l.at.String()
	put := func(class string, value any) { g.template(class, where)(set(g.files.Template, l.at, value)) }
	switch v := l.value.(type) {
	case string:
		put("another kind", 7)
		plain := !strings.HasPrefix(v, "[") && !l.at.holds("metadata")
		if plain && l.at[0] == "resources" && l.at.name() != "apiVersion" {
			put("another word", "Bogus")
		}
		if plain && l.at[0] == "resources" && l.at.name() == "apiVersion" {
			put("another version", "2021-13-99")
			put("another version", "2019-06-01")
			put("another version", v+"-preview")
		}
	case int64:
		put("another kind", "seven")
		put("another number", 99999)
	case bool:
		put("another kind", "yes")
		put("the contrary", !v)
	}
}

var (
	quotedDay = regexp.MustCompile(`'20[0-9]{2}-[0-9]{2}-[0-9]{2}'`)
	nameUsed  = regexp.MustCompile(`(parameters|variables)\('([A-Za-z]+)'\)`)
	callUsed  = regexp.MustCompile(`[A-Za-z]+\(`)
	stepUsed  = regexp.MustCompile(`\)\.([A-Za-z]+)`)
	textUsed  = regexp.MustCompile(`'([A-Za-z][^', ]+)'`)
)

// expression: broken, or about something else.
func (g *garden) expression(at place, text string, template any) {
	where := at.String()
	put := func(class, changed string) {
		if changed != text {
			g.template(class, where+" "+around(text, changed))(set(g.files.Template, at, changed))
		}
	}
	for i, r := range text {
		if strings.ContainsRune("()'],", r) && i > 0 {
			put("broken expression", text[:i]+text[i+1:])
		}
	}
	for _, found := range callUsed.FindAllStringIndex(text, -1) {
		put("misspelt function", text[:found[0]]+misspell(text[found[0]:found[1]-1])+text[found[1]-1:])
	}
	for _, found := range stepUsed.FindAllStringSubmatchIndex(text, -1) {
		put("misspelt property", text[:found[2]]+misspell(text[found[2]:found[3]])+text[found[3]:])
	}
	for _, found := range quotedDay.FindAllStringIndex(text, -1) {
		put("another version", text[:found[0]]+"'2019-06-01'"+text[found[1]:])
	}
	for _, found := range textUsed.FindAllStringSubmatchIndex(text, -1) {
		if word := text[found[2]:found[3]]; len(word) > 1 {
			put("misspelt text", text[:found[2]]+misspell(word)+text[found[3]:])
		}
	}
	for _, found := range nameUsed.FindAllStringSubmatchIndex(text, -1) {
		what, name := text[found[2]:found[3]], text[found[4]:found[5]]
		for _, other := range others(template, at, what, name) {
			put("another "+strings.TrimSuffix(what, "s"), text[:found[4]]+other+text[found[5]:])
		}
	}
	for _, swapped := range swappedBranches(text) {
		put("swapped branches", swapped)
	}
}

// around shows where two texts begin to differ.
func around(text, changed string) string {
	i := 0
	for i < len(text) && i < len(changed) && text[i] == changed[i] {
		i++
	}
	return "..." + changed[max(0, i-24):min(len(changed), i+24)] + "..."
}

// others are up to two other names of the same kind and type that the expression could have used.
func others(template any, at place, what, name string) []string {
	scope, _ := template.(map[string]any)
	if i := slices.Index(at, any("template")); i >= 0 && len(at) > 3 && at[2] == "properties" {
		resources, _ := scope["resources"].([]any)
		resource, _ := resources[at[1].(int)].(map[string]any)
		properties, _ := resource["properties"].(map[string]any)
		if nested, ok := properties["template"].(map[string]any); ok && nested["$schema"] != nil {
			scope = nested
		}
	}
	all, _ := scope[what].(map[string]any)
	kind := func(n string) any {
		p, _ := all[n].(map[string]any)
		return p["type"]
	}
	var same []string
	for n := range all {
		if n != name && kind(n) == kind(name) {
			same = append(same, n)
		}
	}
	slices.Sort(same)
	i, _ := slices.BinarySearch(same, name)
	var out []string
	for _, next := range []int{i, i + len(same)/2} {
		if len(same) > 0 && !slices.Contains(out, same[next%len(same)]) {
			out = append(out, same[next%len(same)])
		}
	}
	return out
}

// swappedBranches exchanges the two values of each if.
func swappedBranches(text string) []string {
	var out []string
	for start := 0; ; {
		i := strings.Index(text[start:], "if(")
		if i < 0 {
			return out
		}
		start += i + len("if(")
		var cuts []int
		depth, quoted := 0, false
		for at := start; at < len(text) && depth >= 0; at++ {
			switch c := text[at]; {
			case c == '\'':
				quoted = !quoted
			case quoted:
			case c == '(' || c == '[':
				depth++
			case c == ')' || c == ']':
				if depth--; depth < 0 {
					cuts = append(cuts, at)
				}
			case c == ',' && depth == 0:
				cuts = append(cuts, at)
			}
		}
		if len(cuts) == 3 {
			out = append(out, text[:cuts[0]+1]+text[cuts[1]+1:cuts[2]]+","+text[cuts[0]+1:cuts[1]]+text[cuts[2]:])
		}
	}
}

// around: mistakes in what has to agree with the template.
func (g *garden) around() {
	type edition struct {
		name string
		of   func(*rules.Files) *[]byte
		old  string
		new  string
	}
	form := func(f *rules.Files) *[]byte { return &f.Form }
	guide := func(f *rules.Files) *[]byte { return &f.Guide }
	manifest := func(f *rules.Files) *[]byte { return &f.Manifest }
	module := func(f *rules.Files) *[]byte { return &f.Module }
	editions := []edition{
		{"go.mod", module, "anteroom-visit", "somebody-else"},
		{"docs/deploy.md", guide, "raw.githubusercontent.com%2Fanteroom-visit", "raw.githubusercontent.com%2Fsomebody-else"},
		{"docs/deploy.md", guide, "%2Freleased%2Fazuredeploy.json", "%2Fmain%2Fazuredeploy.json"},
		{"docs/deploy.md", guide, "createUiDefinition.json", "createUiDefinitoin.json"},
		{"docs/deploy.md", guide, "https%3A", "https:"},
		{"docs/kubernetes.yaml", manifest, "name: BASE_URL", "name: BASEURL"},
		{"docs/kubernetes.yaml", manifest, "path: /readyz", "path: /ready"},
		{"docs/kubernetes.yaml", manifest, "runAsNonRoot: true", "runAsNonRoot: false"},
		{"docs/kubernetes.yaml", manifest, "replicas: 2", "replicas: 1"},
		{"docs/kubernetes.yaml", manifest, "anteroom-visit/anteroom", "anteroom-visit/vestibule"},
		{"docs/kubernetes.yaml", manifest, "kind: Service\n", "kind: [Service\n"},
		{"docs/kubernetes.yaml", manifest, "valueFrom: { secretKeyRef: { name: anteroom, key: session-keys } }", "value: abc"},
		{"createUiDefinition.json", form, `"value": "tenants"`, `"value": "tenant"`},
		{"createUiDefinition.json", form, `"type": "Microsoft.Common.PasswordBox"`, `"type": "Microsoft.Common.TextBox"`},
		{"createUiDefinition.json", form, `"value": "Switzerland"`, `"value": "Swizzerland"`},
		{"createUiDefinition.json", form, `[location()]`, `[locaton()]`},
		{"createUiDefinition.json", form, `^[0-9]{1,7}$`, `^[0-9{1,7}$`},
		{"createUiDefinition.json", form, `"version": "0.1.2-preview"`, `"version": "0.1.3"`},
		{"createUiDefinition.json", form, `"defaultValue": 45`, `"defaultValue": 46`},
		{"createUiDefinition.json", form, `"defaultValue": "voip,chat"`, `"defaultValue": "voip"`},
	}
	for _, output := range regexp.MustCompile(`"\w+": "\[.*(steps|basics)\(.*\]"`).FindAll(g.files.Form, -1) {
		line := string(output)
		name := strings.Split(line, `"`)[1]
		editions = append(editions, edition{"createUiDefinition.json", form, line, strings.Replace(line, name, misspell(name), 1)})
		if at := strings.LastIndex(line, name); at > len(name) {
			editions = append(editions, edition{"createUiDefinition.json", form, line, line[:at] + misspell(name) + line[at+len(name):]})
		}
	}
	for _, e := range editions {
		files := g.files
		text := e.of(&files)
		changed := bytes.Replace(*text, []byte(e.old), []byte(e.new), 1)
		if bytes.Equal(changed, *text) {
			g.err = fmt.Errorf("plant %q in %s: %q is not there", e.new, e.name, e.old)
			return
		}
		*text = changed
		g.mistakes = append(g.mistakes, Mistake{"disagreement", e.name + ": " + e.new, files})
	}
}
