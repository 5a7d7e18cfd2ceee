package doctor

// checkTeams lists the policies of the organiser's tenant that turn visitors away, each with the line
// of Teams PowerShell that shows it. No program outside the tenant can read them.
func (d *Doctor) checkTeams() []Finding {
	var found []Finding
	for _, policy := range [][2]string{
		{"DisableAnonymousJoin must be False, or the whole tenant rejects visitors (403/5723)", "Get-CsTeamsMeetingConfiguration | Select-Object DisableAnonymousJoin"},
		{"AllowAnonymousUsersToJoinMeeting must be True in the organiser's policy (403/5723)", "Get-CsTeamsMeetingPolicy | Select-Object Identity, AllowAnonymousUsersToJoinMeeting"},
		{"BlockedAnonymousJoinClientTypes must not include ACS", "Get-CsTeamsMeetingPolicy | Select-Object Identity, BlockedAnonymousJoinClientTypes"},
		{"EnableAcsFederationAccess must be True in the organiser's policy (403/5221, 403/5222)", "Get-CsExternalAccessPolicy | Select-Object Identity, EnableAcsFederationAccess"},
		{"EnableAcsUsers must be True, and the ACS resource allowed (403/5221, 403/5222)", "Get-CsTeamsAcsFederationConfiguration"},
		{"AutoAdmittedUsers decides who waits in the lobby: visitors wait with every value except Everyone", "Get-CsTeamsMeetingPolicy | Select-Object Identity, AutoAdmittedUsers"},
		{"AllowAnonymousUsersToStartMeeting should be False: visitors wait for a host", "Get-CsTeamsMeetingPolicy | Select-Object Identity, AllowAnonymousUsersToStartMeeting"},
	} {
		found = append(found, shownBy(policy[1], "%s", policy[0]))
	}
	return found
}
