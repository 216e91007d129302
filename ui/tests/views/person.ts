// One window for each test, and what a person does in most of them.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { Views, type Window } from "./window";

export const NOW = "2026-11-23T14:30:00Z";
let all: Views;

beforeAll(async () => {
  all = await Views.start();
});
afterAll(() => all.stop());

export async function inWindow(
  options: Record<string, string>,
  act: (page: Page, window: Window) => Promise<void>,
) {
  const window = await all.open("index", { now: NOW, ...options }, "light");
  await act(window.page, window);
  expect(window.complaints()).toEqual([]);
  await window.close();
}

export const option = (page: Page, name: RegExp) => page.getByRole("option", { name });
export const selected = (page: Page) => page.locator('[role="listbox"] [aria-selected="true"]');

/** The filter has the focus, in the view of the keys. */
export async function filter(page: Page, text: string): Promise<void> {
  await page.keyboard.press("/");
  await page.locator('input[type="search"]:focus').waitFor();
  await page.keyboard.type(text);
}

/** The ids of the views, as the sidebar lists them. */
export const viewsOf = (page: Page) =>
  page
    .locator("nav [data-view]")
    .evaluateAll((buttons) => buttons.map((each) => each.getAttribute("data-view")));

/** Goes to a view by its shortcut. */
export async function show(page: Page, id: string | null): Promise<void> {
  const button = page.locator(`nav [data-view="${id}"]`);
  await page.keyboard.press((await button.getAttribute("aria-keyshortcuts")) ?? "");
  await button.and(page.locator('[aria-current="page"]')).waitFor();
  await page.locator("main > *").first().waitFor();
}
