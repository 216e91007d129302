// The preview of an import.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { inWindow } from "./person";

async function preview(page: Page): Promise<void> {
  await page.getByRole("navigation").getByRole("button", { name: "Keys" }).click();
  await page.getByRole("button", { name: "Import a .env file" }).click();
  await page.getByRole("button", { name: "Choose a file…" }).click();
  await page.getByRole("columnheader", { name: "Name" }).waitFor();
}

it("shows no row above the head of its table", () =>
  inWindow({}, async (page) => {
    await page.setViewportSize({ width: 900, height: 480 });
    await preview(page);
    const table = page.getByRole("region", { name: "Import preview" });
    const over = await table.evaluate(async (frame) => {
      const head = frame.querySelector("thead th");
      const found = new Set<string>();
      for (let scrolled = 1; scrolled < frame.scrollHeight - frame.clientHeight; scrolled += 7.3) {
        frame.scrollTo(0, scrolled);
        await new Promise(requestAnimationFrame);
        const { left, width, top } = frame.getBoundingClientRect();
        const bottom = head?.getBoundingClientRect().bottom ?? 0;
        for (let y = top + frame.clientTop + 0.05; y < bottom - 1; y += 0.5) {
          const at = document.elementFromPoint(left + width / 3, y);
          found.add(at?.closest("thead, tbody")?.tagName ?? "nothing");
        }
      }
      return [...found];
    });
    expect(over).toEqual(["THEAD"]);
  }));

it.each(["light", "dark"] as const)("has boxes to tick in the colours of the %s theme", (theme) =>
  inWindow({}, async (page) => {
    await page.emulateMedia({ colorScheme: theme });
    await preview(page);
    const box = page.getByRole("checkbox").first();
    await box.uncheck();
    const [drawn, ground] = await box.evaluate((one) => {
      const frame = one.closest("[role=region]") as Element;
      const { appearance, backgroundColor } = getComputedStyle(one);
      return [appearance, getComputedStyle(frame).backgroundColor === backgroundColor];
    });
    // The engine's own is white in both.
    expect([drawn, ground]).toEqual(["none", true]);
  }),
);
