// The views in a language that was made from English: every text comes from the Fluent files.

import { render, waitFor } from "@testing-library/svelte";
import type { Component } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { PromptStart } from "$lib/ipc/backend";
import { findings } from "$lib/ipc/fake/doctor";
import { vault as fake } from "$lib/ipc/fake/index";
import { vault } from "$lib/state/vault.svelte";
import Configure from "../../src/prompt/Configure.svelte";
import Create from "../../src/prompt/Create.svelte";
import Restore from "../../src/prompt/Restore.svelte";
import Unlock from "../../src/prompt/Unlock.svelte";
import Reveal from "../../src/reveal/Reveal.svelte";
import Activity from "../../src/views/activity/Activity.svelte";
import Keys from "../../src/views/keys/Keys.svelte";
import Launch from "../../src/views/launch/Launch.svelte";
import Overview from "../../src/views/overview/Overview.svelte";
import Sidebar from "../../src/views/Sidebar.svelte";
import Settings from "../../src/views/settings/Settings.svelte";
import FirstSteps from "../../src/views/start/FirstSteps.svelte";
import Welcome from "../../src/views/start/Welcome.svelte";
import { isPseudo } from "./pseudo";

vi.mock("$lib/messages/catalogues", async (original) => {
  const { catalogues } = await original<typeof import("$lib/messages/catalogues")>();
  const { pseudo } = await import("./pseudo");
  return { catalogues: { en: (catalogues.en ?? []).map(pseudo) } };
});

vi.stubGlobal("matchMedia", () => ({
  matches: false,
  addEventListener: () => {},
  removeEventListener: () => {},
}));

const start: PromptStart = {
  kind: "unlock",
  vault_name: "Personal",
  folder: "/home/ada/vault",
  due_this_week: 2,
  overdue: 1,
  minimum_length: 10,
  login: true,
  recovered: false,
  backup: null,
  theme: "system",
};

interface ViewCase {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each view has its own props
  view: Component<any>;
  props?: Record<string, unknown>;
}

const views: ViewCase[] = [
  { name: "overview", view: Overview },
  { name: "keys", view: Keys },
  { name: "launch", view: Launch },
  { name: "activity", view: Activity },
  { name: "settings", view: Settings },
  { name: "sidebar", view: Sidebar, props: { onlock: () => {} } },
  { name: "welcome", view: Welcome, props: { folder: "/home/ada/vault" } },
  { name: "first steps", view: FirstSteps },
  { name: "unlock prompt", view: Unlock, props: { start } },
  { name: "create prompt", view: Create, props: { start, oncreated: () => {} } },
  { name: "restore prompt", view: Restore, props: { start, onrestored: () => {} } },
  { name: "settings prompt", view: Configure, props: { start } },
  { name: "reveal", view: Reveal },
];

const ATTRIBUTES = ["aria-label", "title", "placeholder"];

/** Every text that a person reads or hears. */
function textsOf(container: HTMLElement): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement?.closest("code, style, script")) found.push(node.textContent ?? "");
  for (const element of container.querySelectorAll("*"))
    for (const name of ATTRIBUTES) found.push(element.getAttribute(name) ?? "");
  return found.map((text) => text.trim()).filter((text) => /^[^/]*[A-Za-z]{2}/.test(text));
}

const wordsOf = (text: string) => text.match(/[A-Za-z]{2,}/g) ?? [];

/** The words of the fake's data, and of the findings, whose texts come from Rust. */
function wordsOfData(value: unknown): string[] {
  if (typeof value === "string") return wordsOf(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(wordsOfData);
}

/** The words that Intl writes in dates. */
function wordsOfDates(): string[] {
  const days = Array.from({ length: 31 }, (_, each) => new Date(2026, each % 12, each, each % 24));
  const texts = days.flatMap((day) => [
    ...(["long", "short"] as const).flatMap((style) => [
      day.toLocaleString("en-US", { month: style, weekday: style }),
    ]),
    day.toLocaleString("en-US", { dateStyle: "full", timeStyle: "short" }),
  ]);
  const relative = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  return [...texts, ...[-1, 0, 1, 2].map((day) => relative.format(day, "day"))].flatMap(wordsOf);
}

describe("in a pseudo-language, every text comes from the Fluent files:", () => {
  beforeEach(async () => {
    await vault.refresh();
  });

  it.each(views)("$name", async ({ view, props = {} }) => {
    const { container } = render(view, props);
    await waitFor(() => expect(textsOf(container).some(isPseudo)).toBe(true));
    await new Promise((settled) => setTimeout(settled, 50));
    const known = new Set([...wordsOfData([fake, start, findings]), ...wordsOfDates()]);
    const foreign = textsOf(container).filter(
      (text) => !isPseudo(text) && !wordsOf(text).every((word) => known.has(word)),
    );
    expect(foreign).toEqual([]);
  });
});
