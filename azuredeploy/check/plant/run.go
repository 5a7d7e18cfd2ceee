package plant

import (
	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/rules"
)

// Outcome is what became of all planted mistakes.
type Outcome struct {
	Planted, Caught int
	Classes         []Class
	Survivors       []Survivor
}

// Class counts one class of mistakes.
type Class struct {
	Name            string
	Planted, Caught int
}

// Survivor is a mistake that nothing noticed.
type Survivor struct{ Class, Where, Reason string }

// Run plants every mistake and counts those that bring a problem which is not there without them.
func Run(checker *rules.Checker, files rules.Files) (Outcome, error) {
	var o Outcome
	mistakes, err := Mistakes(files)
	if err != nil {
		return o, err
	}
	present := make(map[arm.Problem]bool)
	for _, p := range checker.Inspect(files) {
		present[p] = true
	}
	classes := make(map[string]*Class)
	var order []string
	for _, m := range mistakes {
		if classes[m.Class] == nil {
			classes[m.Class] = &Class{Name: m.Class}
			order = append(order, m.Class)
		}
		c := classes[m.Class]
		c.Planted++
		o.Planted++
		caught := false
		for _, p := range checker.Inspect(m.Files) {
			caught = caught || !present[p]
		}
		if caught {
			c.Caught++
			o.Caught++
			continue
		}
		o.Survivors = append(o.Survivors, Survivor{m.Class, m.Where, reasons[m.Class+" "+m.Where]})
	}
	for _, name := range order {
		o.Classes = append(o.Classes, *classes[name])
	}
	return o, nil
}

// reasons say of a mistake that survives why that is as it should be.
var reasons = map[string]string{}
