// The size of everything, by the keys of the keyboard, and remembered.

import { beforeEach, expect, it } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import { preferences } from "./preferences.svelte";

function press(key: string, control = true): boolean {
  const event = new KeyboardEvent("keydown", { key, ctrlKey: control, cancelable: true });
  preferences.handleKey(event);
  return event.defaultPrevented;
}

beforeEach(async () => {
  fake.zoom = 100;
  await preferences.load();
});

it("grows to twice the size and no further, and is kept", () => {
  for (let times = 0; times < 12; times++) expect(press("+")).toBe(true);
  expect([preferences.zoom, fake.zoom]).toEqual([200, 200]);
  press("-");
  expect(fake.zoom).toBe(175);
  press("0");
  expect(fake.zoom).toBe(100);
});

it("takes the key without Shift too, and shrinks a little", () => {
  press("=");
  expect(fake.zoom).toBe(110);
  for (let times = 0; times < 12; times++) press("-");
  expect(fake.zoom).toBe(80);
});

it("leaves other keys alone, and keeps the theme", async () => {
  expect([press("+", false), press("k")]).toEqual([false, false]);
  await preferences.choose({ theme: "dark" });
  press("+");
  expect(fake.theme).toBe("dark");
  await preferences.choose({ theme: "system" });
});
