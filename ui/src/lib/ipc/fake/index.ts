// The fake behind `$backend` in tests and pictures: what it starts with is in the address.
//   ?state=none|locked|empty|open|recovered|login  &rows=10000  &theme=light|dark
//   &slow=milliseconds  &failing=query  &leaving  &now=instant  &importing=file  &damaged
//   &prompt=unlock|create|configure|password|recovery|rekey  &reveal=short|long|empty|locked

import type { PromptKind, Theme } from "../generated-window";
import { makePromptBackend } from "./prompt";
import { makeRevealBackend } from "./reveal";
import { FakeVault } from "./vault";
import { makeBackend } from "./window";

const asked = new URLSearchParams(typeof location === "undefined" ? "" : location.search);

export const vault = new FakeVault({
  state: (asked.get("state") ?? "open") as
    | "none"
    | "locked"
    | "empty"
    | "open"
    | "recovered"
    | "login",
  rows: Number(asked.get("rows") ?? 0),
  now: asked.has("now") ? new Date(asked.get("now") ?? "") : new Date(),
  theme: (asked.get("theme") ?? "system") as Theme,
  slow: Number(asked.get("slow") ?? 0),
  failing: asked.get("failing"),
  leaving: asked.has("leaving"),
});

vault.importing = asked.get("importing") ?? vault.importing;
vault.damaged = asked.has("damaged");

export const backend = makeBackend(vault);
export const revealBackend = makeRevealBackend(asked.get("reveal") ?? "short", vault);
export const promptBackend = makePromptBackend(
  (asked.get("prompt") ?? "unlock") as PromptKind,
  vault,
);
