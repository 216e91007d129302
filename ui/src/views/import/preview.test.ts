// What an import does with each row, as it is shown before.

import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import type { ImportItemView } from "$lib/ipc/generated";
import type { ImportFileView } from "$lib/ipc/generated-window";
import { dayAfter, shortDay } from "$lib/time/relative";
import PreviewTable from "./PreviewTable.svelte";

const nothing = { provider: null, reason: "", hidden: [], line: 1 };
const item = (name: string) => ({ ...nothing, name, variable: name, kind: "secret" as const });
const updated = (name: string, expiry: ImportItemView["expiry"]): ImportItemView => ({
  name,
  variable: name,
  kind: "secret",
  provider: null,
  rotate_every_days: null,
  outcome: { is: "updated" },
  expiry,
});

it("says what becomes of the expiry of a key that gets another value", () => {
  const [day, other] = [dayAfter(fake.now, 10), dayAfter(fake.now, 40)];
  const becomes = {
    A: { before: day, after: day },
    B: { before: day, after: null },
    C: { before: day, after: other },
    D: null,
  };
  const names = Object.keys(becomes);
  const file: ImportFileView = {
    id: 1,
    file_name: "shop.env",
    suggested: { project: null, environment: null },
    items: names.map(item),
    left_out: [],
    skipped: [],
    aws_key: [],
  };
  const outcomes = new Map(
    Object.entries(becomes).map(([name, one]) => [name, updated(name, one)]),
  );
  const [leftOut, kinds, nop] = [new Set<string>(), {}, () => {}];
  render(PreviewTable, { file, outcomes, kinds, leftOut, onleave: nop, onkind: nop });
  const [short, later] = [shortDay(day, fake.now), shortDay(other, fake.now)];
  const row = (name: string) => screen.getByText(name).closest("tr")?.textContent ?? "";
  expect(row("A")).toContain(`still expires ${short}`);
  expect(row("B")).toContain(`no expiry any more, before: ${short}`);
  expect(row("C")).toContain(`expires ${later}, before: ${short}`);
  expect(row("D")).not.toContain("expir");
});
