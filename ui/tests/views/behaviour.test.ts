// What a person does, with the keyboard alone where it can be done so.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Views, type Window } from "./window";

const NOW = "2026-11-23T14:30:00Z";
let all: Views;

beforeAll(async () => {
  all = await Views.start();
});
afterAll(() => all.stop());

async function inWindow(
  options: Record<string, string>,
  act: (page: Page, window: Window) => Promise<void>,
) {
  const window = await all.open("index", { now: NOW, ...options }, "light");
  await act(window.page, window);
  expect(window.complaints()).toEqual([]);
  await window.close();
}

const option = (page: Page, name: RegExp) => page.getByRole("option", { name });
const selected = (page: Page) => page.locator('[role="listbox"] [aria-selected="true"]');

/** The filter has the focus, in the view of the keys. */
async function filter(page: Page, text: string): Promise<void> {
  await page.keyboard.press("/");
  await page.locator('input[type="search"]:focus').waitFor();
  await page.keyboard.type(text);
}

describe("by keyboard", () => {
  it("finds, opens, copies, edits, and locks", () =>
    inWindow({}, async (page) => {
      await filter(page, "shop/dev stripe");
      await option(page, /^St Stripe|^Stripe/).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Stripe", level: 1 }).waitFor();
      await page.keyboard.press("c");
      await page.getByText("Copied. The clipboard is cleared in 20 seconds.").waitFor();
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("ASIDE");
      await page.keyboard.press("r");
      await page.locator('html[data-revealed="Stripe value"]').waitFor();
      await page.keyboard.press("Escape");
      expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe(
        "listbox",
      );
      await page.keyboard.press("r");
      await page.locator('html[data-revealed="Stripe -"]').waitFor();
      await page.keyboard.press("e");
      await page.getByRole("dialog", { name: "Edit Stripe" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("Control+l");
      await page.getByRole("button", { name: "Unlock" }).waitFor();
      expect(await page.getByText("Stripe").count()).toBe(0);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: /keys need attention this week/ }).waitFor();
    }));

  it("walks the list with arrows and letters, ends included", () =>
    inWindow({}, async (page) => {
      await filter(page, "shop/dev");
      await page.keyboard.press("Enter");
      const first = await selected(page).getAttribute("aria-posinset");
      expect(first).toBe("1");
      await page.keyboard.press("ArrowUp");
      expect(await selected(page).getAttribute("aria-posinset")).toBe("1");
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      expect(await selected(page).getAttribute("aria-posinset")).toBe("2");
      await page.keyboard.press("End");
      expect(await selected(page).getAttribute("aria-posinset")).toBe("10");
    }));

  it("acts on the key that the overview leads to", () =>
    inWindow({}, async (page) => {
      await page.getByRole("button", { name: /^Start with / }).click();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator('[role="listbox"]:focus').waitFor();
      await page.keyboard.press("e");
      await page.getByRole("dialog", { name: /^Edit / }).waitFor();
    }));

  it("goes to each view with Ctrl and its number", () =>
    inWindow({}, async (page) => {
      for (const [key, title] of [
        ["3", "Launch"],
        ["4", "Activity"],
        [",", "Settings"],
      ] as const) {
        await page.keyboard.press(`Control+${key}`);
        await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      }
      await page.keyboard.press("Control+2");
      await page.getByRole("listbox", { name: "Keys" }).waitFor();
    }));

  it("reaches a message with F8, and undoes there", () =>
    inWindow({}, async (page) => {
      await filter(page, "shop/dev stripe");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      await page.getByText("Stripe was moved to the trash.").waitFor();
      await page.keyboard.press("F8");
      await page.keyboard.press("Enter");
      await page.getByText("Stripe was restored.").waitFor();
    }));

  it("leaves letters alone where text is typed", () =>
    inWindow({}, async (page) => {
      await filter(page, "n/c");
      expect(await page.getByRole("dialog").count()).toBe(0);
      expect(await page.getByLabel("Filter keys").inputValue()).toBe("n/c");
    }));
});

describe("in Launch", () => {
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

  it("keeps letters from the shortcuts where no field has the focus", () =>
    inWindow({}, async (page) => {
      await page
        .getByRole("navigation")
        .getByRole("button", { name: "Launch", exact: true })
        .click();
      await command(page).waitFor();
      await command(page).blur();
      await page.keyboard.type("n/");
      await page.getByRole("heading", { name: "Launch", level: 1 }).waitFor();
      expect(await page.getByRole("dialog").count()).toBe(0);
    }));
});

describe("with the fake vault", () => {
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

  it("goes from an empty vault over an import to a launch", () =>
    inWindow({ state: "none" }, async (page) => {
      await page.getByRole("button", { name: "Create a vault" }).click();
      await page.getByRole("button", { name: "Import a .env file" }).click();
      await page.getByRole("button", { name: "Choose a file…" }).click();
      await page.getByRole("combobox", { name: "Project" }).fill("shop");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.getByRole("switch", { name: "Kind of REDIS_URL" }).click();
      await page.getByRole("button", { name: "Import 13 keys" }).click();
      await page.getByRole("button", { name: "Run a command with them" }).click();
      await page.getByText("Sets 12 variables from 12 keys.").waitFor();
      await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
      await page.keyboard.type("node app.js");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("button", { name: "Stop node app.js" }).click();
      await page.getByText("ended by signal 15").waitFor();
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

  it("says in the palette what Enter does with the chosen line", () =>
    inWindow({}, async (page) => {
      const says = (text: string) => page.getByRole("dialog").getByText(text, { exact: true });
      await page.keyboard.press("Control+k");
      const search = page.getByRole("combobox", { name: "Search and commands" });
      await search.fill("go to launch");
      await says("↵ open").waitFor();
      await search.fill("lock now");
      await says("↵ run").waitFor();
      await search.fill("sendgrid");
      await says("↵ copy").waitFor();
      await says("Ctrl O open").waitFor();
      await search.fill("aws deploy");
      await says("↵ open").waitFor();
    }));

  it("leads from the timeline to the key", () =>
    inWindow({}, async (page) => {
      await page.getByRole("link", { name: /^Stripe, shop\/dev: rotation in 3 days/ }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Stripe", level: 1 }).waitFor();
    }));

  it("saves settings and refuses what is no setting", () =>
    inWindow({}, async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByLabel("Lock after").fill("x");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("Enter a number from 0 to 1,440").waitFor();
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

describe("with 10,000 keys", () => {
  it("answers a key press in the filter at once, and keeps few rows alive", () =>
    inWindow({ rows: "10000" }, async (page) => {
      await page.keyboard.press("/");
      await page.locator('input[type="search"]:focus').waitFor();
      expect(await page.locator('[role="listbox"] [role="option"]').count()).toBeLessThan(60);
      const spent = await page.evaluate(async () => {
        const input = document.activeElement as HTMLInputElement;
        const said = () => document.querySelector("footer [aria-live]")?.textContent ?? "";
        const type = async (text: string) => {
          const began = performance.now();
          input.value = text;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          await Promise.resolve();
          await Promise.resolve();
          document.body.getBoundingClientRect();
          const took = performance.now() - began;
          if (!said().includes("of 10,000")) throw new Error(`not drawn yet: ${said()}`);
          await new Promise(requestAnimationFrame);
          return took;
        };
        // Each key press several times: the best says what it costs, the rest what else runs here.
        const best = new Map<string, number>();
        for (let round = 0; round < 5; round++) {
          for (let end = 1; end <= "stripe 98".length; end++) {
            const text = "stripe 98".slice(0, end);
            best.set(text, Math.min(best.get(text) ?? Number.POSITIVE_INFINITY, await type(text)));
          }
        }
        return [...best.values()];
      });
      expect(await page.locator('[role="listbox"] [role="option"]').count()).toBeLessThan(60);
      // A time gates only where a benchmark asks: a busy machine is not a defect.
      const slowest = Math.max(...spent);
      if (process.env.KEYHAVEN_BENCH) expect(slowest).toBeLessThan(16);
      await page.getByText(/of 10,000 keys/).waitFor();
    }));

  it("has rows wherever it is scrolled to", () =>
    inWindow({ rows: "10000" }, async (page) => {
      await page.getByRole("navigation").getByRole("button", { name: "Keys" }).click();
      const list = page.getByRole("listbox", { name: "Keys" });
      await list.waitFor();
      await list.evaluate((element) => element.scrollTo(0, 250_000));
      await page.waitForFunction(() => {
        const element = document.querySelector('[role="listbox"]');
        if (element === null) return false;
        const box = element.getBoundingClientRect();
        return [0.1, 0.5, 0.9].every((part) =>
          document
            .elementFromPoint(box.left + 40, box.top + box.height * part)
            ?.closest('[role="option"]'),
        );
      });
    }));
});
