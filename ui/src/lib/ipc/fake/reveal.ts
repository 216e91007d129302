// The process that shows one value, over the fake vault.

import type { RevealBackend } from "../backend";
import { type RevealCommands, type RevealStart, revealClient } from "../generated-window";
import { type Handlers, invoking } from "./handlers";
import type { FakeVault } from "./vault";
import { rejection } from "./vault";
import { valuesOf } from "./versions";

const PEM = `-----BEGIN PRIVATE KEY-----
${"MC4CAQAwBQYDK2VwBCIEIE1hZGUgdXAgZm9yIHRoZSBwaWN0dXJlLCBub3QgYSBrZXk\n".repeat(8)}-----END PRIVATE KEY-----`;

/** `which` is short, long, empty or locked. */
export function makeRevealBackend(which: string, vault: FakeVault): RevealBackend {
  const values: Record<string, string> = {
    short: "sk_live_51MadeUpForThePictureNotAKey0000",
    long: PEM,
    empty: "",
  };
  const shown =
    which === "long"
      ? { name: "Deploy key", field: "private_key" }
      : { name: "Stripe", field: "value" };
  const start = { ...shown, project: "shop", environment: "dev" };
  return revealClient(invoking(revealCommands(vault, start, values[which])));
}

/** Shows a value of the vault. */
export function revealOf(
  vault: FakeVault,
  { credential, field }: { credential: string; field: string | null },
): Handlers<RevealCommands> {
  const view = vault.find(credential);
  const { name, project, environment } = view;
  const value = valuesOf(vault, view).get(field ?? "value");
  return revealCommands(vault, { name, project, environment, field }, value);
}

function revealCommands(
  vault: FakeVault,
  start: Omit<RevealStart, "seconds" | "theme">,
  value: string | undefined,
): Handlers<RevealCommands> {
  return {
    reveal_start: () => ({ ...start, seconds: 30, theme: vault.theme }),
    reveal_value() {
      if (value === undefined)
        throw rejection("locked", "The vault is locked.", "Unlock it to continue.");
      return { value };
    },
    reveal_leave() {
      document.documentElement.dataset.left = "true";
      return null;
    },
  };
}
