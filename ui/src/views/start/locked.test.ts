// A locked vault, also one that is found to be damaged.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { vault } from "$lib/state/vault.svelte";
import Locked from "./Locked.svelte";

const user = userEvent.setup({ delay: null });
afterEach(() => {
  fake.damaged = false;
  vault.damaged = false;
  vault.salvaged = null;
});

it("offers the backups, the newest first, and salvage where it says that the vault is damaged", async () => {
  const restored = vi.spyOn(backend, "restoreBackup");
  fake.damaged = true;
  fake.locked = true;
  render(Locked, { status: fake.status() });
  await user.click(screen.getByRole("button", { name: "Unlock" }));
  const dialog = await screen.findByRole("dialog", { name: "Which backup?" });
  await waitFor(() => expect(dialog.textContent).toContain("daily"));
  const rows = await screen.findAllByRole("listitem");
  expect(rows[0]?.textContent).toMatch(/daily, \d+ keys/);
  const salvaged = vi.spyOn(backend, "salvageVault");
  const [, salvage] = screen.getAllByRole("button", { name: "Save what can be read…" });
  await user.click(salvage as HTMLElement);
  await waitFor(() => expect(salvaged).toHaveBeenCalledOnce());
  const [newest] = screen.getAllByRole("button", { name: /^Restore the backup of/ });
  await user.click(newest as HTMLElement);
  expect(restored.mock.calls[0]?.[0]).toMatch(/-daily\.khbackup$/);
  await waitFor(() => expect(vault.damaged).toBe(false));
});

it("remembers it when the list is closed", async () => {
  fake.damaged = true;
  fake.locked = true;
  render(Locked, { status: fake.status() });
  await user.click(screen.getByRole("button", { name: "Unlock" }));
  await screen.findByRole("dialog", { name: "Which backup?" });
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getByText("The vault is damaged")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Restore a backup…" }));
  await screen.findByRole("dialog", { name: "Which backup?" });
});

it("offers salvage next to what says that it is damaged, and nowhere else", async () => {
  const name = "Save what can be read…";
  fake.locked = true;
  const { unmount } = render(Locked, { status: fake.status() });
  expect(screen.queryByRole("button", { name })).toBeNull();
  unmount();
  vault.damaged = true;
  const salvaged = vi.spyOn(backend, "salvageVault");
  render(Locked, { status: fake.status() });
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name }));
  await waitFor(() => expect(salvaged).toHaveBeenCalled());
});

it("says where the new vault is after what could be read was saved in it", async () => {
  fake.locked = true;
  vault.damaged = true;
  render(Locked, { status: fake.status() });
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name: "Save what can be read…" }));
  const said = await screen.findByText(/^What can still be read is saved in/);
  expect(said.closest("[role=status]")?.textContent).toMatch(
    "KEYHAVEN_HOME set to /home/ada/keyhaven-salvaged",
  );
});

it("says nothing of a new vault where the prompt was left", async () => {
  fake.locked = true;
  vault.damaged = true;
  const salvaged = vi.spyOn(backend, "salvageVault").mockResolvedValueOnce(null);
  render(Locked, { status: fake.status() });
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name: "Save what can be read…" }));
  await waitFor(() => expect(salvaged).toHaveBeenCalled());
  expect(screen.queryByText(/^What can still be read is saved in/)).toBeNull();
});
