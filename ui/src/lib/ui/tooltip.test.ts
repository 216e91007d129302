import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TooltipLayer from "./TooltipLayer.svelte";
import { tooltip, tooltips } from "./tooltip.svelte";

let button: HTMLButtonElement;
let detach: (() => void) | undefined;

function attach(text: string, label = ""): void {
  button.setAttribute("aria-label", label);
  const attachment = tooltip(text, "Ctrl+L");
  detach = attachment ? (attachment(button) as typeof detach) : undefined;
}

async function on(event: string, target: Element = button): Promise<void> {
  target.dispatchEvent(new Event(event));
  await tick();
}

async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  await tick();
}

const shown = () => screen.queryByRole("tooltip", { hidden: true })?.textContent?.trim();

beforeEach(() => {
  vi.useFakeTimers();
  button = document.createElement("button");
  document.body.append(button);
});
afterEach(() => {
  detach?.();
  button.remove();
  vi.useRealTimers();
});

describe("a hint", () => {
  it("appears after a moment, with its shortcut, and goes when the pointer leaves", async () => {
    render(TooltipLayer);
    attach("Lock now");
    await on("pointerenter");
    await pass(499);
    expect(shown()).toBeUndefined();
    await pass(1);
    expect(shown()).toBe("Lock now Ctrl+L");
    await on("pointerleave");
    await pass(150);
    expect(shown()).toBeUndefined();
  });

  it("stays while the pointer is on the hint itself", async () => {
    render(TooltipLayer);
    attach("Lock now");
    await on("pointerenter");
    await pass(500);
    await on("pointerleave");
    const hint = screen.getByRole("tooltip", { hidden: true }).parentElement as HTMLElement;
    await on("pointerenter", hint);
    await pass(60_000);
    expect(shown()).toBe("Lock now Ctrl+L");
  });

  it("goes when the focus leaves, but not in the middle of what took it away", async () => {
    render(TooltipLayer);
    attach("Lock now");
    await on("pointerenter");
    await pass(500);
    button.dispatchEvent(new Event("blur"));
    expect(tooltips.open).toBe(true);
    await pass(150);
    expect(tooltips.open).toBe(false);
  });

  it("goes with its element", async () => {
    render(TooltipLayer);
    attach("Lock now");
    await on("pointerenter");
    await pass(500);
    detach?.();
    await tick();
    expect(tooltips.open).toBe(false);
  });

  it("describes the element, unless it is its name", () => {
    render(TooltipLayer);
    attach("Monday, 23 November 2026");
    expect(button.getAttribute("aria-description")).toBe("Monday, 23 November 2026");
    detach?.();
    expect(button.hasAttribute("aria-description")).toBe(false);
    attach("Lock now", "Lock now");
    expect(button.hasAttribute("aria-description")).toBe(false);
  });

  it("is the browser's own in a window without a layer", () => {
    attach("Show");
    expect(button.title).toBe("Show");
  });

  it("shows a name that does not fit, and none of one that does", async () => {
    render(TooltipLayer);
    const name = document.createElement("span");
    name.className = "cut";
    name.textContent = "GOOGLE_APPLICATION_CREDENTIALS";
    button.append(name);
    const point = async (width: number) => {
      Object.defineProperty(name, "scrollWidth", { value: width, configurable: true });
      name.dispatchEvent(new Event("pointerover", { bubbles: true }));
      await pass(500);
      const text = shown();
      tooltips.close();
      await tick();
      return text;
    };
    expect(await point(0)).toBeUndefined();
    expect(await point(300)).toBe("GOOGLE_APPLICATION_CREDENTIALS");
    attach("Another hint");
    expect(await point(300)).toBeUndefined();
  });

  it("shows the names that do not fit of what has the keyboard's focus", async () => {
    render(TooltipLayer);
    for (const [text, width] of [
      ["GOOGLE_APPLICATION_CREDENTIALS", 300],
      ["shop/dev", 0],
      ["a-long-project/production", 300],
    ] as const) {
      const name = document.createElement("span");
      name.className = "cut";
      name.textContent = text;
      Object.defineProperty(name, "scrollWidth", { value: width });
      button.append(name);
    }
    vi.spyOn(button, "matches").mockReturnValue(true);
    button.focus();
    await tick();
    expect(shown()).toBe("GOOGLE_APPLICATION_CREDENTIALS\na-long-project/production");
    button.blur();
    await pass(150);
    expect(shown()).toBeUndefined();
  });

  it("is left out without a text", () => {
    expect(tooltip(undefined)).toBe(false);
    expect(tooltip("")).toBe(false);
  });
});
