/** What one SDK answered, in words that can be compared: one line for each question's key. */
export type Answers = Record<string, string>;

/** How long an answer may take before it counts as none, in milliseconds. Microsoft's SDK waits for its servers that long. */
const PATIENCE = 30_000;

/** Takes down the answers of one page under keys that begin alike. */
export class Notebook {
  constructor(
    readonly answers: Answers,
    private readonly prefix = '',
  ) {}

  /** The same notebook, opened at the page of one object: its keys begin with `name.`. */
  at(name: string): Notebook {
    return new Notebook(this.answers, `${this.prefix}${name}.`);
  }

  /** Takes down what something is. A question that is asked twice is a mistake in the probe. */
  note(key: string, value: unknown): void {
    this.write(key, inWords(value));
  }

  /** Takes down every named member of an object: its value, or that it is a function. */
  members(object: object, names: readonly string[]): void {
    for (const name of names) this.note(name, (object as Record<string, unknown>)[name]);
  }

  /** Takes down how an attempt ends: its value, its error, or that it never does. Returns the value, if there is one. */
  async attempt<T>(key: string, action: () => T): Promise<Awaited<T> | undefined> {
    let promise: T;
    try {
      promise = action();
    } catch (error) {
      this.write(key, `throws ${inWords(error)}`);
      return undefined;
    }
    const asynchronous = promise instanceof Promise;
    try {
      const value = await inTime(promise);
      this.write(key, `${asynchronous ? 'resolves to' : 'returns'} ${inWords(value)}`);
      return value;
    } catch (error) {
      this.write(key, error === LATE ? 'never settles' : `rejects with ${inWords(error)}`);
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

async function inTime<T>(promise: T): Promise<Awaited<T>> {
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
 * A value in one line that is the same on every run: ids become their kind, errors their codes (the message is for
 * developers), and objects with a class of their own only say that they are there.
 */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value).replace(UUID, '<uuid>').replace(HASH, '<hash>');
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'function' : String(value);
  if (value instanceof Error) return errorInWords(value);
  if (value instanceof Date) return 'a date';
  if (value instanceof Map) return `a map of ${value.size}`;
  if (value instanceof Element) return `<${value.localName}>`;
  if (Array.isArray(value)) return `[${value.map(inWords).join(', ')}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) return 'object';
  // To a page, a member that is undefined is one that is not there.
  const members = Object.entries(value).filter(([name, member]) => member !== undefined && !name.startsWith('_'));
  return `{${members
    .map(([name, member]) => `${name}: ${inWords(member)}`)
    .sort()
    .join(', ')}}`;
}

function errorInWords(error: Error & { code?: unknown; subCode?: unknown }): string {
  return error.code === undefined ? error.name : `${error.name} ${error.code}/${error.subCode}`;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const HASH = /[0-9a-f]{64}/g;
