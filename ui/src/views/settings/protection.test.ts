// Each finding says whether it protects, and what to do where it does not.

import { expect, it } from "vitest";
import type { ProtectionView } from "$lib/ipc/generated";
import { findings } from "./protection";

const whole: ProtectionView = {
  keys_locked: true,
  locked_kib: 32,
  limit_kib: 8192,
  undumpable: true,
  core_files: false,
  notices_work: true,
  hears: ["sleep", "screen"],
  deaf: false,
  sqlite: "3",
  sqlcipher: "4",
  version: "0.1.0",
};

it("finds nothing wrong where everything protects", () => {
  expect(findings(whole).map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
});

it("warns of each thing that does not protect, with a hint", () => {
  const weak: Partial<ProtectionView>[] = [
    { keys_locked: false },
    { undumpable: false },
    { core_files: true },
    { deaf: true, hears: [] },
    { notices_work: false },
  ];
  for (const part of weak) {
    const warnings = findings({ ...whole, ...part }).filter(({ state }) => state === "warning");
    expect(warnings, JSON.stringify(part)).toHaveLength(1);
    expect(warnings[0]?.hint).toBeTruthy();
  }
});

it("tells silence from what is switched off or broken", () => {
  const silent = findings({ ...whole, hears: [] }).find(({ name }) => name === "When you leave");
  expect(silent?.state).toBe("note");
  expect(silent?.text).toContain("by time alone");
});
