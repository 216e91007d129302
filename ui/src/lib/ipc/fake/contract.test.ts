// The scenarios of the contract (tests/contract) on the fake. The same ones run on the window's
// own commands and a real agent, in the end-to-end tests.

import { describe, expect, it } from "vitest";
import type { QueryName } from "../backend";
import type { PromptKind } from "../generated-window";
import type { DialogAnswer } from "./dialogs";
import { promptCommands } from "./prompt";
import { answer } from "./queries";
import { revealOf } from "./reveal";
import { FakeVault, PASSWORD } from "./vault";
import { mainCommands } from "./window";

// biome-ignore lint/suspicious/noExplicitAny: a scenario holds any JSON
type Json = any;
type Calls = Record<string, (args: Json) => unknown>;

interface Step {
  command: string;
  args?: Json;
  prompt?: PromptKind;
  task?: Json;
  dialogs?: DialogAnswer[];
  answer?: Json;
  failure?: Json;
  save?: string;
}

interface Scenario {
  title: string;
  vault?: false;
  files?: Record<string, string | { latin1: string }>;
  steps: Step[];
}

const scenarios = Object.values(
  import.meta.glob<Scenario[]>("../../../../tests/contract/*.json", {
    eager: true,
    import: "default",
  }),
).flat();

describe("the fake answers what the window answers", () => {
  it("has scenarios", () => expect(scenarios.length).toBeGreaterThanOrEqual(25));
  it.each(scenarios.map((each) => [each.title, each] as const))("%s", (_, each) => play(each));
});

async function play(scenario: Scenario): Promise<void> {
  const vault = new FakeVault({
    state: scenario.vault === false ? "none" : "empty",
    rows: 0,
    now: new Date(),
    theme: "system",
    slow: 0,
    failing: null,
    leaving: false,
  });
  const main = mainCalls(vault);
  const saved: Record<string, Json> = { password: PASSWORD };
  for (const [at, step] of scenario.steps.entries()) {
    vault.dialogs = [...(step.dialogs ?? [])];
    const calls =
      step.prompt === undefined
        ? main
        : promptCalls(step.prompt, vault, filled(step.task ?? null, saved));
    const call = calls[step.command];
    if (call === undefined) throw new Error(`no command ${step.command}`);
    const [outcome, found] = await settled(() => call(filled(step.args ?? {}, saved)));
    const where = `step ${at}: ${outcome} ${JSON.stringify(found)}`;
    for (const kind of ["answer", "failure"] as const) {
      if (!(kind in step)) continue;
      expect(outcome, where).toBe(kind);
      expect(difference(filled(step[kind], saved), found, ""), where).toBeNull();
    }
    expect(vault.dialogs, where).toEqual([]);
    if (step.save !== undefined) saved[step.save] = found;
  }
}

function mainCalls(vault: FakeVault): Calls {
  const query = ({ request }: { request: Record<string, Json> }) => {
    const [name, asked] = Object.entries(request)[0] ?? [];
    return answer(vault, name as QueryName, asked);
  };
  return { query, ...mainCommands(vault) };
}

function promptCalls(kind: PromptKind, vault: FakeVault, task: Json): Calls {
  return kind === "reveal" ? revealOf(vault, task) : promptCommands(kind, vault, task);
}

async function settled(call: () => unknown): Promise<["answer" | "failure", Json]> {
  try {
    return ["answer", await call()];
  } catch (thrown) {
    return ["failure", thrown];
  }
}

/** With each `"$name.part"` replaced by what was saved. */
function filled(value: Json, saved: Record<string, Json>): Json {
  if (typeof value === "string" && value.startsWith("$") && value !== "$any") {
    const path = value.slice(1).split(".");
    return path.reduce((found, part) => found?.[part], saved);
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, saved));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, filled(each, saved)]),
  );
}

/** Where an answer is not what is stated; it may hold more members. */
function difference(expected: Json, found: Json, at: string): string | null {
  if (expected === "$any") return found === null || found === undefined ? `${at} is null` : null;
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return first(expected.map((each, index) => difference(each, found[index], `${at}[${index}]`)));
  }
  if (isObject(expected) && "$some" in expected && Array.isArray(found)) {
    const some = found.some((each) => difference(expected.$some, each, at) === null);
    return some ? null : `${at} holds no ${JSON.stringify(expected.$some)}`;
  }
  if (isObject(expected) && isObject(found)) {
    return first(
      Object.entries(expected).map(([name, each]) =>
        name in found ? difference(each, found[name], `${at}.${name}`) : `${at}.${name} is missing`,
      ),
    );
  }
  const same = JSON.stringify(expected) === JSON.stringify(found);
  return same ? null : `${at} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`;
}

const first = (all: (string | null)[]) => all.find((each) => each !== null) ?? null;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
