// The parts of the window that take the keyboard, by name: each registers itself while it
// exists, and others ask for the focus without knowing where it is in the page.

import type { Attachment } from "svelte/attachments";

export type FocusPart = "navigation" | "filter" | "keys" | "key" | "toasts";

class FocusRegistry {
  readonly #parts = new Map<FocusPart, HTMLElement>();
  #wanted: FocusPart | null = null;

  /** Registers an element as that part while it exists. */
  part(name: FocusPart): Attachment<HTMLElement> {
    return (element) => {
      this.#parts.set(name, element);
      if (this.#wanted === name) this.request(name);
      return () => {
        if (this.#parts.get(name) === element) this.#parts.delete(name);
      };
    };
  }

  /** Gives the part the focus, as soon as it exists; the latest request counts. */
  request(name: FocusPart): void {
    const element = this.#parts.get(name);
    this.#wanted = element === undefined ? name : null;
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  }

  /** Drops a request for a part that has not appeared yet. */
  cancel(): void {
    this.#wanted = null;
  }

  /** Whether the target is the part itself. */
  is(target: Node, name: FocusPart): boolean {
    return this.#parts.get(name) === target;
  }

  /** Whether the target is inside one of the parts. */
  holds(target: Node, names: FocusPart[]): boolean {
    return names.some((name) => this.#parts.get(name)?.contains(target) ?? false);
  }
}

export const focus = new FocusRegistry();
