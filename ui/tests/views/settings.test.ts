// Settings, themes and backups.

import { describe, expect, it } from "vitest";
import { inWindow } from "./person";

describe("in the settings", () => {
  it("saves settings and refuses what is no setting", () =>
    inWindow({}, async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByLabel("Lock after").fill("x");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("Enter a number from 1 to 1,440, or 0 for no limit").waitFor();
      await page.getByLabel("Lock after").fill("15");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("The settings were saved.").waitFor();
    }));

  it("puts a setting back that nobody vouched for, and shows no success", () =>
    inWindow({ leaving: "" }, async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByLabel("Lock after").fill("240");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.locator('.toast[data-tone="plain"]', { hasText: "were not changed" }).waitFor();
      expect(await page.getByLabel("Lock after").inputValue()).toBe("30");
      expect(await page.getByText("Not saved yet").count()).toBe(0);
      expect(await page.locator('.toast[data-tone="done"]').count()).toBe(0);
    }));

  it("takes a chosen theme against the system's, and the system's again", () =>
    inWindow({}, async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByRole("radio", { name: "Dark" }).check();
      const dark = await ground();
      expect(dark).not.toBe(light);
      await page.getByRole("radio", { name: "System" }).check();
      expect(await ground()).toBe(light);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await ground()).toBe(dark);
      await page.getByRole("radio", { name: "Light" }).check();
      expect(await ground()).toBe(light);
    }));

  it("keeps each command of a sentence on one line", () =>
    inWindow({}, async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByText("kh doctor").waitFor();
      await page.setViewportSize({ width: 720, height: 540 });
      const lines = await page
        .locator("p code")
        .filter({ hasText: /^kh / })
        .evaluateAll((all) => all.map((each) => each.getClientRects().length));
      expect(lines.length).toBeGreaterThan(1);
      expect(new Set(lines)).toEqual(new Set([1]));
    }));

  it("lists the backups and writes one when asked", () =>
    inWindow({}, async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      const list = page.getByRole("list", { name: "Backups" });
      await list.getByText("before an import").waitFor();
      expect(await list.getByRole("listitem").count()).toBe(4);
      await list.getByText("damaged").waitFor();
      await page.getByRole("button", { name: "Back up now" }).click();
      await page.getByText(/^The backup was written and verified/).waitFor();
      expect(await list.getByRole("listitem").count()).toBe(5);
      await list.getByText("manual").waitFor();
    }));

  it("restores a listed backup or another file, but no damaged one", () =>
    inWindow({}, async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      const list = page.getByRole("list", { name: "Backups" });
      const restored = () => page.evaluate(() => document.documentElement.dataset.restored);
      const buttons = list.getByRole("button", { name: /^Restore the backup of/ });
      await buttons.first().click();
      await page.getByText("The backup was restored.").first().waitFor();
      expect(await restored()).toMatch(/-daily\.khbackup$/);
      expect(await buttons.last().isDisabled()).toBe(true);
      await page.getByRole("button", { name: "Restore another file…" }).click();
      await page.waitForFunction(() => document.documentElement.dataset.restored === "picked");
    }));
});
