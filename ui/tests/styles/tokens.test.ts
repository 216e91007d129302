// Sizes, distances and colours come from tokens.css alone; `npm run check` runs this file.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { literalsIn } from "./literals";

const TOKENS = "src/lib/styles/tokens.css";
const RUST = "../src-tauri/src";

const below = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => ending.test(path))
    .map((path) => join(folder, path));

describe("tokens", () => {
  it("are the only source of font sizes, radii and distances", () => {
    const checked = below("src", /\.(css|svelte)$/).filter((path) => path !== TOKENS);
    expect(checked.length).toBeGreaterThan(50);
    expect(
      checked
        .filter((path) => !path.endsWith("print.css"))
        .flatMap((path) => literalsIn(path, readFileSync(path, "utf8"))),
    ).toEqual([]);
  });

  it.each([
    ["padding: 4px 0", true],
    ["margin-top: -6px", true],
    ["gap: calc(14px + var(--space-8))", true],
    ["font: 12px / 1.5 var(--mono)", true],
    ["border-radius: 50%", true],
    ["padding: 1px var(--space-6)", false],
    ["font: var(--text-small) / 20px var(--mono)", false],
    ["margin: 0 auto", false],
    ["width: 12px", false],
  ])("are missed in %s: %s", (declaration, missed) => {
    const text = `<p></p>\n<style>\n/* gap: 3px */\np { ${declaration}; }\n@media print { p { gap: 4mm; } }\n</style>`;
    expect(literalsIn("a.svelte", text)).toEqual(missed ? [`a.svelte:4: ${declaration}`] : []);
  });

  it("are missed in a style directive", () => {
    expect(literalsIn("a.svelte", `<p style:padding-left="{x}px"></p>`)).toHaveLength(1);
  });

  it("have the two colours that the window paints before the page", () => {
    const ground = /--ground: light-dark\((#\w{6}), (#\w{6})\)/.exec(readFileSync(TOKENS, "utf8"));
    const painted = below(RUST, /\.rs$/)
      .flatMap((path) => [
        ...readFileSync(path, "utf8").matchAll(
          /const (LIGHT|DARK): Color = Color\(0x(\w\w), 0x(\w\w), 0x(\w\w), 0xff\)/g,
        ),
      ])
      .map(([, name, ...rgb]) => `${name} #${rgb.join("")}`);
    expect(painted.sort()).toEqual([`DARK ${ground?.[2]}`, `LIGHT ${ground?.[1]}`]);
  });
});
