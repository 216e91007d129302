// How a program that was started here ended.

import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { ChildView } from "$lib/ipc/generated-window";
import LaunchList from "./LaunchList.svelte";

const launch: ChildView = {
  id: 1,
  command: "npm start",
  profile: null,
  project: "shop",
  environment: "dev",
  pid: 7,
  started_at: "2026-11-23T14:30:00Z",
  ended: null,
};

it.each([
  [null, "running", "accent"],
  [{ code: 0, signal: null }, "exited", "plain"],
  [{ code: 3, signal: null }, "failed with exit code 3", "danger"],
  // What Stop sends.
  [{ code: null, signal: 15 }, "stopped", "plain"],
  [{ code: null, signal: 9 }, "ended by signal 9", "danger"],
])("%j is %s", (ended, words, tone) => {
  const props = { launches: [{ ...launch, ended }], keysOf: () => [], opened: null };
  render(LaunchList, { ...props, onstarted: () => {} });
  expect(screen.getByText(words).className).toContain(tone);
});
