// Snoozing offers and confirms only what is kept.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import type { CredentialView } from "$lib/ipc/generated";
import { toasts } from "$lib/state/toasts.svelte";
import { undo } from "$lib/state/undo";
import { toDay } from "$lib/time/relative";
import KeyActions from "./KeyActions.svelte";

const DAY = 86_400_000;
const user = userEvent.setup({ delay: null });
const spans = ["Snooze until tomorrow", "Snooze for 3 days", "Snooze for a week"];

function key(expiresInDays: number | null): CredentialView {
  const [first] = fake.living;
  if (first === undefined) throw new Error("no key");
  const expires = expiresInDays === null ? null : toDay(new Date(Date.now() + expiresInDays * DAY));
  return fake.replace({ ...first, expires, rotation_due: toDay(new Date()), snoozed_until: null });
}

beforeEach(() => {
  fake.locked = false;
});

it.each([
  [-5, 0],
  [0, 0],
  [1, 1],
  [5, 2],
  [30, 3],
  [null, 3],
])("of a key that expires in %s days offers %i spans", async (days, count) => {
  render(KeyActions, { view: key(days) });
  await user.click(screen.getByRole("button", { name: "More actions" }));
  await screen.findByRole("menuitem", { name: "Remove" });
  const found = spans.filter((name) => screen.queryByRole("menuitem", { name }) !== null);
  expect(found).toEqual(spans.slice(0, count));
});

it("confirms the day that was stored", async () => {
  const view = key(30);
  const stored = { ...view, snoozed_until: "2031-02-03" };
  vi.spyOn(backend, "query").mockResolvedValueOnce(stored as never);
  render(KeyActions, { view });
  await user.click(screen.getByRole("button", { name: "More actions" }));
  await user.click(await screen.findByRole("menuitem", { name: "Snooze for a week" }));
  expect(toasts.all.at(-1)?.text).toMatch(/Feb.*2031/);
});

it("is as it was after undo", async () => {
  const view = key(30);
  render(KeyActions, { view });
  await user.click(screen.getByRole("button", { name: "More actions" }));
  await user.click(await screen.findByRole("menuitem", { name: "Snooze for a week" }));
  await waitFor(() => expect(fake.find(view.id).snoozed_until).not.toBeNull());
  await waitFor(async () => {
    await undo.undo();
    expect(fake.find(view.id).snoozed_until).toBeNull();
  });
  expect(toasts.all.at(-1)?.text).toBe("Reminders are no longer snoozed.");
});
