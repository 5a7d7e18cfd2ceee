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
		if checker.Notices(m.Files, present) {
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
var reasons = map[string]string{
	"left out /metadata": "only a reader would miss it",
	"left out /resources/5/properties/template/containers/0/probes/0/initialDelaySeconds":                                                  "may be left out: the first question is then asked at once",
	"another word /resources/5/properties/template/containers/0/name":                                                                      freeName,
	"another word /resources/5/properties/template/scale/rules/0/name":                                                                     freeName,
	"another parameter /resources/5/properties/configuration/ingress/customDomains ...parameters('customDomainCertificateId')), create...": together,
	"another parameter /resources/5/properties/template/containers/0/env ...parameters('customDomainCertificateId')), concat...":           together,
	"misspelt text /variables/environmentName ...eters('appName'), '-enviornment')]...":                                                    freeName,
	"misspelt text /variables/identityName ...ameters('appName'), '-idnetity')]...":                                                        freeName,
	"misspelt text /variables/workspaceName ...arameters('appName'), '-olgs')]...":                                                         freeName,
	"misspelt text /variables/roleDeployment ...rameters('appName'), '-rloe-', uniqueString(vari...":                                       freeName,
	"another variable /variables/roleDeployment ...uniqueString(variables('newAcsId'), variables('i...":                                    freeName,
	"another variable /variables/roleDeployment ...d'), variables('identityName')))]...":                                                   freeName,
}

const (
	freeName = "any name does that begins with the app's"
	together = "the domain and its certificate are given together or not at all"
)
