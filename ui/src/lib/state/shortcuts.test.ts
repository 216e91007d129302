// Single letters act on the keys that are looked at, and never on what is typed.

import { afterEach, describe, expect, it, vi } from "vitest";
import type { View } from "./navigation.svelte";
import { handleShortcut } from "./shortcuts";

function pressed(key: string, target: HTMLElement, view: View, control = false): string[] {
  const done: string[] = [];
  const act = (name: string) => vi.fn(() => void done.push(name));
  const shortcuts = {
    lock: act("lock"),
    palette: act("palette"),
    filter: act("filter"),
    add: act("add"),
    blocked: () => false,
    view: () => view,
  };
  const listener = (event: KeyboardEvent) => handleShortcut(event, shortcuts);
  window.addEventListener("keydown", listener);
  target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: control, bubbles: true }));
  window.removeEventListener("keydown", listener);
  return done;
}

function place(html: string, selector: string): HTMLElement {
  document.body.innerHTML = html;
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`nothing is ${selector}`);
  return found;
}

describe("single letters", () => {
  afterEach(() => document.body.replaceChildren());

  it("work in the keys with nothing, the list or the way there in focus", () => {
    expect(pressed("n", document.body, "keys")).toEqual(["add"]);
    expect(pressed("/", document.body, "keys")).toEqual(["filter"]);
    const row = place('<div role="listbox"><div role="option"></div></div>', '[role="option"]');
    expect(pressed("n", row, "keys")).toEqual(["add"]);
    expect(pressed("n", place("<nav><button></button></nav>", "button"), "keys")).toEqual(["add"]);
  });

  it.each(["launch", "activity", "settings"] as const)("do nothing in %s", (view) => {
    expect(pressed("n", document.body, view)).toEqual([]);
    expect(pressed("/", document.body, view)).toEqual([]);
    expect(pressed("k", document.body, view, true)).toEqual(["palette"]);
    expect(pressed("l", document.body, view, true)).toEqual(["lock"]);
  });

  it.each([
    ["a field", "<input>", "input"],
    ["a menu", '<div role="menu"><div role="menuitem"></div></div>', '[role="menuitem"]'],
    ["a button beside the list", "<main><button></button></main>", "button"],
  ])("are left to %s", (_, html, selector) => {
    expect(pressed("n", place(html, selector), "keys")).toEqual([]);
  });
});
