// Hints that appear next to an element when it is pointed at or has the keyboard's focus. The main
// window has one layer that draws them (TooltipLayer); without it they are the browser's own.

import type { Attachment } from "svelte/attachments";

const DELAY_MS = 500;
/** Long enough to move the pointer from the element to its hint (WCAG 1.4.13). */
const LINGER_MS = 150;

export interface Hint {
  text: string;
  /** As the keyboard has it, such as "Ctrl+L". */
  shortcut: string | undefined;
}

class Tooltips {
  hint = $state.raw<Hint | null>(null);
  anchor = $state.raw<HTMLElement | null>(null);
  open = $state(false);
  /** Whether this window has a layer; a prompt has none and starts faster without it. */
  drawn = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #hinted = new WeakSet<Element>();

  /** The element, or one around it, shows a hint when it is pointed at. */
  isHinted(element: Element): boolean {
    for (let each: Element | null = element; each !== null; each = each.parentElement)
      if (this.#hinted.has(each)) return true;
    return false;
  }

  note(element: Element, hinted: boolean): void {
    if (hinted) this.#hinted.add(element);
    else this.#hinted.delete(element);
  }

  /** Shows the hint after the usual delay, or at once where one is shown already. */
  point(anchor: HTMLElement, hint: Hint): void {
    this.#after(this.open ? 0 : DELAY_MS, () => this.show(anchor, hint));
  }

  show(anchor: HTMLElement, hint: Hint): void {
    clearTimeout(this.#timer);
    this.anchor = anchor;
    this.hint = hint;
    this.open = true;
  }

  /** Stays while the pointer is on the hint itself. */
  keep(): void {
    clearTimeout(this.#timer);
  }

  leave(): void {
    this.#after(LINGER_MS, () => this.close());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.open = false;
  }

  /** Called when the element is removed or its hint changes. */
  forget(anchor: HTMLElement): void {
    if (this.anchor !== anchor) return;
    this.close();
    this.anchor = null;
  }

  #after(milliseconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds);
  }
}

export const tooltips = new Tooltips();

/** Gives an element a hint, which also describes it, unless it is its name or its text. */
export function tooltip(
  text: string | null | undefined,
  shortcut?: string,
): Attachment<HTMLElement> | false {
  if (!text) return false;
  const hint = { text, shortcut };
  return (element) => {
    if (!tooltips.drawn) {
      element.title = text;
      return () => element.removeAttribute("title");
    }
    const readAlready = [element.getAttribute("aria-label"), element.textContent?.trim()];
    if (!readAlready.includes(text)) element.setAttribute("aria-description", text);
    tooltips.note(element, true);
    const listening = new AbortController();
    const on = (event: string, listener: (event: Event) => void) =>
      element.addEventListener(event, listener, { signal: listening.signal });
    on("pointerenter", () => tooltips.point(element, hint));
    on("pointerleave", () => tooltips.leave());
    on("pointerdown", () => tooltips.close());
    on("focus", () => element.matches(":focus-visible") && tooltips.show(element, hint));
    // Removing a focused element blurs it in the middle of an update, which must not set state.
    on("blur", () => tooltips.leave());
    return () => {
      listening.abort();
      tooltips.note(element, false);
      element.removeAttribute("aria-description");
      tooltips.forget(element);
    };
  };
}
