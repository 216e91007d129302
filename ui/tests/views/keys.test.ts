// Adding, finding, removing and bringing back keys.

import { describe, expect, it } from "vitest";
import { filter, inWindow, option } from "./person";

describe("with keys", () => {
  it("adds a key, recognised as it is pasted, and shows it", () =>
    inWindow({}, async (page) => {
      await page.keyboard.press("n");
      await page.getByLabel("Value", { exact: true }).fill("ghp_made_up_value_0000000000000000");
      await page.getByText("Recognised as GitHub").waitFor();
      expect(await page.getByRole("combobox", { name: "Environment variable" }).inputValue()).toBe(
        "GITHUB_TOKEN",
      );
      await page.getByRole("combobox", { name: "Project" }).fill("blog");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.keyboard.press("Control+Enter");
      await page.getByText("GitHub was added to blog/dev.").waitFor();
      await page.getByRole("heading", { name: "GitHub", level: 1 }).waitFor();
      expect(await page.content()).not.toContain("ghp_made_up");
    }));

  it("adds a pair", () =>
    inWindow({ state: "empty" }, async (page) => {
      await page.getByRole("button", { name: "Add a key" }).click();
      await page.getByRole("button", { name: "Add a field" }).click();
      await page.getByLabel("Value of key").fill("one");
      await page.getByLabel("Value of secret").fill("two");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Exchange");
      await page.getByRole("combobox", { name: "Project" }).fill("bot");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("blue");
      await page.getByRole("dialog").getByRole("button", { name: "Add key" }).click();
      await page.getByText("Choose a tier").waitFor();
      await page.getByRole("combobox", { name: "Tier" }).click();
      await option(page, /^Staging/).click();
      await page.getByRole("dialog").getByRole("button", { name: "Add key" }).click();
      await page.getByText("Exchange was added to bot/blue.").waitFor();
      await page.getByRole("button", { name: "Copy secret" }).waitFor();
    }));

  it("removes with a way back", () =>
    inWindow({}, async (page) => {
      await filter(page, "shop/dev openai");
      await option(page, /OpenAI/).click();
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      await page.getByText("OpenAI was moved to the trash.").waitFor();
      await page.getByText("No key matches").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("OpenAI was restored.").waitFor();
      await option(page, /OpenAI/).waitFor();
    }));

  it("puts a key away that the filter leaves out, and shows it again with it", () =>
    inWindow({}, async (page) => {
      await filter(page, "shop/dev stripe");
      await option(page, /^Stripe/).click();
      const shown = page.getByRole("heading", { name: "Stripe", level: 1 });
      await shown.waitFor();
      await page.getByLabel("Filter keys").fill("shop/dev openai");
      await shown.waitFor({ state: "detached" });
      expect(await page.getByRole("button", { name: "Edit" }).count()).toBe(0);
      await page.getByRole("button", { name: "Clear the filter" }).click();
      await shown.waitFor();
    }));

  it("puts a removed key back from the trash", () =>
    inWindow({}, async (page) => {
      await filter(page, "shop/dev stripe");
      await option(page, /^Stripe/).click();
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      await option(page, /^Stripe/).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Trash" }).click();
      await page.getByRole("button", { name: "Restore Stripe" }).click();
      await page.getByText("The trash is empty").waitFor();
      await page.keyboard.press("Escape");
      await option(page, /^Stripe/).waitFor();
    }));

  it("leads from the timeline to the key", () =>
    inWindow({}, async (page) => {
      await page.getByRole("link", { name: /^Stripe, shop\/dev: rotation in 3 days/ }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Stripe", level: 1 }).waitFor();
    }));
});
