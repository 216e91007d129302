// The menu of a key.

import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import type { Tier } from "$lib/ipc/generated";
import KeyActions from "./KeyActions.svelte";

const user = userEvent.setup({ delay: null });

beforeEach(() => {
  fake.locked = false;
});

async function menuOf(tier: Tier): Promise<[string, HTMLElement]> {
  const view = fake.living.find((each) => each.tier === tier);
  if (view === undefined) throw new Error(`no key of ${tier}`);
  render(KeyActions, { view });
  await user.click(screen.getByRole("button", { name: "More actions" }));
  return [view.name, await screen.findByRole("menu")];
}

it("is named after its key, and after production where that is its tier", async () => {
  const [name, menu] = await menuOf("production");
  expect(menu.getAttribute("aria-label")).toBe(`${name}, production`);
  // Nothing but items can be reached in a menu; the mark is for the eye.
  const mark = menu.querySelector(":scope > :not([role])");
  expect([mark?.textContent?.trim(), mark?.getAttribute("aria-hidden")]).toEqual([
    "Production",
    "true",
  ]);
});

it("has no mark for another tier", async () => {
  const [name, menu] = await menuOf("development");
  expect(menu.getAttribute("aria-label")).toBe(name);
  expect(menu.querySelector(":scope > :not([role])")).toBeNull();
});
