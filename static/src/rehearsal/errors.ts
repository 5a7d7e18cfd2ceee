/**
 * An error of the calling half, in the shape of the Calling SDK's own. A page may show `code` and `subCode` (the pairs of
 * the end-code table); the message is for developers.
 */
export class CallingError extends Error {
  override name = 'CallingCommunicationError';

  constructor(
    message: string,
    readonly code: number,
    readonly subCode: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Whether the visitor or the browser's settings refused; otherwise the device does not work. */
export function wasRefused(error: unknown): boolean {
  return ((error as Error).cause as Error | undefined)?.name === 'NotAllowedError';
}

/** An error of the chat half, in the shape of the Chat SDK's own: an HTTP status and the service's code. */
export class RestError extends Error {
  override name = 'RestError';

  constructor(
    readonly statusCode: number,
    readonly code: string,
  ) {
    super(`${code} (${statusCode})`);
  }
}

/** Returns the error for what cannot be rehearsed, the same as the Calling SDK's for a forbidden call. */
export function notRehearsed(what: string): CallingError {
  return new CallingError(`${what} cannot be rehearsed`, 403, 40300);
}
