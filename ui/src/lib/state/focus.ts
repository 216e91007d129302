// The parts of the window that take the keyboard, by name: each registers itself while it
// exists, and others ask for the focus without knowing where it is in the page.

import type { Attachment } from "svelte/attachments";

export type FocusPart = "filter" | "keys" | "key" | "toasts" | "view";

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

  /** Where a key belongs that arrives while nothing has the focus. */
  home(): HTMLElement | null {
    const parts = [this.#parts.get("keys"), this.#parts.get("view")];
    return parts.find((part) => part?.isConnected) ?? null;
  }

  /** Whether the focus is nowhere, or on the view as a whole. */
  isLost(target: EventTarget | null): boolean {
    const nowhere = [document.body, document.documentElement, this.#parts.get("view")];
    return nowhere.some((each) => each === target);
  }
}

export const focus = new FocusRegistry();
