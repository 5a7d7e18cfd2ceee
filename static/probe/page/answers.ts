/** The answers of one SDK as text, by the keys of the questions. */
export type Answers = Record<string, string>;

/** How long to wait for an answer, in milliseconds. Microsoft's SDK waits almost that long for its servers. */
const PATIENCE = 30_000;

/** Records answers under keys that begin with the same prefix. */
export class Recorder {
  constructor(
    readonly answers: Answers,
    private readonly prefix = '',
  ) {}

  /** Returns a recorder of the same answers whose keys begin with `name.`. */
  at(name: string): Recorder {
    return new Recorder(this.answers, `${this.prefix}${name}.`);
  }

  /** Records a value. Throws if the key was recorded before. */
  note(key: string, value: unknown): void {
    this.write(key, toText(value));
  }

  /** Records the named members of an object: the value, or that it is a function. */
  members(object: object, names: readonly string[]): void {
    for (const name of names) this.note(name, (object as Record<string, unknown>)[name]);
  }

  /** Records how an attempt ends: its value, its error, or that it never settles. Returns the value, if there is one. */
  async attempt<T>(key: string, action: () => T): Promise<Awaited<T> | undefined> {
    let promise: T;
    try {
      promise = action();
    } catch (error) {
      this.write(key, `throws ${toText(error)}`);
      return undefined;
    }
    const asynchronous = promise instanceof Promise;
    try {
      const value = await withDeadline(promise);
      this.write(key, `${asynchronous ? 'resolves to' : 'returns'} ${toText(value)}`);
      return value;
    } catch (error) {
      this.write(key, error === LATE ? 'never settles' : `rejects with ${toText(error)}`);
      return undefined;
    }
  }

  private write(key: string, answer: string): void {
    const full = this.prefix + key;
    if (Object.hasOwn(this.answers, full)) throw new Error(`${full} is asked twice`);
    this.answers[full] = answer;
  }
}

const LATE = Symbol('late');

async function withDeadline<T>(promise: T): Promise<Awaited<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(LATE), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Describes a value in one line that is the same on every run. Ids become `<uuid>` or `<hash>`, errors their name and codes
 * (messages are for developers), and instances of other classes `object`.
 */
export function toText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value).replace(UUID, '<uuid>').replace(HASH, '<hash>');
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'function' : String(value);
  if (value instanceof Error) return errorToText(value);
  if (value instanceof Date) return 'a date';
  if (value instanceof Map) return `a map of ${value.size}`;
  if (value instanceof Element) return `<${value.localName}>`;
  if (Array.isArray(value)) return `[${value.map(toText).join(', ')}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) return 'object';
  // Pages do not distinguish an undefined member from a missing one.
  const members = Object.entries(value).filter(([name, member]) => member !== undefined && !name.startsWith('_'));
  return `{${members
    .map(([name, member]) => `${name}: ${toText(member)}`)
    .sort()
    .join(', ')}}`;
}

function errorToText(error: Error & { code?: unknown; subCode?: unknown }): string {
  return error.code === undefined ? error.name : `${error.name} ${error.code}/${error.subCode}`;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const HASH = /[0-9a-f]{64}/g;
