// For tests only: the browser's storage in memory.

/** Returns a function that returns the same empty storage at each call. */
export function fakeStorage(): () => Storage {
  const items = new Map<string, string>();
  const fake = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  return () => fake as unknown as Storage;
}

/** Throws like a browser that does not allow storage. */
export function deniedStorage(): Storage {
  throw new DOMException('denied', 'SecurityError');
}
