package arm

import (
	"fmt"
	"strconv"
	"strings"
)

// node is a parsed expression: text or a whole number, a call, or a step into a value.
type node struct {
	literal any    // string or int64, when call and of are empty
	call    string // a function's name
	args    []*node
	of      *node  // the value stepped into
	member  string // .member
	index   *node  // [index]
}

// isExpression says whether a template's text is an expression. A text that begins with [[ is the
// text with one bracket.
func isExpression(text string) bool {
	return strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") && !strings.HasPrefix(text, "[[")
}

// parser reads one expression, byte by byte.
type parser struct {
	text string
	at   int
}

// parse reads a text such as "[concat('a', parameters('b'))]".
func parse(text string) (*node, error) {
	p := &parser{text: text[1 : len(text)-1]}
	n, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.space(); p.at < len(p.text) {
		return nil, p.fault("something behind the expression")
	}
	return n, nil
}

func (p *parser) fault(what string) error {
	return fmt.Errorf("syntax: %s at character %d of %q", what, p.at+1, p.text)
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// take skips the character when it is next.
func (p *parser) take(c byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) while(in func(c byte) bool) string {
	start := p.at
	for p.at < len(p.text) && in(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isName(c byte) bool {
	return isDigit(c) || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// value reads a literal or a call and every step behind it.
func (p *parser) value() (*node, error) {
	n, err := p.primary()
	for err == nil {
		switch {
		case p.take('.'):
			name := p.while(isName)
			if name == "" {
				return nil, p.fault("no name behind a dot")
			}
			n = &node{of: n, member: name}
		case p.take('['):
			var index *node
			if index, err = p.value(); err == nil && !p.take(']') {
				err = p.fault("an index is not closed")
			}
			n = &node{of: n, index: index}
		default:
			return n, nil
		}
	}
	return nil, err
}

func (p *parser) primary() (*node, error) {
	p.space()
	if p.at >= len(p.text) {
		return nil, p.fault("nothing where a value is due")
	}
	switch c := p.text[p.at]; {
	case c == '\'':
		return p.quoted()
	case isDigit(c) || c == '-':
		p.at++
		digits := string(c) + p.while(isDigit)
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, p.fault("no whole number")
		}
		return &node{literal: number}, nil
	case isName(c):
		return p.function()
	}
	return nil, p.fault("neither text, number nor function")
}

// quoted reads 'text'; a quote inside is doubled.
func (p *parser) quoted() (*node, error) {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		if p.text[p.at] != '\'' {
			b.WriteByte(p.text[p.at])
			continue
		}
		if p.at+1 < len(p.text) && p.text[p.at+1] == '\'' {
			p.at++
			b.WriteByte('\'')
			continue
		}
		p.at++
		return &node{literal: b.String()}, nil
	}
	return nil, p.fault("a quote is not closed")
}

func (p *parser) function() (*node, error) {
	n := &node{call: p.while(isName)}
	if !p.take('(') {
		return nil, p.fault(n.call + " is no call")
	}
	if p.take(')') {
		return n, nil
	}
	for {
		arg, err := p.value()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
		switch {
		case p.take(','):
		case p.take(')'):
			return n, nil
		default:
			return nil, p.fault("neither comma nor bracket behind an argument")
		}
	}
}

// each visits the node and everything in it.
func (n *node) each(visit func(*node)) {
	if n == nil {
		return
	}
	visit(n)
	n.of.each(visit)
	n.index.each(visit)
	for _, arg := range n.args {
		arg.each(visit)
	}
}
