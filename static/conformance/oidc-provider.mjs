// Runs npm's oidc-provider, a certified OpenID Connect provider that shares no code with ours, as a tenant with Entra's issuer
// and claims. It prints its authority and listens on loopback until it is stopped. The Go test in entra starts it and signs
// in.
import http from 'node:http';
import Provider from 'oidc-provider';

const { TENANT: tenant, CLIENT: client, CLIENT_SECRET: secret, REDIRECT: redirect } = process.env;

const server = http.createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const authority = `http://127.0.0.1:${server.address().port}`;
const prefix = `/${tenant}/v2.0`;

const provider = new Provider(authority + prefix, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: [redirect],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  scopes: ['openid', 'profile', 'offline_access'],
  claims: { openid: ['sub', 'tid', 'oid', 'ver', 'roles'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  findAccount: (_context, id) => ({
    accountId: id,
    // The account's login name is its object ID.
    claims: () => ({
      sub: id,
      tid: tenant,
      oid: id,
      ver: '2.0',
      roles: ['Desk'],
      name: 'Ada Clerk',
      preferred_username: 'ada@clinic.example',
    }),
  }),
  issueRefreshToken: async () => true,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ['of a test'] },
});

server.on('request', (request, response) => {
  if (!request.url.startsWith(prefix)) {
    response.statusCode = 404;
    response.end();
    return;
  }
  request.originalUrl = request.url;
  request.url = request.url.slice(prefix.length) || '/';
  provider.callback()(request, response);
});

console.log(authority);
