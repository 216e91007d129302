// Every view in both themes: axe finds nothing serious, the console stays silent, a picture is made.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW, show, viewsOf } from "./person";
import { type Theme, Views, type Window } from "./window";

interface ViewCase {
  name: string;
  page?: "index" | "prompt" | "reveal";
  options?: Record<string, string>;
  arrive?: (page: Page) => Promise<void>;
}

const go = (label: string) => (page: Page) =>
  page.getByRole("navigation").getByRole("button", { name: label, exact: true }).click();

async function openKeys(page: Page, name = "Stripe"): Promise<void> {
  await page.getByRole("button", { name: "shop/dev", exact: true }).click();
  await page.getByRole("option", { name: new RegExp(`^${name}`) }).click();
  await page.getByRole("heading", { name: "Used by" }).waitFor();
}

async function openImport(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Import a .env file" }).click();
  await page.getByRole("button", { name: "Choose a file…" }).click();
}

async function saveProfile(page: Page, name: string, command: string): Promise<void> {
  await page.getByRole("button", { name: "New profile" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("dialog").getByRole("combobox", { name: "Command" }).fill(command);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("article", { name }).waitFor();
}

async function createVault(page: Page): Promise<void> {
  await page.getByLabel("Master password").fill("several unrelated words");
  await page.getByLabel("Repeat the password").fill("several unrelated words");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your recovery key" }).waitFor();
}

/** Gives the backup's password; the vault's own is asked for then. */
async function proveBackup(page: Page): Promise<void> {
  await page.getByLabel("Master password when it was made").fill("correct horse battery");
  await page.keyboard.press("Enter");
}

const cases: ViewCase[] = [
  { name: "welcome", options: { state: "none" } },
  { name: "locked", options: { state: "locked" } },
  {
    name: "locked-damaged",
    options: { state: "locked", damaged: "" },
    arrive: async (page) => {
      await page.getByRole("button", { name: "Unlock" }).click();
      await page.getByRole("dialog", { name: "Which backup?" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    },
  },
  {
    name: "backups-damaged",
    options: { state: "locked", damaged: "" },
    arrive: async (page) => {
      await page.getByRole("button", { name: "Unlock" }).click();
      await page
        .getByRole("dialog", { name: "Which backup?" })
        .getByText("daily")
        .first()
        .waitFor();
    },
  },
  { name: "no-agent", options: { failing: "status" } },
  { name: "first-steps", options: { state: "empty" } },
  { name: "overview" },
  {
    name: "overview-month",
    arrive: async (page) => {
      await page.getByRole("button", { name: "Show by month" }).click();
      await page
        .getByRole("gridcell", { name: /keys?: .*Stripe/ })
        .first()
        .click();
    },
  },
  {
    name: "health",
    arrive: async (page) => {
      await go("Health")(page);
      await page.getByRole("heading", { name: "Warnings" }).waitFor();
    },
  },
  {
    name: "health-many",
    options: { rows: "10000" },
    arrive: async (page) => {
      await go("Health")(page);
      await page.getByRole("heading", { name: "Warnings" }).waitFor();
      await page.getByText("more findings are not shown").waitFor();
    },
  },
  { name: "keys", arrive: openKeys },
  {
    name: "keys-all",
    arrive: async (page) => {
      await page.getByRole("navigation").getByRole("button", { name: "Keys" }).click();
      await page.getByRole("listbox", { name: "Keys" }).waitFor();
    },
  },
  { name: "keys-pair", arrive: (page) => openKeys(page, "AWS deploy") },
  {
    name: "keys-nothing-found",
    arrive: async (page) => {
      await page.keyboard.press("/");
      await page.locator('input[type="search"]:focus').waitFor();
      await page.keyboard.type("zzz");
      await page.getByText("No key matches").waitFor();
    },
  },
  {
    name: "key-menu",
    arrive: async (page) => {
      await openKeys(page);
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).waitFor();
    },
  },
  {
    name: "add",
    arrive: async (page) => {
      await page.keyboard.press("n");
      await page.getByLabel("Value", { exact: true }).fill("sk-proj-made-up-value-000000000000");
      await page.getByText("Recognised as OpenAI").waitFor();
      await page.getByRole("combobox", { name: "Project" }).fill("shop");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("blue");
      await page.getByRole("textbox", { name: "Expires" }).fill("90d");
      await page.getByRole("textbox", { name: "Scopes" }).fill("read,write,");
    },
  },
  {
    name: "add-problems",
    arrive: async (page) => {
      await page.keyboard.press("n");
      await page.getByRole("dialog").getByRole("button", { name: "Add key" }).click();
      await page.getByText("Enter a name").waitFor();
    },
  },
  {
    name: "edit",
    arrive: async (page) => {
      await openKeys(page);
      await page.keyboard.press("e");
      await page.getByRole("dialog").getByLabel("Name").waitFor();
    },
  },
  {
    name: "new-value",
    arrive: async (page) => {
      await openKeys(page);
      await page.getByRole("button", { name: "New value…" }).click();
      await page.getByLabel("New value", { exact: true }).waitFor();
    },
  },
  {
    name: "import",
    options: { state: "empty" },
    arrive: async (page) => {
      await openImport(page);
      await page.getByRole("combobox", { name: "Project" }).fill("shop");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.getByText("13 new").waitFor();
    },
  },
  {
    name: "import-broken",
    options: { state: "empty", importing: "broken.env" },
    arrive: async (page) => {
      await openImport(page);
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.getByText("2 lines cannot be read").waitFor();
      await page.getByText("2 new").waitFor();
    },
  },
  {
    name: "import-aws",
    options: { state: "empty", importing: "aws.env" },
    arrive: async (page) => {
      await openImport(page);
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.getByRole("switch", { name: /^Store the AWS key/ }).check();
      await page.getByText("a field of aws").first().waitFor();
    },
  },
  {
    name: "import-choose",
    options: { state: "empty" },
    arrive: (page) => page.getByRole("button", { name: "Import a .env file" }).click(),
  },
  {
    name: "import-done",
    options: { state: "empty" },
    arrive: async (page) => {
      await openImport(page);
      await page.getByRole("combobox", { name: "Project" }).fill("shop");
      await page.getByRole("combobox", { name: "Environment", exact: true }).fill("dev");
      await page.getByRole("button", { name: "Import 13 keys" }).click();
      await page.getByText("13 keys are in shop/dev").waitFor();
    },
  },
  {
    name: "launch",
    arrive: async (page) => {
      await go("Launch")(page);
      await page.getByRole("combobox", { name: "Command" }).fill("node server.js --port 3000");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Stop node server.js --port 3000" }).waitFor();
    },
  },
  {
    name: "launch-select",
    arrive: async (page) => {
      await go("Launch")(page);
      await page.getByRole("combobox", { name: "Environment" }).click();
      await page.getByRole("option", { name: /^staging/ }).waitFor();
    },
  },
  {
    name: "profiles",
    arrive: async (page) => {
      await go("Launch")(page);
      await saveProfile(page, "web", "npm run dev");
      await saveProfile(page, "worker", "node worker.js --queue mail | tee worker.log");
    },
  },
  {
    name: "profile-dialog",
    arrive: async (page) => {
      await go("Launch")(page);
      await page.getByRole("button", { name: "New profile" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Folder: Home folder. Choose another…" }).click();
      await page.getByRole("dialog").getByRole("combobox", { name: "Command" }).click();
      await page.getByRole("option", { name: "npm run dev" }).waitFor();
    },
  },
  {
    name: "trash",
    arrive: async (page) => {
      await go("Keys")(page);
      await page.getByRole("option").first().click();
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      await page.getByRole("button", { name: "Trash" }).click();
      await page.getByRole("button", { name: /^Restore / }).waitFor();
    },
  },
  {
    name: "activity",
    arrive: async (page) => {
      await go("Activity")(page);
      await page.getByRole("table").waitFor();
    },
  },
  {
    name: "settings",
    arrive: async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByLabel("Lock after").fill("60");
      await page.getByText("Not saved yet").waitFor();
    },
  },
  {
    name: "row-menu-production",
    arrive: async (page) => {
      await go("Keys")(page);
      await page.keyboard.press("/");
      await page.keyboard.type("prod");
      await page.getByRole("option").first().click({ button: "right" });
      await page.getByRole("menuitem", { name: /^Remove/ }).waitFor();
    },
  },
  {
    name: "palette",
    arrive: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search and commands" }).fill("exch");
      await page
        .getByRole("option", { name: /Exchange/ })
        .first()
        .waitFor();
    },
  },
  {
    name: "toast",
    arrive: async (page) => {
      await openKeys(page);
      await page.getByRole("button", { name: "Copy Value" }).click();
      await page.getByText("Copied. The clipboard is cleared in 20 seconds.").waitFor();
    },
  },
  { name: "prompt-unlock", page: "prompt", options: { prompt: "unlock" } },
  {
    name: "prompt-wrong",
    page: "prompt",
    options: { prompt: "unlock" },
    arrive: async (page) => {
      await page.getByLabel("Master password").fill("not it");
      await page.keyboard.press("Enter");
      await page.getByText("The password is wrong").waitFor();
    },
  },
  {
    name: "prompt-older",
    page: "prompt",
    options: { prompt: "unlock" },
    arrive: async (page) => {
      await page.getByLabel("Master password").fill("older");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Unlock anyway" }).waitFor();
    },
  },
  {
    name: "prompt-create",
    page: "prompt",
    options: { prompt: "create" },
    arrive: async (page) => {
      await page.getByLabel("Master password").fill("a fair length!");
      await page.getByText("Fair.").waitFor();
    },
  },
  {
    name: "prompt-recovery",
    page: "prompt",
    options: { prompt: "create" },
    arrive: createVault,
  },
  {
    name: "prompt-sheet",
    page: "prompt",
    options: { prompt: "create" },
    arrive: async (page) => {
      await createVault(page);
      await page.emulateMedia({ media: "print" });
      await page.getByRole("heading", { name: "Keyhaven recovery key" }).waitFor();
    },
  },
  { name: "reveal", page: "reveal" },
  { name: "reveal-long", page: "reveal", options: { reveal: "long" } },
  { name: "reveal-empty", page: "reveal", options: { reveal: "empty" } },
  { name: "reveal-locked", page: "reveal", options: { reveal: "locked" } },
  {
    name: "prompt-rekey",
    page: "prompt",
    options: { prompt: "rekey" },
    arrive: async (page) => {
      await page.getByLabel("Old master password").waitFor();
    },
  },
  {
    name: "prompt-unlock-recovery",
    page: "prompt",
    options: { prompt: "unlock" },
    arrive: async (page) => {
      await page.getByRole("button", { name: "Use the recovery key" }).click();
      await page.getByLabel("Recovery key").fill("7K2QW-93XPA");
      await page.keyboard.press("Enter");
      await page.getByText("The recovery key is not typed correctly").waitFor();
    },
  },
  { name: "prompt-restore", page: "prompt", options: { prompt: "restore" } },
  {
    name: "prompt-restore-present",
    page: "prompt",
    options: { prompt: "restore" },
    arrive: async (page) => {
      await proveBackup(page);
      await page.getByLabel("Master password of this vault").waitFor();
    },
  },
  {
    name: "prompt-restored",
    page: "prompt",
    options: { prompt: "restore" },
    arrive: async (page) => {
      await proveBackup(page);
      await page.getByLabel("Master password of this vault").fill("correct horse battery");
      await page.keyboard.press("Enter");
      await page.getByText("1 key has changed since").waitFor();
    },
  },
  {
    name: "prompt-salvage",
    page: "prompt",
    options: { prompt: "salvage", damaged: "" },
    arrive: async (page) => {
      await page.getByText("Save what can be read").waitFor();
    },
  },
  {
    name: "prompt-salvaged",
    page: "prompt",
    options: { prompt: "salvage", damaged: "" },
    arrive: async (page) => {
      await page.getByLabel("Master password of the damaged vault").fill("correct horse battery");
      await page.getByLabel("Master password of the new vault").fill("several unrelated words");
      await page.getByLabel("Repeat the password").fill("several unrelated words");
      await page.keyboard.press("Enter");
      await page.getByText(/keys were saved in/).waitFor();
    },
  },
  { name: "prompt-login", page: "prompt", options: { prompt: "unlock", state: "login" } },
  {
    name: "prompt-password",
    page: "prompt",
    options: { prompt: "password" },
    arrive: async (page) => {
      await page.getByLabel("Old master password").fill("correct horse battery");
      await page.getByLabel("New master password").fill("a fair length!");
      await page.getByText("Fair.").waitFor();
    },
  },
  { name: "prompt-new-recovery", page: "prompt", options: { prompt: "recovery" } },
  {
    name: "settings-recovered",
    options: { state: "recovered" },
    arrive: async (page) => {
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByText("The vault was unlocked with the recovery key").waitFor();
      await page
        .getByRole("button", { name: "Create a new one… Vault key" })
        .scrollIntoViewIfNeeded();
    },
  },
  { name: "prompt-configure", page: "prompt", options: { prompt: "configure" } },
];

async function look(window: Window, name: string): Promise<void> {
  await window.shot(name);
  expect(await window.findings()).toEqual([]);
  expect(await window.ligatures()).toEqual([]);
  expect(window.complaints()).toEqual([]);
}

describe.each(["light", "dark"] as Theme[])("in the %s theme", (theme) => {
  let all: Views;
  beforeAll(async () => {
    all = await Views.start();
  });
  afterAll(() => all.stop());

  it("each view, as it is when it is opened", async () => {
    const window = await all.open("index", { now: NOW }, theme);
    for (const id of await viewsOf(window.page)) {
      await show(window.page, id);
      await look(window, `view-${id}`);
    }
    await window.close();
  });

  it.each(cases)("$name", async ({ name, page = "index", options = {}, arrive }) => {
    const window = await all.open(page, { now: NOW, ...options }, theme);
    await arrive?.(window.page);
    await look(window, name);
    await window.close();
  });
});
