// The views in a language that was made from English: every text comes from the Fluent files.

import { render, waitFor } from "@testing-library/svelte";
import type { Component } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { findings } from "$lib/ipc/fake/doctor";
import { health } from "$lib/ipc/fake/health";
import { vault as fake } from "$lib/ipc/fake/index";
import type { PromptStart } from "$lib/ipc/generated-window";
import { vault } from "$lib/state/vault.svelte";
import Configure from "../../src/prompt/Configure.svelte";
import Create from "../../src/prompt/Create.svelte";
import Restore from "../../src/prompt/Restore.svelte";
import Unlock from "../../src/prompt/Unlock.svelte";
import Reveal from "../../src/reveal/Reveal.svelte";
import Sidebar from "../../src/views/Sidebar.svelte";
import FirstSteps from "../../src/views/start/FirstSteps.svelte";
import Welcome from "../../src/views/start/Welcome.svelte";
import { views } from "../../src/views/views";
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
  salvage: null,
  theme: "system",
};

interface PartCase {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each part has its own props
  part: Component<any>;
  props?: Record<string, unknown>;
}

const shown = views.map(async ({ id, load }) => ({ name: id, part: (await load()).default }));

const parts: PartCase[] = [
  ...(await Promise.all(shown)),
  { name: "sidebar", part: Sidebar, props: { onlock: () => {} } },
  { name: "welcome", part: Welcome, props: { folder: "/home/ada/vault" } },
  { name: "first steps", part: FirstSteps },
  { name: "unlock prompt", part: Unlock, props: { start } },
  { name: "create prompt", part: Create, props: { start, oncreated: () => {} } },
  { name: "restore prompt", part: Restore, props: { start, onrestored: () => {} } },
  { name: "settings prompt", part: Configure, props: { start } },
  { name: "reveal", part: Reveal },
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

  it.each(parts)("$name", async ({ part, props = {} }) => {
    const { container } = render(part, props);
    await waitFor(() => expect(textsOf(container).some(isPseudo)).toBe(true));
    await new Promise((settled) => setTimeout(settled, 50));
    const known = new Set([
      ...wordsOfData([fake, start, findings, health(fake)]),
      ...wordsOfDates(),
    ]);
    const foreign = textsOf(container).filter(
      (text) => !isPseudo(text) && !wordsOf(text).every((word) => known.has(word)),
    );
    expect(foreign).toEqual([]);
  });
});
