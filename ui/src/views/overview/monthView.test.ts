// The month of the overview.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { vault } from "$lib/state/vault.svelte";
import Month from "./Month.svelte";

const user = userEvent.setup({ delay: null });

beforeEach(async () => {
  fake.locked = false;
  await vault.refresh();
});

const press = (name: string) => user.click(screen.getByRole("button", { name }));

it("asks for what is due until the last day that it shows, also beyond the timeline", async () => {
  const [key] = fake.living;
  if (key === undefined) throw new Error("no key");
  fake.replace({ ...key, name: "far away", expires: "2027-06-15" });
  const asked = vi.spyOn(backend, "query");
  render(Month);
  // To Saturday, 5 December.
  await waitFor(() => expect(asked).toHaveBeenLastCalledWith("due", { within_days: 12 }));
  for (let months = 0; months < 7; months++) await press("Next month");
  screen.getByRole("heading", { name: "June 2027" });
  await user.click(await screen.findByRole("gridcell", { name: /June 15, 2027, 1 key: far away/ }));
  screen.getByRole("button", { name: /far away/ });
});

it("says of a day without keys that it has none, and comes back to today", async () => {
  render(Month);
  for (let months = 0; months < 30; months++) await press("Previous month");
  screen.getByRole("heading", { name: "May 2024" });
  await screen.findByText("No key is due on this day.");
  await press("Today");
  screen.getByRole("heading", { name: "November 2026" });
  const today = screen.getByRole("gridcell", { selected: true });
  expect(today.getAttribute("aria-current")).toBe("date");
  expect(today.textContent).toMatch(/November 23, 2026/);
});

it("shows what is overdue on the day that it was due", async () => {
  render(Month);
  await screen.findByRole("gridcell", { name: /November 18, 2026, \d keys?: .*AWS deploy/ });
});
