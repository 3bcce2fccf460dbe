// One intent to create has one key. It stays the same from try to try, also after a crash of the
// browser, until the server has answered or the form says something else: so an answer that got lost
// on the way cannot make a second record.
import type { RecordDefinition, Values } from '../../client/types';
import { withoutSecrets } from './drafts';

// The server keeps keys for a day.
const lifetimeMs = 23 * 3600e3;

interface Kept {
  readonly key: string;
  readonly text: string;
  readonly at: number;
}

const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

export class Intent {
  readonly #name: string;
  readonly #definition: RecordDefinition;
  #body = '';

  constructor(user: string, definition: RecordDefinition) {
    this.#name = `weijian.intent.${user}.${definition.name}`;
    this.#definition = definition;
  }

  // Sent before, and nobody knows with what result.
  pending(body: Values): boolean {
    return this.#find(body) !== undefined;
  }

  keyFor(body: Values): string {
    const found = this.#find(body);
    if (found) return found.key;
    const kept: Kept = { key: randomKey(), text: this.#textOf(body), at: Date.now() };
    this.#body = JSON.stringify(body);
    localStorage.setItem(this.#name, JSON.stringify(kept));
    return kept.key;
  }

  // The server has answered.
  settle(): void {
    this.#body = '';
    localStorage.removeItem(this.#name);
  }

  #textOf(body: Values): string {
    return JSON.stringify(withoutSecrets(this.#definition, body));
  }

  // Secrets stay off the disk, so after a crash all the rest decides; within one page everything does.
  #find(body: Values): Kept | undefined {
    const stored = localStorage.getItem(this.#name);
    if (!stored) return undefined;
    const kept = JSON.parse(stored) as Kept;
    if (Date.now() - kept.at > lifetimeMs || kept.text !== this.#textOf(body)) return undefined;
    return this.#body && this.#body !== JSON.stringify(body) ? undefined : kept;
  }
}
