package plant

import (
	"bytes"
	"fmt"
)

// byHand are the mistakes that are worth a name: each has been made somewhere.
func (g *garden) byHand() {
	for _, m := range []struct{ name, old, new string }{
		{"a probe over https", `"scheme": "HTTP"`, `"scheme": "HTTPS"`},
		{"readiness asks whether it is alive", `"/readyz"`, `"/healthz"`},
		{"a probe of nowhere", `"path": "/healthz"`, `"path": "/health"`},
		{"a secret in the outputs", `"value": "[concat('https://', reference(variables('appId'), '2025-01-01').configuration.ingress.fqdn)]"`, `"value": "[parameters('sessionKey')]"`},
		{"a key in the outputs", `"value": "[concat('https://', reference(variables('appId'), '2025-01-01').configuration.ingress.fqdn)]"`, `"value": "[listKeys(variables('acsId'), '2025-09-01').primaryConnectionString]"`},
		{"a key as a plain variable", `{ "name": "SESSION_KEYS", "secretRef": "session-keys" }`, `{ "name": "SESSION_KEYS", "value": "[parameters('sessionKey')]" }`},
		{"a passphrase as a plain variable", `createObject('name', 'DESK_PASSPHRASE', 'secretRef', 'desk-passphrase')`, `createObject('name', 'DESK_PASSPHRASE', 'value', parameters('deskPassphrase'))`},
		{"a passphrase for everybody", `"deskPassphrase": {
      "type": "securestring",
      "defaultValue": ""`, `"deskPassphrase": {
      "type": "securestring",
      "defaultValue": "change-me"`},
		{"a key that can be guessed", `[concat(newGuid(), newGuid())]`, `[uniqueString(resourceGroup().id)]`},
		{"American by itself", `"dataLocation": {
      "type": "string",`, `"dataLocation": {
      "type": "string",
      "defaultValue": "United States",`},
		{"somebody's region", `"location": "[parameters('location')]"`, `"location": "westus"`},
		{"one copy", `"minReplicas": {
      "type": "int",
      "defaultValue": 2`, `"minReplicas": {
      "type": "int",
      "defaultValue": 1`},
		{"without TLS", `"allowInsecure": false`, `"allowInsecure": true`},
		{"local keys stay on", `"disableLocalAuth": "[variables('useIdentity')]"`, `"disableLocalAuth": false`},
		{"local keys off, and used", `"disableLocalAuth": "[variables('useIdentity')]"`, `"disableLocalAuth": true`},
		{"a role of one's own", acsOwner, "00000000-1111-2222-3333-444444444444"},
		{"Owner of everything", acsOwner, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"},
		{"the role in the wrong group", `"resourceGroup": "[variables('acsIdParts')[4]]"`, `"resourceGroup": "[resourceGroup().name]"`},
		{"the role in the wrong subscription", `"subscriptionId": "[variables('acsIdParts')[2]]"`, `"subscriptionId": "[subscription().subscriptionId]"`},
		{"the role on the whole group", `"scope": "[variables('acsId')]",
              `, ``},
		{"the role for a person", `"principalType": "ServicePrincipal"`, `"principalType": "User"`},
		{"the role for the client ID", `'2024-11-30').principalId`, `'2024-11-30').clientId`},
		{"the principal as the client ID", `'2024-11-30').clientId`, `'2024-11-30').principalId`},
		{"a random assignment", `[guid(variables('acsId'), parameters('identityId'), parameters('roleDefinitionGuid'))]`, `[newGuid()]`},
		{"an assignment for each deployment", `[guid(variables('acsId'), parameters('identityId'), parameters('roleDefinitionGuid'))]`, `[guid(variables('acsId'), parameters('principalId'), parameters('roleDefinitionGuid'))]`},
		{"whatever image is newest", `anteroom:0.1.0`, `anteroom:latest`},
		{"somebody else's image", `ghcr.io/anteroom-visit/anteroom`, `ghcr.io/somebody/anteroom`},
		{"a variable that nobody reads", `"TENANTS"`, `"TENANT_IDS"`},
		{"a setting that is forgotten", `      { "name": "CHAT", "value": "[parameters('chat')]" },
`, ``},
		{"two settings mixed up", `"value": "[parameters('brandName')]"`, `"value": "[parameters('brandPhone')]"`},
		{"a secret that is not there", `"secretRef": "link-keys"`, `"secretRef": "links-keys"`},
		{"revisions that stay", `"[utcNow()]"`, `"1"`},
		{"all parameters in the history", `"securestring"`, `"string"`},
		{"an unknown function", `uniqueString(`, `uniqueText(`},
		{"reference in a variable", `"port": 8080`, `"port": "[reference(variables('appId'), '2025-01-01').configuration.ingress.fqdn]"`},
		{"another port", `"port": 8080`, `"port": 70000`},
		{"a deployment that deletes", `"mode": "Incremental"`, `"mode": "Complete"`},
		{"no time to finish", `"terminationGracePeriodSeconds": 60`, `"terminationGracePeriodSeconds": 10`},
		{"a cut file", "\"outputs\": {", "\"outputs\": "},
	} {
		changed := bytes.Replace(g.files.Template, []byte(m.old), []byte(m.new), 1)
		if bytes.Equal(changed, g.files.Template) {
			g.err = fmt.Errorf("plant %s: %q is not in the template", m.name, m.old)
			return
		}
		g.template("by name", m.name)(changed, nil)
	}
}

const acsOwner = "09976791-48a7-449e-bb21-39d1a415f350"
