// Adding a key: what is pasted stays a secret, and is stored as it was meant.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import type { CredentialView } from "$lib/ipc/generated";
import { undo } from "$lib/state/undo";
import { vault } from "$lib/state/vault.svelte";
import { toDay } from "$lib/time/relative";
import AddDialog from "./AddDialog.svelte";
import SetDialog from "./SetDialog.svelte";

const DAY = 86_400_000;
const user = userEvent.setup({ delay: null });
const value = () => screen.getByLabelText("Value");
const variable = () => screen.getByRole("combobox", { name: "Environment variable" });
const kind = () => screen.getByRole("combobox", { name: "Kind" }).textContent?.trim();

beforeEach(async () => {
  fake.locked = false;
  fake.versions.clear();
  await vault.refresh();
});

/** What a screen reader reads after the name of a field. */
const described = (field: HTMLElement) =>
  (field.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent?.trim() ?? "")
    .join(" ");

function add(): void {
  render(AddDialog, { location: { project: "shop", environment: "dev" }, onclose: () => {} });
}

it("keeps a pasted value secret whatever it looks like, and only offers plain", async () => {
  add();
  await user.click(value());
  await user.paste("correct-horse-battery-staple");
  await screen.findByText("This looks like configuration, not a secret.");
  expect(kind()).toBe("Secret");
  await user.click(screen.getByRole("button", { name: "Store as plain" }));
  expect(kind()).toBe("Plain (not secret)");
  expect(screen.queryByText("This looks like configuration, not a secret.")).toBeNull();
});

it("recognises again when the variable changes, and makes it secret then", async () => {
  add();
  await user.click(value());
  await user.paste("hunter2");
  await user.click(await screen.findByRole("button", { name: "Store as plain" }));
  await user.type(variable(), "DB_PASSWORD");
  await waitFor(() => expect(kind()).toBe("Secret"));
});

it("recognises the variable that follows from the name", async () => {
  add();
  await user.click(value());
  await user.paste("hunter2");
  await screen.findByText("This looks like configuration, not a secret.");
  await user.type(screen.getByRole("textbox", { name: "Name" }), "db password");
  await waitFor(() =>
    expect(screen.queryByText("This looks like configuration, not a secret.")).toBeNull(),
  );
  await user.type(screen.getByRole("textbox", { name: "Name" }), " two");
  await waitFor(() => expect(variable()).toHaveProperty("value", "DB_PASSWORD_TWO"));
});

it("asks before what was entered is lost", async () => {
  const onclose = vi.fn();
  render(AddDialog, { location: { project: "shop", environment: "dev" }, onclose });
  await user.type(screen.getByRole("textbox", { name: "Name" }), "pair");
  await user.keyboard("{Escape}");
  const keep = await screen.findByRole("button", { name: "Keep editing" });
  await waitFor(() => expect(document.activeElement).toBe(keep));
  await user.click(keep);
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveProperty("value", "pair");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onclose).not.toHaveBeenCalled();
  await user.click(await screen.findByRole("button", { name: "Discard" }));
  expect(onclose).toHaveBeenCalledOnce();
});

it("closes at once where nothing was entered", async () => {
  const onclose = vi.fn();
  render(AddDialog, { location: { project: "shop", environment: "dev" }, onclose });
  await user.keyboard("{Escape}");
  await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
});

it("stores with Enter, without the line end, and with Shift+Enter goes on", async () => {
  const sent = vi.spyOn(backend, "addCredential");
  add();
  await user.type(screen.getByRole("textbox", { name: "Name" }), "pair");
  await user.type(value(), "one{Shift>}{Enter}{/Shift}two");
  expect(screen.getByText("2 lines")).toBeDefined();
  await user.paste("\n\n");
  await user.type(value(), "{Enter}");
  await waitFor(() => expect(sent).toHaveBeenCalled());
  expect(sent.mock.calls[0]?.[0].values).toEqual([{ field: "value", value: "one\ntwo" }]);
});

it("reports blanks at the ends, and removes them when asked", async () => {
  add();
  await user.click(value());
  await user.paste("  sk_test_0 \n");
  expect(screen.getByText(/begins with 2 spaces or line breaks and ends with one/)).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Remove them" }));
  expect(value()).toHaveProperty("value", "sk_test_0");
  expect(screen.queryByText(/spaces or line breaks/)).toBeNull();
});

async function renew(
  expires: string | null,
  ends: Partial<CredentialView> = {},
): Promise<ReturnType<typeof vi.spyOn>> {
  const sent = vi.spyOn(backend, "setValues");
  const key = fake.living.find((each) => each.field_list.length === 1 && !each.plain);
  if (key === undefined) throw new Error("no key");
  const rotated_at = new Date(Date.now() - 100 * DAY).toISOString();
  fake.replace({ ...key, expires, rotated_at, rotate_every_days: null, ...ends });
  render(SetDialog, { id: key.id, onclose: () => {} });
  await user.click(await screen.findByLabelText("New value"));
  await user.paste("sk_test_1\n");
  return sent;
}

const date = (days: number) => toDay(new Date(Date.now() + days * DAY));

it("stores a new value with Enter, without the line end, and offers the same span again", async () => {
  const sent = await renew(date(-5));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sent).toHaveBeenCalled());
  const [request] = sent.mock.calls[0] as Parameters<typeof backend.setValues>;
  expect(request.values[0]?.value).toBe("sk_test_1");
  expect(request.expires).toEqual({ at: date(95) });
});

it("leaves a key without a date only where that was chosen", async () => {
  const sent = await renew(date(-5));
  await user.clear(screen.getByLabelText("The new value expires"));
  await user.click(screen.getByRole("button", { name: "Save new value" }));
  await screen.findByText("Enter a date, or choose that there is none");
  expect(sent).not.toHaveBeenCalled();
  await user.click(screen.getByLabelText("It has no expiry date"));
  await user.click(screen.getByRole("button", { name: "Save new value" }));
  await waitFor(() => expect(sent).toHaveBeenCalled());
  expect((sent.mock.calls[0] as Parameters<typeof backend.setValues>)[0].expires).toBe("none");
});

it("asks nothing of a key that never had a date", async () => {
  const sent = await renew(null);
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sent).toHaveBeenCalled());
  expect((sent.mock.calls[0] as Parameters<typeof backend.setValues>)[0].expires).toBe("none");
});

it("puts the previous value back with undo, and its expiry", async () => {
  const sent = await renew(date(20));
  const key = fake.living.find((each) => each.expires === date(20));
  if (key === undefined) throw new Error("no key");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sent).toHaveBeenCalled());
  await waitFor(() => expect(fake.find(key.id).version).toBe((key.version ?? 0) + 1));
  const asked = vi.spyOn(backend, "query");
  await waitFor(async () => {
    await undo.undo();
    expect(asked.mock.calls.some(([name]) => name === "roll_back")).toBe(true);
  });
  const found = fake.find(key.id);
  expect([found.version, found.expires]).toEqual([key.version, key.expires]);
});

it("puts back with undo the rotation date and the snooze that the new value ended", async () => {
  const [rotate_on, snoozed_until] = [date(15), date(3)];
  const sent = await renew(date(20), { rotate_on, snoozed_until });
  const key = fake.living.find((each) => each.snoozed_until === snoozed_until);
  if (key === undefined) throw new Error("no key");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sent).toHaveBeenCalled());
  await waitFor(() => expect(fake.find(key.id).snoozed_until).toBeNull());
  await waitFor(async () => {
    await undo.undo();
    expect(fake.find(key.id)).toMatchObject({ version: key.version, rotate_on, snoozed_until });
  });
});

it("names characters that nobody sees, in each field", async () => {
  add();
  await user.click(screen.getByRole("button", { name: "Add a field" }));
  const [, second] = screen.getAllByLabelText(/^Value of /);
  await user.click(second as HTMLElement);
  await user.paste("sk_test_1\u200b");
  await screen.findByText(/invisible characters: U\+200B/);
});

it("names characters that nobody sees in a new value", async () => {
  await renew(null);
  await user.paste("\u200b");
  await screen.findByText(/invisible characters: U\+200B/);
});

it("sends a fixed rotation date, and no date with a key that is never rotated", async () => {
  const sent = vi.spyOn(backend, "addCredential");
  add();
  await user.type(screen.getByRole("textbox", { name: "Name" }), "dated");
  await user.type(screen.getByLabelText("Rotate on"), "2099-01-31");
  await user.type(screen.getByLabelText("Never rotate, because"), "a test key");
  expect(screen.getByLabelText("Rotate on")).toHaveProperty("disabled", true);
  await user.clear(screen.getByLabelText("Never rotate, because"));
  await user.type(value(), "sk_test_2{Enter}");
  await waitFor(() => expect(sent).toHaveBeenCalled());
  const { metadata } = sent.mock.calls[0]?.[0] ?? {};
  expect(metadata).toMatchObject({ rotate_on: "2099-01-31", never_rotate: null });
});

it("ties the usual span to the date of a new value", async () => {
  await renew(null);
  await screen.findByText(/are usually rotated after/);
  const field = screen.getByLabelText("The new value expires");
  expect(described(field)).toMatch(/are usually rotated after/);
});

it("ties to its field what is suggested and reported about it", async () => {
  add();
  await user.click(value());
  await user.paste("sk_live_51MadeUpForThisTest0000");
  await screen.findByText(/are usually rotated after/);
  expect(described(screen.getByLabelText("Rotation interval (days)"))).toMatch(
    /are usually rotated after/,
  );
  await user.paste("\u200b");
  await screen.findByText(/invisible characters/);
  expect(described(value())).toMatch(/invisible characters: U\+200B/);
});
