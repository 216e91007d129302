// Each finding reports whether it protects, and what to do if not.

import { expect, it } from "vitest";
import type { AgentSecurityView, HostSecurityView } from "$lib/ipc/generated";
import { findings, machineFindings } from "./protection";

const whole: AgentSecurityView = {
  keys_locked: true,
  locked_kib: 32,
  limit_kib: 8192,
  undumpable: true,
  core_files: false,
  notices_work: true,
  listening: ["sleep", "screen"],
  watcher_failed: false,
  sqlite: "3",
  sqlcipher: "4",
  version: "0.1.0",
};

it("finds nothing wrong where everything protects", () => {
  expect(findings(whole).map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
});

it("warns of each thing that does not protect, with a hint", () => {
  const weak: Partial<AgentSecurityView>[] = [
    { keys_locked: false },
    { undumpable: false },
    { core_files: true },
    { watcher_failed: true, listening: [] },
    { notices_work: false },
  ];
  for (const part of weak) {
    const warnings = findings({ ...whole, ...part }).filter(({ state }) => state === "warning");
    expect(warnings, JSON.stringify(part)).toHaveLength(1);
    expect(warnings[0]?.hint).toBeTruthy();
  }
});

it("tells silence from what is switched off or broken", () => {
  const silent = findings({ ...whole, listening: [] }).find(({ name }) => name === "Presence");
  expect(silent?.state).toBe("note");
  expect(silent?.text).toContain("only after the time");
});

const machine: HostSecurityView = {
  swap: false,
  ptrace_scope: "1",
  files: [{ what: "socket", path: "/s", rights: "mine" }],
  clipboard: "x11",
};
const state = (part: Partial<HostSecurityView>, name: string) =>
  machineFindings({ ...machine, ...part }).find((finding) => finding.name === name)?.state;

it("judges swap and debuggers by what the kernel says", () => {
  expect(state({}, "Swap")).toBe("ok");
  expect(state({ swap: true }, "Swap")).toBe("note");
  expect(state({ swap: null }, "Swap")).toBeUndefined();
  expect(state({}, "Debuggers")).toBe("ok");
  for (const scope of ["0", null]) expect(state({ ptrace_scope: scope }, "Debuggers")).toBe("note");
});

it("names what others may use, with a hint", () => {
  const cases = [
    ["link", "/s is a symbolic link"],
    [{ foreign: 7 }, "/s belongs to user 7"],
    [{ open: { mode: 0o750, wanted: 0o600 } }, "/s has mode 750 instead of 600"],
  ] as const;
  for (const [rights, text] of cases) {
    const files: HostSecurityView["files"] = [{ what: "socket", path: "/s", rights }];
    const found = machineFindings({ ...machine, files }).find(({ name }) => name === "Socket");
    expect(found).toMatchObject({ state: "warning", text });
    expect(found?.hint).toBeTruthy();
  }
});
