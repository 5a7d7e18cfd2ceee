/**
 * Listeners by event name. `E` maps each event to the one argument its listeners get; `undefined` means none.
 *
 * Anything that inherits from this may be called through a Proxy (the UI Library wraps every object it is given), so
 * neither this class nor its children may have `#private` fields: those are refused on a Proxy.
 */
export class Emitter<E> {
  private readonly listeners = new Map<keyof E, Set<(argument: never) => void>>();

  /** Calls `listener` on every later `event`. The same listener twice is called once. */
  on<K extends keyof E>(event: K, listener: (argument: E[K]) => void): void {
    const known = this.listeners.get(event);
    if (known) known.add(listener);
    else this.listeners.set(event, new Set([listener]));
  }

  /** Stops calling `listener`; one that was never added is ignored. */
  off<K extends keyof E>(event: K, listener: (argument: E[K]) => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  /** Sets one of our own members and emits its event if the value changed. Most events are named after the member. */
  protected assign<K extends Stem<E> & keyof this>(member: K, value: this[K]): void;
  protected assign<K extends keyof this>(member: K, value: this[K], event: Bare<E>): void;
  protected assign<K extends keyof this>(member: K, value: this[K], event = `${String(member)}Changed` as Bare<E>): void {
    if (this[member] === value) return;
    this[member] = value;
    this.emit(event, ...([] as never));
  }

  /** Calls the current listeners in the order they were added. One that throws does not stop the next. */
  protected emit<K extends keyof E>(event: K, ...argument: E[K] extends undefined ? [] : [E[K]]): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) {
      try {
        listener(argument[0] as never);
      } catch (error) {
        console.error(`rehearsal: a listener of ${String(event)} threw`, error);
      }
    }
  }
}

/** The events without an argument. */
type Bare<E> = { [K in keyof E]: E[K] extends undefined ? K : never }[keyof E];

/** Their names without `Changed`. */
type Stem<E> = Bare<E> extends infer Event ? (Event extends `${infer Member}Changed` ? Member : never) : never;

/** Microsoft's CollectionUpdatedEvent: what was added and what was removed. */
export interface Update<T> {
  added: T[];
  removed: T[];
}
