import { afterEach, describe, expect, it } from "vitest";
import { focus } from "./focus";

type Detach = (() => void) | undefined;

function element(html: string): HTMLElement {
  document.body.innerHTML = html;
  const found = document.body.firstElementChild;
  if (!(found instanceof HTMLElement)) throw new Error("nothing is there");
  return found;
}

const attach = (name: Parameters<typeof focus.part>[0], to: HTMLElement) =>
  focus.part(name)(to) as Detach;

describe("the focus", () => {
  let detach: Detach;
  afterEach(() => {
    detach?.();
    focus.cancel();
    document.body.replaceChildren();
  });

  it("goes to a part that exists, and selects the text of a field", () => {
    const input = element('<input value="stripe">') as HTMLInputElement;
    detach = attach("filter", input);
    focus.request("filter");
    expect(document.activeElement).toBe(input);
    expect([input.selectionStart, input.selectionEnd]).toEqual([0, 6]);
  });

  it("goes to a part when it appears, once", () => {
    focus.request("key");
    const first = element('<div tabindex="-1"></div>');
    detach = attach("key", first);
    expect(document.activeElement).toBe(first);
    detach?.();
    const second = element('<div tabindex="-1"></div>');
    detach = attach("key", second);
    expect(document.activeElement).toBe(document.body);
  });

  it("goes nowhere after a later request or a cancellation", () => {
    const list = element('<div tabindex="0"></div>');
    focus.request("key");
    detach = attach("keys", list);
    focus.request("keys");
    list.blur();
    const key = element('<div tabindex="-1"></div>');
    attach("key", key)?.();
    expect(document.activeElement).toBe(document.body);
    focus.request("filter");
    focus.cancel();
    attach("filter", key)?.();
    expect(document.activeElement).toBe(document.body);
  });

  it("has a home in the list of keys, else in the view", () => {
    document.body.innerHTML = '<main tabindex="-1"><ul tabindex="0"></ul></main>';
    const [view, list] = ["main", "ul"].map((name) => document.querySelector<HTMLElement>(name));
    if (!view || !list) throw new Error("nothing is there");
    const leave = [attach("view", view), attach("keys", list)];
    expect(focus.home()).toBe(list);
    leave[1]?.();
    expect(focus.home()).toBe(view);
    leave[0]?.();
    expect(focus.home()).toBeNull();
  });
});
