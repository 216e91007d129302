// Single letters act on the keys that are looked at, and never on what is typed.

import { afterEach, describe, expect, it, vi } from "vitest";
import { type FocusPart, focus } from "./focus";
import { handleShortcut } from "./shortcuts";

const lettered = ["overview", "keys"];

function pressed(key: string, target: HTMLElement, view: string, control = false): string[] {
  const done: string[] = [];
  const act = (name: string) => vi.fn(() => void done.push(name));
  const shortcuts = {
    lock: act("lock"),
    palette: act("palette"),
    filter: act("filter"),
    add: act("add"),
    blocked: () => false,
    toasts: act("toasts"),
    letters: () => lettered.includes(view),
    view: (pressed: string) => (pressed === "2" ? act("keys") : null),
  };
  const listener = (event: KeyboardEvent) => handleShortcut(event, shortcuts);
  window.addEventListener("keydown", listener);
  target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: control, bubbles: true }));
  window.removeEventListener("keydown", listener);
  return done;
}

/** Shows the markup, whose first element is that part, and finds an element in it. */
function shown(html: string, selector: string, part: FocusPart | null = null): HTMLElement {
  document.body.innerHTML = html;
  const found = document.querySelector<HTMLElement>(selector);
  const whole = document.body.firstElementChild;
  if (found === null || !(whole instanceof HTMLElement)) throw new Error(`nothing is ${selector}`);
  if (part !== null) focus.part(part)(whole);
  return found;
}

describe("single letters", () => {
  afterEach(() => document.body.replaceChildren());

  it("work in the keys with nothing, the list or the way there in focus", () => {
    expect(pressed("n", document.body, "keys")).toEqual(["add"]);
    expect(pressed("/", document.body, "keys")).toEqual(["filter"]);
    const row = shown("<ul><li></li></ul>", "li", "keys");
    expect(pressed("n", row, "keys")).toEqual(["add"]);
    const way = shown("<nav><button></button></nav>", "button", "navigation");
    expect(pressed("n", way, "keys")).toEqual(["add"]);
    const key = shown("<aside></aside>", "aside", "key");
    expect(pressed("n", key, "keys")).toEqual(["add"]);
  });

  it("are left to a button of the key that is shown", () => {
    const button = shown("<aside><button></button></aside>", "button", "key");
    expect(pressed("n", button, "keys")).toEqual([]);
  });

  it.each(["launch", "activity", "settings"] as const)("do nothing in %s", (view) => {
    expect(pressed("n", document.body, view)).toEqual([]);
    expect(pressed("/", document.body, view)).toEqual([]);
    expect(pressed("k", document.body, view, true)).toEqual(["palette"]);
    expect(pressed("l", document.body, view, true)).toEqual(["lock"]);
    expect(pressed("2", document.body, view, true)).toEqual(["keys"]);
    expect(pressed("9", document.body, view, true)).toEqual([]);
    expect(pressed("F8", document.body, view)).toEqual(["toasts"]);
  });

  it.each([
    ["a field", "<input>", "input"],
    ["a menu", '<div role="menu"><div role="menuitem"></div></div>', '[role="menuitem"]'],
    ["a button next to the list", "<main><button></button></main>", "button"],
  ])("are left to %s", (_, html, selector) => {
    expect(pressed("n", shown(html, selector), "keys")).toEqual([]);
  });
});
