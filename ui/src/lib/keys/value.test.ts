import { expect, it } from "vitest";
import { blanks, lineCount, stored } from "./value";

it.each([
  ["sk_test_1", "sk_test_1", 1],
  ["sk_test_1\n", "sk_test_1", 1],
  ["sk_test_1\r\n\n", "sk_test_1", 1],
  ["one\ntwo\r\nthree\n", "one\ntwo\r\nthree", 3],
  [" kept \n", " kept ", 1],
  ["\n", "", 1],
])("stores %j as %j", (typed, value, lines) => {
  expect(stored(typed)).toBe(value);
  expect(lineCount(typed)).toBe(lines);
});

it.each([
  ["a b", 0, 0],
  ["  a\t", 2, 1],
  ["a\u00a0\n", 0, 1],
  ["   ", 3, 0],
])("counts the blanks at the ends of %j", (typed, start, end) =>
  expect(blanks(typed)).toEqual({ start, end }),
);
