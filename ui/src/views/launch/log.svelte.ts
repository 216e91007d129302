// The text of a launch: fetched piece by piece, as a terminal would show it.

import { backend } from "$backend";

/** Characters that are shown; what came before is let go, as the other side does. */
const SHOWN = 256 * 1024;

export class Log {
  #raw = $state.raw("");
  /** Whether earlier text is gone. */
  cut = $state(false);
  readonly text = $derived(settled(this.#raw));

  #next = 0;
  #fetching = false;
  #wanted = false;

  constructor(readonly id: number) {}

  /** Fetches new output; a call during a fetch makes it fetch once more. */
  async fetch(): Promise<void> {
    this.#wanted = true;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#step();
      }
    } finally {
      this.#fetching = false;
    }
  }

  async #step(): Promise<void> {
    const piece = await backend.launchOutput(this.id, this.#next);
    if (piece === null) return;
    const whole = (piece.from > this.#next ? "" : this.#raw) + piece.text;
    const kept = whole.slice(-SHOWN);
    this.cut ||= piece.from > this.#next || kept.length < whole.length;
    this.#raw = kept;
    this.#next = piece.next;
  }
}

/** The lines as a terminal shows them: text after a carriage return replaces the line. */
export function settled(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/[^\n]*\r(?=[^\n])/g, "");
}
