// What the page's fake answers in words is what Rust makes of its Fluent files: a text that none
// of them has would show in the tests of the views what no person ever sees.

import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { hints, isText, isTextOf } from "./rust-texts";

const FOLDER = "src/lib/ipc/fake";
/** Names, notes and entries of the made-up vault. */
const SAMPLES = ["data.ts", "log.ts", "contract.test.ts"];
/** Other words of made-up data, which no Fluent file has. */
const MADE_UP = [
  "correct horse battery",
  "Deploy key",
  /^-----BEGIN PRIVATE KEY/,
  // Commands, and what a started program writes.
  /^npm run /,
  /^kh (edit|revoke|rotate) /,
  /^\$ .*\nlistening on port/,
  // The name that Unicode gives.
  "U+200B ZERO WIDTH SPACE",
];

interface FoundText {
  text: string;
  /** Where it stands. */
  at: string;
  /** The function that makes a failure of it, its code, and which argument it is. */
  call: { name: string; code: string; argument: number } | null;
}

/** A parameter in a text. */
const PARAMETER = "…";

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map((each) => PARAMETER + each.literal.text).join("");
}

function callOf(node: ts.Node): FoundText["call"] {
  const call = node.parent;
  if (call === undefined || !ts.isCallExpression(call) || !ts.isIdentifier(call.expression))
    return null;
  const [first] = call.arguments;
  const code = first === undefined ? null : textOf(first);
  const argument = call.arguments.indexOf(node as ts.Expression);
  return code === null ? null : { name: call.expression.text, code, argument };
}

/** A code stands first in a call, or has its member. */
function isCode(node: ts.Node, call: FoundText["call"]): boolean {
  const member = node.parent;
  return (
    call?.argument === 0 || (ts.isPropertyAssignment(member) && member.name.getText() === "check")
  );
}

function textsIn(name: string, source: string): FoundText[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true);
  const found: FoundText[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    const call = callOf(node);
    if (text !== null && /\w\S* +\S*\w/.test(text) && !isCode(node, call)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push({ text, at: `${name}:${line + 1}`, call });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isMadeUp = (text: string) =>
  MADE_UP.some((each) => (typeof each === "string" ? each === text : each.test(text)));

function isOfRust({ text, call }: FoundText): boolean {
  const id = call?.code.replaceAll("_", "-");
  if (call?.name === "rejection" && call.argument === 1) return isTextOf([`error-${id}`], text);
  if (call?.name === "invalid") return isTextOf([`problem-${id}`], text);
  if (call?.name === "rejection") return isTextOf(hints, text);
  return isText(text);
}

const foreign = (name: string, source: string) =>
  textsIn(name, source)
    .filter((each) => !isMadeUp(each.text) && !isOfRust(each))
    .map(({ at, text }) => `${at} ${text}`);

describe("the texts of the fake", () => {
  const files = readdirSync(FOLDER).filter((name) => !SAMPLES.includes(name));
  it.each(files)("%s has only those of the Fluent files", (name) => {
    expect(foreign(name, readFileSync(`${FOLDER}/${name}`, "utf8"))).toEqual([]);
  });

  it("are found where they are", () => {
    const all = files.flatMap((name) => textsIn(name, readFileSync(`${FOLDER}/${name}`, "utf8")));
    expect(all.length).toBeGreaterThan(40);
  });

  it.each([
    ['rejection("locked", "The vault is locked.")', true],
    ['rejection("locked", "The vault is closed.")', false],
    ['rejection("changed", "The vault is locked.")', false],
    ['rejection("locked", "The vault is locked.", "Give up.")', false],
    ['invalid("import_closed", "The file is gone.")', false],
    ['const said = { message: "Nothing was ever lost." }', false],
  ])("are compared: %s", (source, fits) => {
    expect(foreign("fake.ts", source).length === 0).toBe(fits);
  });
});
