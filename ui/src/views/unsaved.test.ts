// The window learns what is not stored yet, from every dialog and from the settings.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { vault as fake } from "$lib/ipc/fake/index";
import { t } from "$lib/messages";
import { navigation } from "$lib/state/navigation.svelte";
import { toasts } from "$lib/state/toasts.svelte";
import { vault } from "$lib/state/vault.svelte";
import Shell from "./Shell.svelte";

const user = userEvent.setup({ delay: null });
const nowhere = { project: null, environment: null };

beforeEach(async () => {
  fake.locked = false;
  fake.unsaved = null;
  navigation.reset();
  await vault.refresh();
});

const is = (work: typeof fake.unsaved) => waitFor(() => expect(fake.unsaved).toBe(work));

it("of a key that is added, until it is discarded", async () => {
  render(Shell);
  navigation.open({ kind: "add", location: nowhere });
  const name = await screen.findByRole("textbox", { name: "Name" });
  expect(fake.unsaved).toBeNull();
  await user.type(name, "stripe");
  await is("add");
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name: "Discard" }));
  await is(null);
});

it("of a key that is edited, and of a new value", async () => {
  const key = fake.living.find((each) => each.field_list.length === 1 && !each.plain);
  if (key === undefined) throw new Error("no key");
  const { unmount } = render(Shell);
  navigation.open({ kind: "edit", id: key.id });
  await user.type(await screen.findByRole("textbox", { name: "Name" }), "!");
  await is("edit");
  // Esc asks first; what was entered is still there.
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name: "Keep editing" }));
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveProperty("value", `${key.name}!`);
  navigation.closeDialog();
  await is(null);
  navigation.open({ kind: "set", id: key.id });
  await user.type(await screen.findByLabelText("New value", { selector: "textarea" }), "x");
  await is("set");
  // Such as at a lock.
  unmount();
  await is(null);
});

it("of settings, also while another view is shown", async () => {
  render(Shell);
  navigation.go("settings");
  const field = await screen.findByLabelText("Lock after");
  await user.type(field, "1");
  const typed = (field as HTMLInputElement).value;
  await is("settings");
  navigation.go("activity");
  await screen.findByRole("heading", { name: "Activity" });
  await is("settings");
  // It is there again, and a message says so.
  expect(toasts.all.at(-1)?.text).toBe(t("settings-left"));
  navigation.go("settings");
  expect(await screen.findByLabelText("Lock after")).toHaveProperty("value", typed);
  await user.click(await screen.findByRole("button", { name: "Discard" }));
  await is(null);
});
