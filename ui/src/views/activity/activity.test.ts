// The log with its filters.

import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { log } from "$lib/ipc/fake/log";
import type { AuditEntryView } from "$lib/ipc/generated";
import Activity from "./Activity.svelte";

const user = userEvent.setup({ delay: null });
const filter = () => screen.getByRole("searchbox", { name: "Filter by key or program" });

function show(entries: AuditEntryView[]): void {
  vi.spyOn(backend, "query").mockResolvedValue(entries as never);
  render(Activity);
}

beforeEach(() => {
  fake.locked = false;
});

it("says whether the words or the period leave nothing", async () => {
  show(log(fake.living, fake.now));
  await screen.findByRole("table");
  await user.type(filter(), "no such key");
  await screen.findByText("No entry contains these words");
  await user.clear(filter());
  await screen.findByRole("table");
});

it("says that a period without entries has none, whatever the words are", async () => {
  show([]);
  await screen.findByText("No activity in this period");
  await user.type(filter(), "no such key");
  expect(screen.queryByText("No activity in this period")).not.toBeNull();
  expect(screen.queryByText("No entry contains these words")).toBeNull();
});

it("names and finds a profile that was saved", async () => {
  const [entry] = log(fake.living, fake.now);
  const detail = { profile: "web server" };
  show([{ ...(entry as AuditEntryView), action: "profile.save", credentials: [], detail }]);
  await screen.findByRole("cell", { name: "web server" });
  await user.type(filter(), "web");
  expect(screen.queryByRole("cell", { name: "web server" })).not.toBeNull();
  await user.type(filter(), "site");
  expect(screen.queryByRole("cell", { name: "web server" })).toBeNull();
});
