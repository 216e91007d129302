// A message covers nothing: the view and dialogs make room for it.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { filter, inWindow, option, selected } from "./person";

const toast = (page: Page) => page.locator(".toast");

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`no ${selector}`);
  return { top: box.y, bottom: box.y + box.height };
}

it("lies below the view, in which the chosen row stays in sight", () =>
  inWindow({ rows: "300" }, async (page) => {
    await page.getByRole("navigation").getByRole("button", { name: "Keys" }).click();
    await page.getByRole("listbox", { name: "Keys" }).focus();
    await page.keyboard.press("End");
    await selected(page).and(page.locator('[aria-posinset="300"]')).waitFor();
    await page.keyboard.press("c");
    await toast(page).waitFor();
    // While it has the focus it stays.
    await page.keyboard.press("F8");
    const shown = await boxOf(page, ".toast");
    expect((await boxOf(page, "main")).bottom).toBeLessThanOrEqual(shown.top);
    const list = await boxOf(page, '[role="listbox"]');
    const row = await boxOf(page, '[role="listbox"] [aria-selected="true"]');
    expect(row.top).toBeGreaterThanOrEqual(list.top);
    // It is scrolled by whole pixels.
    expect(row.bottom).toBeLessThan(list.bottom + 1);
    await page.keyboard.press("Escape");
    await toast(page).waitFor({ state: "detached" });
    const { height } = page.viewportSize() ?? { height: 0 };
    expect((await boxOf(page, "main")).bottom).toBe(height);
  }));

it("does not bring a row back that was scrolled away", () =>
  inWindow({ rows: "300", failing: "remove" }, async (page) => {
    await page.getByRole("navigation").getByRole("button", { name: "Keys" }).click();
    const list = page.getByRole("listbox", { name: "Keys" });
    await list.focus();
    await page.keyboard.press("Home");
    await list.evaluate((element) => element.scrollTo(0, 4800));
    await page.locator('[aria-posinset="101"]').waitFor();
    await page.keyboard.press("Delete");
    await toast(page).waitFor();
    expect(await list.evaluate((element) => element.scrollTop)).toBe(4800);
  }));

it.each([480, 760])("leaves the buttons of a dialog free at a height of %i px", (height) =>
  inWindow({ failing: "remove" }, async (page) => {
    await page.setViewportSize({ width: 900, height });
    await filter(page, "shop/dev openai");
    await option(page, /OpenAI/).click();
    await page.keyboard.press("Delete");
    // What went wrong stays until it is dismissed.
    await toast(page).waitFor();
    await page.keyboard.press("n");
    await page.getByRole("dialog").waitFor();
    await page.getByRole("button", { name: "Add a field" }).click();
    const dialog = await boxOf(page, '[role="dialog"]');
    expect(dialog.top).toBeGreaterThanOrEqual(0);
    expect(dialog.bottom).toBeLessThanOrEqual((await boxOf(page, ".toast")).top);
  }),
);
