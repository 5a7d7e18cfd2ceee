package main

import "github.com/anteroom-visit/anteroom/handlers"

// lookAtTeams tells which policies of the organiser's tenant turn visitors away, and the line of
// Teams PowerShell that shows each. No program outside of the tenant can see them.
func (x *examination) lookAtTeams() []handlers.Finding {
	var found []handlers.Finding
	for _, policy := range [][2]string{
		{"DisableAnonymousJoin must be False, or the whole tenant takes no visitors (403/5723)", "Get-CsTeamsMeetingConfiguration | Select-Object DisableAnonymousJoin"},
		{"AllowAnonymousUsersToJoinMeeting must be True in the organiser's policy (403/5723)", "Get-CsTeamsMeetingPolicy | Select-Object Identity, AllowAnonymousUsersToJoinMeeting"},
		{"BlockedAnonymousJoinClientTypes must not hold ACS", "Get-CsTeamsMeetingPolicy | Select-Object Identity, BlockedAnonymousJoinClientTypes"},
		{"EnableAcsFederationAccess must be True in the organiser's policy (403/5221, 403/5222)", "Get-CsExternalAccessPolicy | Select-Object Identity, EnableAcsFederationAccess"},
		{"EnableAcsUsers must be True, and the ACS resource allowed (403/5221, 403/5222)", "Get-CsTeamsAcsFederationConfiguration"},
		{"AutoAdmittedUsers says who waits in the lobby: all but Everyone let visitors wait", "Get-CsTeamsMeetingPolicy | Select-Object Identity, AutoAdmittedUsers"},
		{"AllowAnonymousUsersToStartMeeting should be False: visitors wait for a host", "Get-CsTeamsMeetingPolicy | Select-Object Identity, AllowAnonymousUsersToStartMeeting"},
	} {
		f := unseen("%s", policy[0])
		f.Command = policy[1]
		found = append(found, f)
	}
	return found
}
