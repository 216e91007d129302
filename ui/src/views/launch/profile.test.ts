import { describe, expect, it } from "vitest";
import { assignmentsOf, commandLine, linesOf } from "./profile";

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
