// What a window does with more keys than it can draw.

import { describe, expect, it } from "vitest";
import { inWindow } from "./person";

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

  it("has rows for two more screens where it is scrolled to, so that a fast wheel meets some", () =>
    inWindow({ rows: "10000" }, async (page) => {
      await page.getByRole("navigation").getByRole("button", { name: "Keys" }).click();
      const list = page.getByRole("listbox", { name: "Keys" });
      await list.waitFor();
      const ahead = await list.evaluate(async (element) => {
        element.scrollTo(0, 100_000);
        element.scrollTo(0, 100_700);
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        const rows = [...element.querySelectorAll('[role="option"]')];
        const last = Math.max(...rows.map((row) => row.getBoundingClientRect().bottom));
        return (last - element.getBoundingClientRect().bottom) / element.clientHeight;
      });
      expect(ahead).toBeGreaterThan(1.9);
    }));
});
