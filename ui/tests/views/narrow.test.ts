// What stays readable and in reach when the window is as small as it may be.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Views } from "./window";

const NOW = "2026-11-23T14:30:00Z";
const WIDTHS = [720, 860, 960, 1060, 1061, 1101];
let all: Views;

beforeAll(async () => {
  all = await Views.start();
});
afterAll(() => all.stop());

async function inWidth(
  width: number,
  name: string,
  act: (page: Page) => Promise<void>,
): Promise<void> {
  const window = await all.open("index", { now: NOW }, "light");
  await window.page.setViewportSize({ width, height: 540 });
  await act(window.page);
  await window.shot(`${name}-${width}`);
  expect(await window.findings()).toEqual([]);
  expect(window.complaints()).toEqual([]);
  await window.close();
}

/** Whether the whole of a control can be seen and clicked. */
async function inReach(page: Page, name: string): Promise<boolean> {
  const button = page.getByRole("button", { name, exact: true });
  const box = await button.boundingBox();
  const width = page.viewportSize()?.width ?? 0;
  if (box === null || box.x < 0 || box.x + box.width > width) return false;
  return button.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
}

const widths = (page: Page, selector: string) =>
  page
    .locator(selector)
    .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().width));

it.each(WIDTHS)("keeps names and buttons of the keys in reach at %i px", (width) =>
  inWidth(width, "keys", async (page) => {
    await page.getByRole("button", { name: "shop/dev", exact: true }).click();
    await page.getByRole("option", { name: /^Stripe/ }).click();
    await page.getByRole("heading", { name: "Used by" }).waitFor();
    for (const name of ["Run…", "Import a .env file", "Add key"])
      expect([name, await inReach(page, name)]).toEqual([name, true]);
    const room = await widths(page, '[role="option"] > :first-child');
    expect(Math.min(...room)).toBeGreaterThanOrEqual(180);
    const head = await page.getByRole("listbox").evaluate((list) => {
      const spans = [...(list.previousElementSibling?.children ?? [])];
      const shown = spans.filter((each) => each.getBoundingClientRect().width > 0);
      return shown.map((each) => [each.scrollWidth, each.clientWidth]);
    });
    for (const [needed, given] of head) expect(needed).toBeLessThanOrEqual(given ?? 0);
  }),
);

/** The dates in words, those whose end cannot be read first in their place. */
const cutDates = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((all) => {
    const dates = all.filter((one) => /\d|hour/.test(one.textContent ?? ""));
    const cut = dates.filter(
      (one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight,
    );
    return { dates: dates.length > 2, cut: cut.map((one) => one.textContent) };
  });

it.each(WIDTHS)("cuts no date at %i px", (width) =>
  inWidth(width, "dates", async (page) => {
    await page.getByRole("heading", { name: "Due keys" }).waitFor();
    expect(await cutDates(page, '[aria-labelledby="due"] li button > :last-child')).toEqual({
      dates: true,
      cut: [],
    });
    await page.getByRole("button", { name: "shop", exact: true }).click();
    await page
      .getByRole("option", { name: /^Stripe/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Used by" }).waitFor();
    expect(await cutDates(page, '[role="option"] > :nth-child(3) > span')).toEqual({
      dates: true,
      cut: [],
    });
  }),
);

it.each([720, 1101])("shows the whole of a long name on its page at %i px", (width) =>
  inWidth(width, "long-name", async (page) => {
    const [name, variable] = ["a_name_without_a_break_".repeat(5), "GOOGLE_CREDENTIALS_".repeat(5)];
    await page.getByRole("button", { name: "shop/dev", exact: true }).click();
    await page.getByRole("option", { name: /^GitHub/ }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
    await page.getByRole("combobox", { name: "Environment variable" }).fill(variable);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const title = page.getByRole("heading", { name });
    await title.waitFor();
    const shown = page.locator("code, span", { hasText: new RegExp(`^${variable}$`) }).last();
    for (const part of [title, shown]) {
      const [needed, given] = await part.evaluate((one) => [one.scrollWidth, one.clientWidth]);
      expect(needed).toBeLessThanOrEqual(given ?? 0);
      const ellipsis = await part.evaluate((one) => getComputedStyle(one).textOverflow);
      expect(ellipsis).toBe("clip");
    }
  }),
);

it.each([720, 1061, 1180])("shows each field of a key without a break at %i px", (width) =>
  inWidth(width, "fields", async (page) => {
    await page.getByRole("button", { name: "shop/dev", exact: true }).click();
    await page.getByRole("option", { name: /^AWS deploy/ }).click();
    await page.getByRole("heading", { name: "Used by" }).waitFor();
    const rows = page.locator("li", { has: page.getByRole("button", { name: /^Reveal / }) });
    const fields = await rows.evaluateAll((all) =>
      all.map((row) => {
        const box = (selector: string) => row.querySelector(selector)?.getBoundingClientRect();
        const [dots, variable] = [box(".dots > [aria-hidden]"), box("code")];
        const label = box(".label");
        return {
          gap: (box("button")?.left ?? 0) - (dots?.right ?? 0),
          lines: [label, variable].map((text) => Math.round((text?.height ?? 0) / 20)),
        };
      }),
    );
    expect(fields.map(({ lines }) => lines)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(Math.min(...fields.map(({ gap }) => gap))).toBeGreaterThanOrEqual(4);
  }),
);

it("keeps the buttons of a launch and of a profile in reach", () =>
  inWidth(720, "launch", async (page) => {
    await page.getByRole("navigation").getByRole("button", { name: "Launch", exact: true }).click();
    const command = "node worker.js --queue mail | tee worker.log --longer than its line";
    await page.getByRole("combobox", { name: "Command" }).fill(command);
    await page.getByRole("button", { name: "New profile" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("article", { name: "node dev" }).waitFor();
    for (const name of ["New profile", "Run node dev", "Run", "Open a terminal"]) {
      await page.getByRole("button", { name, exact: true }).scrollIntoViewIfNeeded();
      expect([name, await inReach(page, name)]).toEqual([name, true]);
    }
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("log").waitFor();
    const stop = page.getByRole("button", { name: `Stop ${command}`, exact: true });
    await stop.scrollIntoViewIfNeeded();
    expect(await inReach(page, `Stop ${command}`)).toBe(true);
  }));

it("lays the key over the list, and takes it away by its button and by Esc", () =>
  inWidth(720, "drawer", async (page) => {
    await page.getByRole("button", { name: "shop/dev", exact: true }).click();
    const list = page.getByRole("listbox", { name: "Keys" });
    const before = await list.boundingBox();
    const heading = page.getByRole("heading", { name: "Stripe", level: 1 });
    await page.getByRole("option", { name: /^Stripe/ }).click();
    await heading.waitFor();
    expect(await list.boundingBox()).toEqual(before);
    await page.getByRole("button", { name: "Close the key" }).click();
    await heading.waitFor({ state: "detached" });
    await page.keyboard.press("Home");
    const key = page.getByRole("complementary");
    await key.waitFor();
    await page.keyboard.press("Enter");
    await page.locator("aside:focus").waitFor();
    await page.keyboard.press("Escape");
    await key.waitFor({ state: "detached" });
    await page.locator('[role="listbox"]:focus').waitFor();
  }));

it("reads the log at 720 px with its keys, and the filters whole", () =>
  inWidth(720, "activity", async (page) => {
    await page
      .getByRole("navigation")
      .getByRole("button", { name: "Activity", exact: true })
      .click();
    await page.getByRole("table").waitFor();
    const keys = await page.getByRole("columnheader", { name: "Keys" }).boundingBox();
    expect(keys?.width).toBeGreaterThan(140);
    const cut = await page
      .locator(".select-trigger .cut")
      .evaluateAll((all) => all.map((each) => each.scrollWidth > each.clientWidth));
    expect(cut).toEqual([false, false, false]);
  }));
