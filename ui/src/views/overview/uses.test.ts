import { describe, expect, it } from "vitest";
import type { AuditEntryView } from "$lib/ipc/generated";
import { usesPerDay } from "./uses";

const now = new Date("2026-11-23T14:30:00Z");
const entry = (
  at: string,
  action: string,
  credentials: string[],
  outcome = "released",
): AuditEntryView => ({
  sequence: 1,
  at,
  action,
  outcome,
  credentials,
  project: null,
  environment: null,
  actor: { uid: 0, pid: 0, program: "", known_by: null },
  claimed: { program: null, directory: null, profile: null },
  detail: {},
});

describe("uses per day", () => {
  it("counts what was used, by day, up to today", () => {
    const uses = usesPerDay(
      [
        entry("2026-11-23T01:00:00Z", "use.launch", ["a", "b"]),
        entry("2026-11-23T00:00:00Z", "use.copy", ["a"]),
        entry("2026-11-22T23:59:59Z", "use.show", ["b"]),
        entry("2026-11-20T10:00:00Z", "use.export", ["a"]),
      ],
      3,
      now,
    );
    expect(uses.days).toEqual([
      { day: "2026-11-21", uses: 0 },
      { day: "2026-11-22", uses: 1 },
      { day: "2026-11-23", uses: 2 },
    ]);
    expect(uses).toMatchObject({ sum: 3, top: "a" });
  });

  it("leaves out changes and what failed", () => {
    const uses = usesPerDay(
      [
        entry("2026-11-23T01:00:00Z", "credential.edit", ["a"], "done"),
        entry("2026-11-23T01:00:00Z", "use.launch", ["a"], "failed"),
      ],
      2,
      now,
    );
    expect(uses).toMatchObject({ sum: 0, top: null });
  });
});
