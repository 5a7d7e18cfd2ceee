import type { Lobby, RemoteParticipant } from '@azure/communication-calling';
import type { Waiting } from '../contract.ts';

/** The part of the SDK's lobby that is needed here. */
export interface WatchedLobby extends Pick<Lobby, 'admit' | 'reject' | 'on' | 'off'> {
  readonly participants: readonly Pick<RemoteParticipant, 'identifier' | 'displayName'>[];
}

/** Reports the people in the lobby to a host, on every change. Returns a function that ends the watch. */
export function watchLobby(lobby: WatchedLobby, waiting: (people: readonly Waiting[]) => void): () => void {
  const update = () =>
    waiting(
      lobby.participants.map(({ identifier, displayName }) => ({
        id: idOf(identifier),
        name: displayName ?? '',
        admit: () => lobby.admit(identifier),
        deny: () => lobby.reject(identifier),
      })),
    );
  lobby.on('lobbyParticipantsUpdated', update);
  update();
  return () => lobby.off('lobbyParticipantsUpdated', update);
}

function idOf(identifier: RemoteParticipant['identifier']): string {
  if (identifier.kind === 'communicationUser') return identifier.communicationUserId;
  return ('rawId' in identifier && identifier.rawId) || JSON.stringify(identifier);
}
