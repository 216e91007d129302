import { describe, expect, it } from "vitest";
import type { CredentialRow } from "$lib/ipc/generated";
import { assignmentsOf, commandLine, draftFrom, injectedInto, linesOf } from "./profile";

describe("a command", () => {
  it.each([
    [["npm", "run", "dev"], "npm run dev"],
    [["sh", "-c", "ls | wc"], "ls | wc"],
    [["echo", "it's", "a b", ""], "echo 'it'\\''s' 'a b' ''"],
    [[], ""],
  ])("%j reads %j", (words, line) => {
    expect(commandLine(words)).toBe(line);
  });
});

describe("plain variables", () => {
  it("are lines, and keep every sign after the first =", () => {
    const set = [
      { variable: "LOG", text: "debug" },
      { variable: "URL", text: "postgres://a:{{kh:pg|url}}@h/?x=1" },
      { variable: "EMPTY", text: "" },
    ];
    expect(assignmentsOf(linesOf(set))).toEqual(set);
    expect(assignmentsOf("\n A = b\n\nNAME\n")).toEqual([
      { variable: "A", text: " b" },
      { variable: "NAME", text: "" },
    ]);
  });
});

describe("a new profile", () => {
  const typed = { project: "shop", environment: "dev", command: "", directory: null };

  it.each([
    ["", "shop dev"],
    ["npm run dev", "npm dev"],
    ["/usr/bin/node app.js", "node dev"],
    ["A=1 ./x", "shop dev"],
  ])("for %j is called %j", (command, name) => {
    expect(draftFrom({ ...typed, command }, []).name).toBe(name);
  });

  it("takes what was typed, and no name that is taken", () => {
    const directory = { id: 3, path: "/home/me" };
    const draft = draftFrom({ ...typed, command: "npm start", directory }, [
      "npm dev",
      "npm dev 2",
    ]);
    expect(draft).toMatchObject({
      known: null,
      name: "npm dev 3",
      command: "npm start",
      directory: { chosen: 3 },
    });
    expect(draftFrom(typed, []).directory).toBe("anywhere");
  });
});

it("counts variables and the keys that fill them", () => {
  const row = (state: string, variables: string[], environment = "dev") =>
    ({ project: "shop", environment, state, variables }) as CredentialRow;
  const rows = [
    row("fine", ["A", "B"]),
    row("expired", ["C"]),
    row("revoked", ["D"]),
    row("fine", []),
    row("fine", ["E"], "prod"),
  ];
  expect(injectedInto(rows, "shop", "dev")).toEqual({ variables: 3, keys: 2 });
});
