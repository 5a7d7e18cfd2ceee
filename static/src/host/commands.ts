/** The result of a command; `detail` has the server's own words, if any. */
export type CommandAnswer = { done: true } | { done: false; detail: string };

const answerWithin = 10_000;

/** Sends one of the rehearsal's commands, as JSON, to a room. Never rejects. */
export async function sendCommand(send: typeof fetch, room: string, hostKey: string, command: string): Promise<CommandAnswer> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), answerWithin);
  try {
    const response = await send(`/rehearsal/rooms/${encodeURIComponent(room)}/commands`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${hostKey}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, application/problem+json',
      },
      body: command,
      signal: aborter.signal,
    });
    if (response.ok) return { done: true };
    const problem = (await response.json().catch(() => null)) as { detail?: unknown } | null;
    return { done: false, detail: typeof problem?.detail === 'string' ? problem.detail : '' };
  } catch {
    return { done: false, detail: '' };
  } finally {
    clearTimeout(timer);
  }
}
