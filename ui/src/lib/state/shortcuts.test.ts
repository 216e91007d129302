// Single characters act wherever no text is typed, and never on what is typed.

import { afterEach, describe, expect, it, vi } from "vitest";
import { type FocusPart, focus } from "./focus";
import { handleShortcut } from "./shortcuts";

function pressed(key: string, target: HTMLElement, control = false, blocked = false): string[] {
  const done: string[] = [];
  const act = (name: string) => vi.fn(() => void done.push(name));
  const shortcuts = {
    lock: act("lock"),
    palette: act("palette"),
    filter: act("filter"),
    add: act("add"),
    undo: act("undo"),
    help: act("help"),
    blocked: () => blocked,
    toasts: act("toasts"),
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

describe("single characters", () => {
  afterEach(() => document.body.replaceChildren());

  it.each([
    ["the body", "<p></p>", "p"],
    ["a row of the list", '<ul role="listbox"><li role="option"></li></ul>', "li"],
    ["a button", "<main><button></button></main>", "button"],
    ["the key that is shown", '<aside tabindex="-1"></aside>', "aside"],
    ["a check box", '<label><input type="checkbox"></label>', "input"],
  ])("work with the focus on %s", (_, html, selector) => {
    const target = shown(html, selector);
    expect(pressed("n", target)).toEqual(["add"]);
    expect(pressed("/", target)).toEqual(["filter"]);
    expect(pressed("?", target)).toEqual(["help"]);
    expect(pressed("z", target, true)).toEqual(["undo"]);
  });

  it.each([
    ["a field", "<input>", "input"],
    ["a field of several lines", "<textarea></textarea>", "textarea"],
    ["a choice", '<button role="combobox"></button>', "button"],
    ["a menu", '<div role="menu"><div role="menuitem"></div></div>', '[role="menuitem"]'],
    ["an open list", '<div class="floating"><div role="option"></div></div>', '[role="option"]'],
  ])("are left to %s", (_, html, selector) => {
    const target = shown(html, selector);
    for (const key of ["n", "/", "?"]) expect(pressed(key, target)).toEqual([]);
    expect(pressed("z", target, true)).toEqual([]);
  });
});

describe("keys with Ctrl, and function keys", () => {
  it("work wherever the focus is", () => {
    const field = shown("<input>", "input");
    for (const [key, does] of [
      ["k", "palette"],
      ["l", "lock"],
      ["f", "filter"],
      ["n", "add"],
      ["2", "keys"],
    ] as const)
      expect(pressed(key, field, true)).toEqual([does]);
    expect(pressed("9", field, true)).toEqual([]);
    expect(pressed("F8", field)).toEqual(["toasts"]);
    expect(pressed("F1", field)).toEqual(["help"]);
  });

  it("lock even where a dialog is open, and do nothing else there", () => {
    const target = shown("<p></p>", "p");
    expect(pressed("l", target, true, true)).toEqual(["lock"]);
    for (const key of ["k", "f", "n", "z", "2"])
      expect(pressed(key, target, true, true)).toEqual([]);
    expect(pressed("n", target, false, true)).toEqual([]);
  });
});

describe("a key that arrives while nothing has the focus", () => {
  it("goes to the list of keys, which then has it", () => {
    const list = shown('<ul tabindex="0"></ul>', "ul", "keys");
    const seen: string[] = [];
    list.addEventListener("keydown", (event) => {
      seen.push(event.key);
      if (event.key === "c") event.preventDefault();
    });
    expect(pressed("c", document.body)).toEqual([]);
    expect(document.activeElement).toBe(list);
    list.blur();
    expect(pressed("n", document.body)).toEqual(["add"]);
    list.blur();
    expect(pressed("Tab", document.body)).toEqual([]);
    expect(seen).toEqual(["c", "n"]);
    expect(document.activeElement).toBe(document.body);
  });

  it("goes on from the view to the list when that appears", () => {
    const view = shown('<main tabindex="-1"></main>', "main", "view");
    expect(pressed("ArrowDown", document.body)).toEqual([]);
    expect(document.activeElement).toBe(view);
    const list = document.createElement("ul");
    list.tabIndex = 0;
    view.append(list);
    focus.part("keys")(list);
    expect(pressed("n", view)).toEqual(["add"]);
    expect(document.activeElement).toBe(list);
  });
});
