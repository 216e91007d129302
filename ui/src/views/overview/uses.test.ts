import { afterEach, describe, expect, it, vi } from "vitest";
import type { AuditEntryView } from "$lib/ipc/generated";
import { usesPerDay } from "./uses";

const NOW = "2026-11-23T14:30:00";
afterEach(() => void vi.unstubAllEnvs());
const entry = (
  at: string,
  action: string,
  credentials: string[],
  outcome = "released",
): AuditEntryView => ({
  sequence: 1,
  at: new Date(at).toISOString(),
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
  it.each(["UTC", "Pacific/Auckland", "America/St_Johns"])(
    "counts what was used, by the day in %s, up to today",
    (zone) => {
      vi.stubEnv("TZ", zone);
      const uses = usesPerDay(
        [
          entry("2026-11-23T01:00:00", "use.launch", ["a", "b"]),
          entry("2026-11-23T00:00:00", "use.copy", ["a"]),
          entry("2026-11-22T23:59:59", "use.show", ["b"]),
          entry("2026-11-20T10:00:00", "use.export", ["a"]),
        ],
        3,
        new Date(NOW),
      );
      expect(uses.days).toEqual([
        { day: "2026-11-21", uses: 0 },
        { day: "2026-11-22", uses: 1 },
        { day: "2026-11-23", uses: 2 },
      ]);
      expect(uses).toMatchObject({ sum: 3, top: "a" });
    },
  );

  it("leaves out changes and what failed", () => {
    const uses = usesPerDay(
      [
        entry("2026-11-23T01:00:00", "credential.edit", ["a"], "done"),
        entry("2026-11-23T01:00:00", "use.launch", ["a"], "failed"),
      ],
      2,
      new Date(NOW),
    );
    expect(uses).toMatchObject({ sum: 0, top: null });
  });
});
