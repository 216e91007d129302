// Toasts go by themselves, but not while a person reads, points at or uses one.

import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { focus } from "$lib/state/focus";
import { toasts } from "$lib/state/toasts.svelte";
import Toasts from "./Toasts.svelte";

const BRIEF = 4_000;
const texts = () => toasts.all.map(({ text }) => text);

async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  await tick();
}

beforeEach(async () => {
  vi.useFakeTimers();
  render(Toasts);
  toasts.success("first");
  await tick();
});
afterEach(() => {
  for (const { id } of toasts.all) toasts.dismiss(id);
  vi.useRealTimers();
});

const region = () => screen.getByRole("status");
const first = () => screen.getByText("first");
const button = () => screen.getAllByRole("button")[0] as HTMLElement;

describe("a toast", () => {
  it("goes after its time, one with an action later", async () => {
    toasts.success("removed", { label: "Undo", run: () => undefined });
    await pass(BRIEF - 1);
    expect(texts()).toEqual(["first", "removed"]);
    await pass(1);
    expect(texts()).toEqual(["removed"]);
    await pass(5_000);
    expect(texts()).toEqual([]);
  });

  it("stays until it is dismissed when it reports what went wrong", async () => {
    toasts.failure({ code: "invalid", message: "no", hint: null });
    await pass(600_000);
    expect(texts()).toEqual(["no"]);
  });

  it("stays while the pointer is on it, and then gets its whole time again", async () => {
    await pass(BRIEF - 1);
    await fireEvent.mouseEnter(region());
    await pass(60_000);
    expect(texts()).toEqual(["first"]);
    await fireEvent.mouseLeave(region());
    await pass(BRIEF - 1);
    expect(texts()).toEqual(["first"]);
    await pass(1);
    expect(texts()).toEqual([]);
  });

  it("stays while it has the focus, and so does one that comes meanwhile", async () => {
    button().focus();
    toasts.success("second");
    await pass(60_000);
    expect(texts()).toEqual(["first", "second"]);
    button().blur();
    await pass(BRIEF);
    expect(texts()).toEqual([]);
  });

  it("stays while it has the focus when the pointer leaves", async () => {
    button().focus();
    await fireEvent.mouseEnter(region());
    await fireEvent.mouseLeave(region());
    await pass(60_000);
    expect(first()).toBeTruthy();
  });

  it("is reached by the keyboard, and gives the focus back when it is dismissed", async () => {
    const before = document.createElement("button");
    document.body.append(before);
    before.focus();
    focus.request("toasts");
    expect(document.activeElement).toBe(button());
    await fireEvent.keyDown(button(), { key: "Escape" });
    expect(texts()).toEqual([]);
    expect(document.activeElement).toBe(before);
    before.remove();
  });

  it("does not hold later ones back after it was dismissed under the pointer", async () => {
    await fireEvent.mouseEnter(region());
    await fireEvent.click(button());
    toasts.success("next");
    await pass(BRIEF);
    expect(texts()).toEqual([]);
  });
});
