import { describe, expect, it, vi } from 'vitest';
import { Emitter } from './emitter.ts';

interface Events {
  word: string;
  changed: undefined;
}

class TestEmitter extends Emitter<Events> {
  value = 0;
  emitWord(word: string) {
    this.emit('word', word);
  }
  setValue(value: number) {
    this.assign('value', value, 'changed');
  }
}

describe('Emitter', () => {
  it('calls each listener once, in order, until it is removed', () => {
    const emitter = new TestEmitter();
    const calls: string[] = [];
    const first = (word: string) => calls.push(`first ${word}`);
    emitter.on('word', first);
    emitter.on('word', first);
    emitter.on('word', (word) => calls.push(`second ${word}`));
    emitter.emitWord('a');
    emitter.off('word', first);
    emitter.emitWord('b');
    expect(calls).toEqual(['first a', 'second a', 'second b']);
  });

  it('logs the error of a listener and calls the next one', () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    const emitter = new TestEmitter();
    const next = vi.fn();
    emitter.on('word', () => {
      throw new Error('bad listener');
    });
    emitter.on('word', next);
    emitter.emitWord('a');
    expect(next).toHaveBeenCalledWith('a');
    expect(reported).toHaveBeenCalledOnce();
  });

  it('does not call a listener that was added during the event', () => {
    const emitter = new TestEmitter();
    const added = vi.fn();
    emitter.on('word', () => emitter.on('word', added));
    emitter.emitWord('a');
    expect(added).not.toHaveBeenCalled();
  });

  it('emits a change after the value is set, and only if it differs', () => {
    const emitter = new TestEmitter();
    const seen: number[] = [];
    emitter.on('changed', () => seen.push(emitter.value));
    emitter.setValue(0);
    emitter.setValue(7);
    emitter.setValue(7);
    expect(seen).toEqual([7]);
  });

  it('works through a Proxy, which the UI Library uses', () => {
    const emitter = new Proxy(new TestEmitter(), {});
    const listener = vi.fn();
    emitter.on('changed', listener);
    emitter.setValue(1);
    expect(listener).toHaveBeenCalledOnce();
  });
});
