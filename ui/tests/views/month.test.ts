// The month of the overview by keyboard: one stop for Tab, the keys of a grid of dates, and from a
// day to its keys.

import { expect, it } from "vitest";
import { inWindow } from "./person";

it("is walked by the keys of a grid, and leads to a key", () =>
  inWindow({}, async (page) => {
    await page.getByRole("button", { name: "Show by month" }).click();
    const month = page.getByRole("heading", { level: 3 });
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    expect(await month.textContent()).toBe("November 2026");
    await page.getByRole("button", { name: "Next month" }).focus();
    await page.keyboard.press("Tab");
    expect(await focused()).toMatch(/^Monday,? 23 November 2026/);
    for (const [key, day] of [
      ["ArrowRight", "24 November 2026"],
      ["ArrowDown", "1 December 2026"],
      ["End", "6 December 2026"],
      ["Home", "30 November 2026"],
      ["PageDown", "30 December 2026"],
      ["Shift+PageUp", "30 December 2025"],
      ["Shift+PageDown", "30 December 2026"],
      ["PageUp", "30 November 2026"],
      ["ArrowUp", "23 November 2026"],
      ["ArrowLeft", "22 November 2026"],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForFunction(
        (day) => document.activeElement?.textContent?.includes(` ${day}`),
        day,
      );
    }
    // All other days are reached by the arrows alone.
    expect(await page.locator('[role="gridcell"][tabindex="0"]').count()).toBe(1);
    await page.getByRole("button", { name: "Today" }).click();
    await page.getByRole("gridcell", { name: /26 November 2026, \d+ keys?: .*Stripe/ }).focus();
    await page.getByRole("gridcell", { name: /26 November 2026/ }).click();
    await page.keyboard.press("Enter");
    await page.locator("section.below button:focus").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Stripe/ }).waitFor();
  }));
