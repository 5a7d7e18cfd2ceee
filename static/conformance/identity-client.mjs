// Calls every operation that a site needs with Microsoft's own identity client, unchanged, on the service of
// ACS_CONNECTION_STRING, and prints the results as one JSON object. The Go test in acs/acstest starts the service, runs this
// file and checks the results. The output has tokens, so the service must be on loopback.
import { CommunicationIdentityClient } from '@azure/communication-identity';

const connectionString = process.env.ACS_CONNECTION_STRING ?? '';
if (!/^endpoint=http:\/\/(127\.0\.0\.1|\[::1\]|localhost):/i.test(connectionString)) {
  console.error('ACS_CONNECTION_STRING must name a service on loopback');
  process.exit(2);
}

const clientOptions = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };

/** Returns the members of an error that a caller of the client can read, or null if `attempt` succeeds. */
async function failure(attempt) {
  try {
    await attempt();
  } catch (error) {
    return {
      status: error.statusCode ?? 0,
      code: error.code ?? '',
      message: error.message,
      target: error.details?.error?.target ?? '',
    };
  }
  return null;
}

function tokenFacts({ token, expiresOn }) {
  return { token, minutes: Math.round((expiresOn.getTime() - Date.now()) / 60_000) };
}

const client = new CommunicationIdentityClient(connectionString, clientOptions);
const results = {};

const user = await client.createUser();
results.user = user.communicationUserId;

const both = await client.createUserAndToken(['voip.join', 'chat.join.limited'], { tokenExpiresInMinutes: 60 });
results.both = { user: both.user.communicationUserId, ...tokenFacts(both) };

results.byDefault = tokenFacts(await client.getToken(user, ['voip']));
results.custom = tokenFacts(await client.getToken(user, ['voip', 'chat'], { tokenExpiresInMinutes: 1440 }));
results.tooShort = await failure(() => client.getToken(user, ['voip'], { tokenExpiresInMinutes: 59 }));
results.unknownScope = await failure(() => client.getToken(user, ['everything']));

await client.revokeTokens(user);
results.afterRevoke = tokenFacts(await client.getToken(user, ['voip']));

const teams = JSON.parse(process.env.TEAMS_TOKEN ?? '{}');
results.teams = tokenFacts(
  await client.getTokenForTeamsUser({ teamsUserAadToken: teams.token, clientId: teams.appId, userObjectId: teams.userId }),
);
results.teamsInvalid = await failure(() =>
  client.getTokenForTeamsUser({ teamsUserAadToken: 'expired', clientId: teams.appId, userObjectId: teams.userId }),
);

await client.deleteUser(user);
results.deletedTwice = await failure(() => client.deleteUser(user));
results.afterDelete = await failure(() => client.getToken(user, ['voip']));

const wrongKey = connectionString.replace(/accesskey=.*/i, `accesskey=${Buffer.from('not the key').toString('base64')}`);
results.wrongKey = await failure(() => new CommunicationIdentityClient(wrongKey, clientOptions).createUser());
results.withoutInsecureOption = await failure(() =>
  new CommunicationIdentityClient(connectionString, { retryOptions: { maxRetries: 0 } }).createUser(),
);

console.log(JSON.stringify(results));
