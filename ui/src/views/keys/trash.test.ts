// Removed keys: how long they stay, from where they were removed, and how they go.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { removeKey } from "$lib/state/remove";
import { toasts } from "$lib/state/toasts.svelte";
import { vault } from "$lib/state/vault.svelte";
import TrashDialog from "./TrashDialog.svelte";

const user = userEvent.setup({ delay: null });
const first = (tier: string) => {
  const found = fake.living.find((each) => each.tier === tier);
  if (found === undefined) throw new Error(`no key of ${tier}`);
  return found;
};

beforeEach(async () => {
  fake.locked = false;
  fake.trash = [];
  await vault.refresh();
});

it("names production where a key of it is removed, and in the trash", async () => {
  const production = first("production");
  await removeKey(production);
  expect(toasts.all.at(-1)?.text).toBe(
    `${production.name} of the production environment ${production.project}/${production.environment} was moved to the trash.`,
  );
  const development = first("development");
  await removeKey(development);
  expect(toasts.all.at(-1)?.text).toBe(`${development.name} was moved to the trash.`);
  render(TrashDialog, { onclose: () => {} });
  const rows = await screen.findAllByRole("listitem");
  const row = ({ project, environment }: typeof production) =>
    rows.find((each) => each.textContent?.includes(`${project}/${environment}`))?.textContent;
  expect(row(production)).toContain("Production");
  expect(row(production)).toContain("30 days left");
  expect(row(development)).not.toContain("Production");
});

it("is emptied only with a yes of the window", async () => {
  await removeKey(first("development"));
  fake.dialogs = [{ confirm: false }];
  render(TrashDialog, { onclose: () => {} });
  await user.click(await screen.findByRole("button", { name: "Empty the trash…" }));
  await waitFor(() => expect(fake.dialogs).toEqual([]));
  expect(fake.trash).toHaveLength(1);
  fake.dialogs = null;
  const emptied = vi.spyOn(backend, "emptyTrash");
  await user.click(screen.getByRole("button", { name: "Empty the trash…" }));
  await waitFor(() => expect(emptied).toHaveBeenCalled());
  await waitFor(() => expect(fake.trash).toHaveLength(0));
  await screen.findByText("The trash is empty");
});

it("says nothing of how long something stays where that is not known", async () => {
  const unknown = { ...first("development"), erased_after_days: undefined };
  vi.spyOn(backend, "query").mockResolvedValueOnce([unknown] as never);
  render(TrashDialog, { onclose: () => {} });
  const row = await screen.findByRole("listitem");
  expect(row.textContent).toContain(unknown.name);
  expect(row.textContent).not.toMatch(/erased today|left/);
});
