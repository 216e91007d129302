// The browser's own menu, which could reload the page: nowhere but in a field, where it pastes.

import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import { vault } from "$lib/state/vault.svelte";
import App from "../../App.svelte";
import Prompt from "../../prompt/Prompt.svelte";
import Reveal from "../../reveal/Reveal.svelte";

vi.stubGlobal("matchMedia", () => ({
  matches: false,
  addEventListener: () => {},
  removeEventListener: () => {},
}));

beforeEach(async () => {
  fake.initialised = true;
  fake.locked = true;
  await vault.refresh();
});

/** Whether the browser would show its menu there. */
function opens(element: Element): boolean {
  return element.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
}

it("does not open in the window, not on a button either", async () => {
  render(App);
  expect(opens(await screen.findByRole("button", { name: "Unlock" }))).toBe(false);
  expect(opens(document.body)).toBe(false);
});

it("opens in a prompt only where something is typed", async () => {
  render(Prompt);
  expect(opens(await screen.findByLabelText("Master password"))).toBe(true);
  expect(opens(screen.getByRole("button", { name: "Use the recovery key" }))).toBe(false);
  expect(opens(document.body)).toBe(false);
});

it("does not open where a value is shown", () => {
  render(Reveal);
  expect(opens(document.body)).toBe(false);
});

it("does not open at a box that is ticked", () => {
  render(App);
  const box = document.createElement("input");
  box.type = "checkbox";
  document.body.append(box);
  expect(opens(box)).toBe(false);
  box.type = "text";
  expect(opens(box)).toBe(true);
  box.remove();
});
