// What the keyboard reaches, in every view.

import { describe, expect, it } from "vitest";
import { filter, inWindow, option, selected, show, viewsOf } from "./person";

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
      // The view that was shown last, and nothing of what was chosen in it.
      await page.getByRole("listbox", { name: "Keys" }).waitFor();
      expect(await page.getByRole("heading", { name: "Stripe", level: 1 }).count()).toBe(0);
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
      const views = await viewsOf(page);
      expect(views).toContain("overview");
      for (const id of views.reverse()) await show(page, id);
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

  it("filters and adds wherever no text is typed, and lists the keys", () =>
    inWindow({}, async (page) => {
      await page.keyboard.press("Control+3");
      await page.getByRole("button", { name: "New profile" }).focus();
      await page.keyboard.press("n");
      await page.getByRole("dialog", { name: "Add a key" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("/");
      await page.locator('input[type="search"]:focus').waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    }));

  it("walks the list though nothing has the focus", () =>
    inWindow({}, async (page) => {
      await page.keyboard.press("Control+2");
      await page.getByRole("listbox", { name: "Keys" }).waitFor();
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await page.keyboard.press("ArrowDown");
      await selected(page).waitFor();
      await page.keyboard.press("Delete");
      await page.getByText(/was moved to the trash/).waitFor();
      await page.keyboard.press("Control+z");
      await page.getByText(/was restored/).waitFor();
    }));

  it("leaves letters alone where text is typed", () =>
    inWindow({}, async (page) => {
      await filter(page, "n/c");
      expect(await page.getByRole("dialog").count()).toBe(0);
      expect(await page.getByLabel("Filter keys").inputValue()).toBe("n/c");
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
});
