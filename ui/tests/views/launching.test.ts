// Starting programs and profiles, and what is shown of them.

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { inWindow } from "./person";

describe("the command of a launch", () => {
  const command = (page: Page) => page.getByRole("combobox", { name: "Command" });

  it.each([
    [
      "from the sidebar",
      (page: Page) =>
        page.getByRole("navigation").getByRole("button", { name: "Launch", exact: true }).click(),
    ],
    [
      "from the palette",
      async (page: Page) => {
        await page.keyboard.press("Control+k");
        await page.getByRole("combobox", { name: "Search and commands" }).fill("launch");
        await page.keyboard.press("Enter");
      },
    ],
  ])("types the command at once, %s", (_, go) =>
    inWindow({}, async (page) => {
      await go(page);
      await page.getByRole("heading", { name: "Launch", level: 1 }).waitFor();
      await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
      await page.keyboard.type("node -v /n");
      expect(await command(page).inputValue()).toBe("node -v /n");
      expect(await page.getByRole("dialog").count()).toBe(0);
    }),
  );
});

describe("a launch", () => {
  it("goes from an empty vault over an import to a launch", () =>
    inWindow({ state: "none" }, async (page) => {
      await page.getByRole("button", { name: "Create a vault" }).click();
      await page.getByRole("button", { name: "Import a .env file" }).click();
      await page.getByRole("button", { name: "Choose a file…" }).click();
      await page.getByRole("combobox", { name: "Project" }).fill("shop");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.getByRole("switch", { name: "Kind of REDIS_URL" }).click();
      await page.getByRole("button", { name: "Import 13 keys", disabled: false }).waitFor();
      await page.getByRole("combobox", { name: "Project" }).press("Enter");
      await page.getByRole("button", { name: "Run a command with them" }).click();
      await page.getByText("Sets 12 variables from 12 keys.").waitFor();
      await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
      await page.keyboard.type("node app.js");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("button", { name: "Stop node app.js" }).click();
      await page.getByText("stopped", { exact: true }).waitFor();
    }));

  it("shows the use by a program and by a copy in the list, and what runs", () =>
    inWindow({}, async (page) => {
      const nav = page.getByRole("navigation");
      await page.getByRole("button", { name: "shop/dev", exact: true }).click();
      const unused = page.getByRole("option").filter({ hasNotText: "just now" });
      await unused.first().waitFor();
      await nav.getByRole("button", { name: "Launch", exact: true }).click();
      const running = page.getByRole("region", { name: "Running with keys" });
      await running.getByText("pid 4711").waitFor();
      await page.getByRole("combobox", { name: "Command" }).fill("redis-cli ping");
      await page.keyboard.press("Enter");
      await running.getByText("redis-cli").waitFor();
      await page.getByRole("button", { name: "Stop redis-cli ping" }).click();
      await running.getByText("redis-cli").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "shop/dev", exact: true }).click();
      await page.getByRole("option").first().waitFor();
      await unused.first().waitFor({ state: "detached" });
      await page.getByRole("button", { name: "shop/staging", exact: true }).click();
      await page
        .getByRole("option")
        .filter({ hasNotText: /just now|fields/ })
        .first()
        .click();
      const name = await page.getByRole("heading", { level: 1 }).textContent();
      await page.keyboard.press("c");
      await page.getByRole("option", { name: new RegExp(`^${name}.*just now`) }).waitFor();
    }));

  it("saves a way to launch, starts it, changes it, and removes it", () =>
    inWindow({}, async (page) => {
      await page
        .getByRole("navigation")
        .getByRole("button", { name: "Launch", exact: true })
        .click();
      const choose = async (what: string) => {
        await page.getByRole("button", { name: "More actions for web", exact: true }).click();
        await page.getByRole("menuitem", { name: what, exact: true }).click();
      };
      await page.getByRole("combobox", { name: "Command" }).fill("node server.js");
      await page.getByRole("button", { name: "New profile" }).click();
      const dialog = page.getByRole("dialog");
      const suggested = dialog.getByLabel("Name", { exact: true });
      expect(await suggested.inputValue()).toMatch(/^node /);
      const command = dialog.getByRole("combobox", { name: "Command" });
      expect(await command.inputValue()).toBe("node server.js");
      await dialog.getByLabel("Name", { exact: true }).fill("web");
      await dialog.getByRole("combobox", { name: "Command" }).fill("npm run dev");
      await dialog.getByLabel("Plain variables").fill("LOG_LEVEL=debug");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Run web" }).click();
      await page.getByRole("button", { name: "Stop npm run dev" }).waitFor();
      await choose("Pin to the tray menu");
      await choose("Unpin from the tray menu");
      await choose("Edit");
      expect(await dialog.getByLabel("Plain variables").inputValue()).toBe("LOG_LEVEL=debug");
      await dialog.getByRole("combobox", { name: "Command" }).fill("npm run prod");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("article", { name: "web" }).getByText("npm run prod").waitFor();
      await choose("Duplicate");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("article", { name: "web copy" }).waitFor();
      await choose("Remove");
      await page.getByRole("article", { name: "web", exact: true }).waitFor({ state: "detached" });
    }));

  it("shows what a program writes, and starts it again", () =>
    inWindow({}, async (page) => {
      await page
        .getByRole("navigation")
        .getByRole("button", { name: "Launch", exact: true })
        .click();
      await page.getByRole("combobox", { name: "Command" }).fill("node app.js");
      await page.keyboard.press("Enter");
      const output = page.getByRole("log", { name: "Output of node app.js" });
      await output.getByText("STRIPE_SECRET_KEY is [masked]").waitFor();
      await page.getByRole("button", { name: "Stop node app.js" }).click();
      await page.getByRole("button", { name: "Output of node app.js" }).click();
      await output.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Run node app.js again" }).click();
      await output.waitFor();
      await page.getByRole("button", { name: "Stop node app.js" }).waitFor();
    }));
});
