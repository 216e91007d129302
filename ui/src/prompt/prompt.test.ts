// The prompt's forms: what is sent, what is shown, and that no password stays in a field.

import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { promptBackend } from "$backend";
import { vault } from "$lib/ipc/fake";
import { PASSWORD } from "$lib/ipc/fake/vault";
import type { PromptStart, RekeyResult } from "$lib/ipc/generated-window";
import Locked from "../views/start/Locked.svelte";
import ChangePassword from "./ChangePassword.svelte";
import Create from "./Create.svelte";
import NewRecovery from "./NewRecovery.svelte";
import Prompt from "./Prompt.svelte";
import RecoveryKey from "./RecoveryKey.svelte";
import Restore from "./Restore.svelte";
import Salvage from "./Salvage.svelte";
import Unlock from "./Unlock.svelte";

const start: PromptStart = {
  kind: "unlock",
  vault_name: "Personal",
  folder: "/home/ada/vault",
  due_this_week: 2,
  overdue: 0,
  minimum_length: 8,
  login: false,
  recovered: false,
  backup: null,
  salvage: null,
  theme: "system",
};
beforeEach(() => {
  vault.password = PASSWORD;
});
afterEach(() => void vi.unstubAllEnvs());

const field = (label: string) => screen.getByLabelText(label) as HTMLInputElement;

describe("unlock", () => {
  it("says what is due, takes the password, and ends", async () => {
    const finish = vi.spyOn(promptBackend, "promptFinish");
    render(Unlock, { start });
    expect(screen.getByText("2 keys are due this week.")).toBeTruthy();
    expect(document.activeElement).toBe(field("Master password"));
    await userEvent.keyboard("correct horse battery{Enter}");
    await waitFor(() => expect(finish).toHaveBeenCalledOnce());
    expect(field("Master password").value).toBe("");
  });

  it("empties the field after a wrong password and says so", async () => {
    const finish = vi.spyOn(promptBackend, "promptFinish");
    render(Unlock, { start });
    await userEvent.keyboard("wrong{Enter}");
    await screen.findByText("The password is wrong. Check caps lock and the keyboard layout.");
    expect(field("Master password").value).toBe("");
    expect(finish).not.toHaveBeenCalled();
  });

  it("opens an older copy only after a yes", async () => {
    const unlock = vi.spyOn(promptBackend, "promptUnlock");
    render(Unlock, { start });
    await userEvent.keyboard("older{Enter}");
    await userEvent.click(await screen.findByRole("button", { name: "Unlock anyway" }));
    await waitFor(() => expect(field("Master password").value).toBe(""));
    expect(unlock.mock.calls).toEqual([
      ["older", false],
      ["older", true],
    ]);
  });
});

it.each([
  [0, 0],
  [0, 2],
  [1, 0],
  [1, 3],
  [2, 3],
])("says of %i overdue keys and %i more what the locked window says", (overdue, due_this_week) => {
  const due = { overdue, due_this_week };
  const { container: window } = render(Locked, { status: { ...vault.status(), ...due } });
  const { container: prompt } = render(Unlock, { start: { ...start, ...due } });
  const said = (shown: Element) => shown.querySelector("h1 + p")?.textContent;
  expect(said(prompt)).toMatch(/due|overdue/);
  expect(said(prompt)).toBe(said(window));
});

describe("unlock with the login", () => {
  it("needs a person, and falls back to the password", async () => {
    const login = vi.spyOn(promptBackend, "promptLogin");
    const finish = vi.spyOn(promptBackend, "promptFinish");
    login.mockRejectedValueOnce({
      code: "no_keychain",
      message: "the login keychain could not be used: it is locked",
      hint: null,
    });
    render(Unlock, { start: { ...start, login: true } });
    expect(login).not.toHaveBeenCalled();
    expect(document.activeElement?.textContent).toBe("Unlock with the login keychain");
    await userEvent.keyboard("{Enter}");
    await screen.findByText(/it is locked/);
    expect(finish).not.toHaveBeenCalled();
    await waitFor(() => expect(document.activeElement).toBe(field("Master password")));
    await userEvent.keyboard("correct horse battery{Enter}");
    await waitFor(() => expect(finish).toHaveBeenCalledOnce());
  });
});

describe("unlock with the recovery key", () => {
  it("tells a typing error without emptying the field, and then opens", async () => {
    const recover = vi.spyOn(promptBackend, "promptRecover");
    const finish = vi.spyOn(promptBackend, "promptFinish");
    render(Unlock, { start });
    await userEvent.keyboard("a password");
    await userEvent.click(screen.getByRole("button", { name: "Use the recovery key" }));
    expect(field("Recovery key").value).toBe("");
    expect(document.activeElement).toBe(field("Recovery key"));
    await userEvent.keyboard("7k2qw 93xpa 0rdhm vt5be j8n4z 6cgy1 qm7rs x2kh{Enter}");
    await screen.findByText(/The recovery key is not typed correctly/);
    expect(finish).not.toHaveBeenCalled();
    await userEvent.type(field("Recovery key"), "p{Enter}", { initialSelectionStart: 46 });
    await waitFor(() => expect(finish).toHaveBeenCalledOnce());
    expect(recover).toHaveBeenCalledTimes(2);
    expect(field("Recovery key").value).toBe("");
  });
});

describe("a new password", () => {
  const change = () => screen.getByRole("button", { name: "Change password" }) as HTMLButtonElement;

  async function typeNew(): Promise<void> {
    await userEvent.type(field("New master password"), "several unrelated words");
    await userEvent.type(field("Repeat the password"), "several unrelated words");
  }

  it("needs the old one, and leaves none of them in a field", async () => {
    const finish = vi.spyOn(promptBackend, "promptFinish");
    const password = vi.spyOn(promptBackend, "promptPassword");
    render(ChangePassword, { start: { ...start, kind: "password" }, onrekeyed: vi.fn() });
    expect(document.activeElement).toBe(field("Old master password"));
    await typeNew();
    await userEvent.click(change());
    await screen.findByText("Enter the old password or the recovery key");
    expect(password).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(field("Old master password"));
    await userEvent.type(field("Old master password"), "wrong");
    await userEvent.click(change());
    await screen.findByText(/The password is wrong/);
    expect(field("Old master password").value).toBe("");
    expect(finish).not.toHaveBeenCalled();
    await userEvent.type(field("Old master password"), "correct horse battery{Enter}");
    await waitFor(() => expect(finish).toHaveBeenCalledOnce());
    expect(password.mock.lastCall).toEqual([
      "correct horse battery",
      false,
      "several unrelated words",
    ]);
    for (const label of ["Old master password", "New master password", "Repeat the password"])
      expect(field(label).value).toBe("");
  });

  it("takes the recovery key after a recovery", async () => {
    const password = vi.spyOn(promptBackend, "promptPassword");
    render(ChangePassword, {
      start: { ...start, kind: "password", recovered: true },
      onrekeyed: vi.fn(),
    });
    const key = "7K2QW-93XPA-0RDHM-VT5BE-J8N4Z-6CGY1-QM7RS-X2KHP";
    await userEvent.type(field("Recovery key"), key);
    await typeNew();
    await userEvent.click(change());
    await waitFor(() => expect(password).toHaveBeenCalledOnce());
    expect(password.mock.lastCall).toEqual([key, true, "several unrelated words"]);
  });
});

describe("a new vault key", () => {
  it("needs the old password and a new one, and hands on the new recovery key", async () => {
    const onrekeyed = vi.fn();
    const finish = vi.spyOn(promptBackend, "promptFinish");
    render(ChangePassword, { start: { ...start, kind: "rekey" }, onrekeyed });
    await userEvent.type(field("Old master password"), "wrong");
    await userEvent.type(field("New master password"), "several unrelated words");
    await userEvent.type(field("Repeat the password"), "several unrelated words{Enter}");
    await screen.findByText(/The password is wrong/);
    expect(onrekeyed).not.toHaveBeenCalled();
    await userEvent.type(field("Old master password"), "correct horse battery{Enter}");
    await waitFor(() => expect(onrekeyed).toHaveBeenCalledOnce());
    expect(onrekeyed.mock.lastCall?.[0].old_backups).toBe(2);
    // It ends when the user confirms that the new recovery key is saved.
    expect(finish).not.toHaveBeenCalled();
    expect(field("Old master password").value).toBe("");
  });

  it("shows how far the agent is while it waits", async () => {
    const onrekeyed = vi.fn();
    let end = (_: RekeyResult) => {};
    const rekeyed = new Promise<RekeyResult>((resolve) => (end = resolve));
    vi.spyOn(promptBackend, "promptRekey").mockReturnValueOnce(rekeyed);
    vi.spyOn(promptBackend, "promptProgress").mockResolvedValue({ done: 3, total: 12 });
    render(ChangePassword, { start: { ...start, kind: "rekey" }, onrekeyed });
    await userEvent.type(field("Old master password"), "correct horse battery");
    await userEvent.type(field("New master password"), "several unrelated words");
    await userEvent.type(field("Repeat the password"), "several unrelated words{Enter}");
    const bar = () => screen.queryByRole<HTMLProgressElement>("progressbar", { name: "Progress" });
    await waitFor(() => expect([bar()?.value, bar()?.max]).toEqual([3, 12]));
    end({ recovery_key: "x", old_backups: 0 });
    await waitFor(() => expect(bar()).toBeNull());
    expect(onrekeyed).toHaveBeenCalledOnce();
  });
});

describe("a new recovery key", () => {
  it("is made after the password alone", async () => {
    const onmade = vi.fn();
    render(NewRecovery, { start: { ...start, kind: "recovery" }, onmade });
    await userEvent.keyboard("wrong{Enter}");
    await screen.findByText(/The password is wrong/);
    expect(onmade).not.toHaveBeenCalled();
    await userEvent.keyboard("correct horse battery{Enter}");
    await waitFor(() => expect(onmade).toHaveBeenCalledOnce());
    expect(field("Master password").value).toBe("");
  });
});

describe("restore", () => {
  it("takes the password of the backup and hands on what came of it", async () => {
    const onrestored = vi.fn();
    const backup = { file: "/b/one.khbackup", made: null };
    render(Restore, { start: { ...start, kind: "restore", backup }, onrestored });
    screen.getByText("/b/one.khbackup");
    document.title = "Keyhaven";
    await userEvent.keyboard("wrong{Enter}");
    await screen.findByText("Replace this vault?");
    expect(document.title).toBe("Keyhaven: Replace this vault?");
    await userEvent.keyboard("correct horse battery{Enter}");
    // It is asked for again.
    await screen.findByText(/The password is wrong/);
    screen.getByText("/b/one.khbackup");
    expect(document.title).toBe("Keyhaven");
    expect(onrestored).not.toHaveBeenCalled();
    await userEvent.keyboard("correct horse battery{Enter}");
    await screen.findByText("Replace this vault?");
    await userEvent.keyboard("wrong{Enter}");
    await screen.findByText(/password does not unlock the vault/);
    expect(onrestored).not.toHaveBeenCalled();
    await userEvent.keyboard("correct horse battery{Enter}");
    await waitFor(() => expect(onrestored).toHaveBeenCalledOnce());
    expect(onrestored.mock.lastCall?.[0].check).toEqual(["shop/dev/stripe"]);
    expect(field("Master password when it was made").value).toBe("");
  });
});

describe("salvage", () => {
  const salvage: PromptStart = { ...start, kind: "salvage", salvage: "/home/ada/saved" };

  async function fill(old: string): Promise<void> {
    await userEvent.clear(field("Master password of the damaged vault"));
    await userEvent.type(field("Master password of the damaged vault"), old);
    for (const label of ["Master password of the new vault", "Repeat the password"]) {
      await userEvent.clear(field(label));
      await userEvent.type(field(label), "several unrelated words");
    }
    await userEvent.keyboard("{Enter}");
  }

  it("lists what was lost where the keyboard can scroll it", async () => {
    vi.spyOn(promptBackend, "promptStart").mockResolvedValueOnce(salvage);
    vault.damaged = true;
    render(Prompt);
    await screen.findByLabelText("Master password of the damaged vault");
    await fill("correct horse battery");
    const list = await screen.findByRole("region", { name: "Lost or changed" });
    expect(list.tabIndex).toBe(0);
    expect(list.textContent).toContain("The settings cannot be read.");
    vault.damaged = false;
  });

  it("names the folder, takes both passwords, and asks again for one that is wrong", async () => {
    const onsalvaged = vi.fn();
    render(Salvage, { start: salvage, onsalvaged });
    screen.getByText("/home/ada/saved");
    await fill("wrong");
    await screen.findByText(/The password is wrong/);
    expect(field("Master password of the damaged vault").value).toBe("");
    expect(field("Master password of the new vault").value).toBe("several unrelated words");
    await fill("correct horse battery");
    await waitFor(() => expect(onsalvaged).toHaveBeenCalledOnce());
    expect(field("Master password of the new vault").value).toBe("");
  });

  it("shows what was saved and lost, and the key of the new vault on its sheet", async () => {
    vi.stubEnv("TZ", "Pacific/Auckland");
    vi.setSystemTime("2026-11-23T14:30:00Z");
    vi.spyOn(promptBackend, "promptStart").mockResolvedValue(salvage);
    vi.spyOn(promptBackend, "promptSalvage").mockResolvedValue({
      recovery_key: "AAAAA-BBBBB",
      folder: "/home/ada/saved",
      credentials: 7,
      differences: ["The settings cannot be read."],
    });
    render(Prompt);
    await screen.findByText("Save what can be read");
    await fill("correct horse battery");
    await screen.findByText(/^7 keys were saved in/);
    screen.getByText("The settings cannot be read.");
    const sheet = screen.getByText("Keyhaven recovery key").parentElement;
    expect(sheet?.textContent).toContain("/home/ada/saved");
    expect(sheet?.textContent).not.toContain(start.folder);
    // Who uses the window needs no command.
    screen.getByText(/choose “Use the recovery key” when Keyhaven asks/);
    // The day that it is where the sheet is printed.
    expect(sheet?.textContent).toContain("Created: 2026-11-24");
  });
});

describe("create", () => {
  const button = () =>
    screen.getByRole("button", { name: "Create the vault" }) as HTMLButtonElement;

  it("waits for two equal passwords of the least length", async () => {
    const oncreated = vi.fn();
    render(Create, { start, oncreated });
    await userEvent.type(field("Master password"), "short");
    await screen.findByText(/At least 8 characters/);
    await userEvent.type(field("Master password"), " but longer");
    await userEvent.type(field("Repeat the password"), "short but other");
    await screen.findByText("The passwords do not match");
    await userEvent.clear(field("Repeat the password"));
    // The beginning of the first: said once it is sent.
    await userEvent.type(field("Repeat the password"), "short but");
    expect(screen.queryByText("The passwords do not match")).toBeNull();
    await userEvent.keyboard("{Enter}");
    await screen.findByText("The passwords do not match");
    expect(document.activeElement).toBe(field("Repeat the password"));
    expect(oncreated).not.toHaveBeenCalled();
    await userEvent.type(field("Repeat the password"), "short but longer", {
      initialSelectionStart: 0,
      initialSelectionEnd: 9,
    });
    await userEvent.click(button());
    await waitFor(() => expect(oncreated).toHaveBeenCalledOnce());
    expect(field("Master password").value).toBe("");
    expect(field("Repeat the password").value).toBe("");
  });
});

describe("a weak password", () => {
  const meter = () => screen.getByRole("meter", { name: "Strength" });
  const score = (score: number) =>
    vi.spyOn(promptBackend, "passwordStrength").mockResolvedValue({
      score,
      crack_time: "2 seconds",
      warning: null,
      suggestions: [],
    });

  async function choose(password: string): Promise<void> {
    for (const label of ["Master password", "Repeat the password"]) {
      await userEvent.clear(field(label));
      await userEvent.type(field(label), password);
    }
    await userEvent.keyboard("{Enter}");
  }

  it.each([0, 1])(
    "of score %i is used only after a yes that names the consequence",
    async (low) => {
      score(low);
      const oncreated = vi.fn();
      render(Create, { start, oncreated });
      await choose("hello123");
      await screen.findByText(/Anyone who gets a copy of the vault.*2 seconds/);
      expect(oncreated).not.toHaveBeenCalled();
      await userEvent.keyboard("{Enter}");
      expect(oncreated).not.toHaveBeenCalled();
      await userEvent.click(screen.getByLabelText("Use this password anyway"));
      await userEvent.click(screen.getByRole("button", { name: "Create the vault" }));
      await waitFor(() => expect(oncreated).toHaveBeenCalledOnce());
    },
  );

  it("that was changed needs another yes", async () => {
    score(1);
    render(Create, { start, oncreated: vi.fn() });
    await choose("hello123");
    await userEvent.click(await screen.findByLabelText("Use this password anyway"));
    await choose("hello1234");
    expect(await screen.findByLabelText("Use this password anyway")).toHaveProperty(
      "checked",
      false,
    );
  });

  it("of the lowest score has a mark in its bar", async () => {
    score(0);
    render(Create, { start, oncreated: vi.fn() });
    await userEvent.type(field("Master password"), "hello123");
    await screen.findByText("Very weak.");
    expect(meter().querySelectorAll(".on").length).toBe(1);
    expect(meter().classList.contains("danger")).toBe(true);
  });
});

describe("the recovery key", () => {
  it("is shown in groups, and its user must confirm that it is saved", async () => {
    const finish = vi.spyOn(promptBackend, "promptFinish").mockResolvedValue(null);
    render(RecoveryKey, { text: "AAAAA-BBBBB CCCCC", finish: "Continue to the vault" });
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      "AAAAA",
      "BBBBB",
      "CCCCC",
    ]);
    expect(document.title).toBe("Keyhaven: Your recovery key");
    const numbers = screen.getAllByRole("listitem").map((item) => item.dataset.number);
    expect(numbers).toEqual(["1", "2", "3"]);
    const open = screen.getByRole("button", { name: "Continue to the vault" }) as HTMLButtonElement;
    expect(open.disabled).toBe(true);
    await userEvent.click(screen.getByLabelText("I have saved it"));
    await userEvent.click(open);
    expect(finish).toHaveBeenCalledOnce();
  });
});
