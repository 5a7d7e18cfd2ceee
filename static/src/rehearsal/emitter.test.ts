import { describe, expect, it, vi } from 'vitest';
import { Emitter } from './emitter.ts';

interface Events {
  said: string;
  changed: undefined;
}

class Thing extends Emitter<Events> {
  value = 0;
  say(word: string) {
    this.emit('said', word);
  }
  become(value: number) {
    this.assign('value', value, 'changed');
  }
}

describe('Emitter', () => {
  it('calls each listener once, in order, until it is taken off', () => {
    const thing = new Thing();
    const heard: string[] = [];
    const first = (word: string) => heard.push(`first ${word}`);
    thing.on('said', first);
    thing.on('said', first);
    thing.on('said', (word) => heard.push(`second ${word}`));
    thing.say('a');
    thing.off('said', first);
    thing.say('b');
    expect(heard).toEqual(['first a', 'second a', 'second b']);
  });

  it('reports a listener that throws and goes on with the next', () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    const thing = new Thing();
    const next = vi.fn();
    thing.on('said', () => {
      throw new Error('bad listener');
    });
    thing.on('said', next);
    thing.say('a');
    expect(next).toHaveBeenCalledWith('a');
    expect(reported).toHaveBeenCalledOnce();
  });

  it('does not call a listener that came during the event', () => {
    const thing = new Thing();
    const late = vi.fn();
    thing.on('said', () => thing.on('said', late));
    thing.say('a');
    expect(late).not.toHaveBeenCalled();
  });

  it('emits only real changes, with the value already set', () => {
    const thing = new Thing();
    const seen: number[] = [];
    thing.on('changed', () => seen.push(thing.value));
    thing.become(0);
    thing.become(7);
    thing.become(7);
    expect(seen).toEqual([7]);
  });

  it('works through a Proxy, as the UI Library calls everything', () => {
    const thing = new Proxy(new Thing(), {});
    const heard = vi.fn();
    thing.on('changed', heard);
    thing.become(1);
    expect(heard).toHaveBeenCalledOnce();
  });
});
