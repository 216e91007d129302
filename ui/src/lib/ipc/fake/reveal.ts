// The process that shows one value, over the fake vault.

import type { RevealBackend } from "../backend";
import type { FakeVault } from "./vault";
import { rejection } from "./vault";

const PEM = `-----BEGIN PRIVATE KEY-----
${"MC4CAQAwBQYDK2VwBCIEIE1hZGUgdXAgZm9yIHRoZSBwaWN0dXJlLCBub3QgYSBrZXk\n".repeat(8)}-----END PRIVATE KEY-----`;

/** `which` is short, long, empty or locked. */
export function makeRevealBackend(which: string, vault: FakeVault): RevealBackend {
  const values: Record<string, string> = {
    short: "sk_live_51MadeUpForThePictureNotAKey0000",
    long: PEM,
    empty: "",
  };
  return {
    start: async () => ({
      name: which === "long" ? "Deploy key" : "Stripe",
      project: "shop",
      environment: "dev",
      field: which === "long" ? "private_key" : "value",
      seconds: 30,
      theme: vault.theme,
    }),
    async value() {
      const value = values[which];
      if (value === undefined)
        throw rejection("locked", "The vault is locked.", "Unlock it with: kh unlock.");
      return { value };
    },
    leave: async () => {
      document.documentElement.dataset.left = "true";
    },
  };
}
