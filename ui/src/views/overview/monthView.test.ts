// The month of the overview.

import { type CalendarDate, parseDate } from "@internationalized/date";
import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { language } from "$lib/messages";
import { vault } from "$lib/state/vault.svelte";
import { daysUntil, fullWords, toDay, toLocal } from "$lib/time/relative";
import { PRESENT } from "../../../tests/present";
import Month from "./Month.svelte";
import { weeksOf } from "./month";

const user = userEvent.setup({ delay: null });

beforeEach(async () => {
  fake.locked = false;
  await vault.refresh();
});

const press = (name: string) => user.click(screen.getByRole("button", { name }));
const today = parseDate(toDay(PRESENT));
const words = (day: CalendarDate) => fullWords(String(day));
const month = (day: CalendarDate) =>
  new Intl.DateTimeFormat(language.locale, { month: "long", year: "numeric" }).format(
    toLocal(String(day)),
  );

it("asks for what is due until the last day that it shows, also beyond the timeline", async () => {
  const [key] = fake.living;
  if (key === undefined) throw new Error("no key");
  const far = today.add({ months: 7 });
  fake.replace({ ...key, name: "far away", expires: String(far) });
  const asked = vi.spyOn(backend, "query");
  render(Month);
  const last = String(weeksOf(today, language.locale).at(-1)?.at(-1));
  const within_days = daysUntil(last, PRESENT);
  await waitFor(() => expect(asked).toHaveBeenLastCalledWith("due", { within_days }));
  for (let months = 0; months < 7; months++) await press("Next month");
  screen.getByRole("heading", { name: month(far) });
  const name = `${words(far)}, 1 key: far away`;
  await user.click(await screen.findByRole("gridcell", { name }));
  screen.getByRole("button", { name: /far away/ });
});

it("says of a day without keys that it has none, and comes back to today", async () => {
  render(Month);
  for (let months = 0; months < 30; months++) await press("Previous month");
  screen.getByRole("heading", { name: month(today.subtract({ months: 30 })) });
  await screen.findByText("No key is due on this day.");
  await press("Today");
  screen.getByRole("heading", { name: month(today) });
  const shown = screen.getByRole("gridcell", { selected: true });
  expect(shown.getAttribute("aria-current")).toBe("date");
  expect(shown.textContent).toContain(words(today));
});

it("shows what is overdue on the day that it was due", async () => {
  render(Month);
  const due = today.subtract({ days: 5 });
  if (due.month !== today.month) await press("Previous month");
  const names = new RegExp(`^${words(due)}, .*AWS deploy`);
  await screen.findByRole("gridcell", { name: names });
});
