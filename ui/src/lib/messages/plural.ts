// Counting words by the rules of the language, with numbers as the locale writes them.

import { systemLocale } from "../time/locale";

const rules = new Intl.PluralRules("en");
const figures = new Intl.NumberFormat(systemLocale());

/** A number as the locale writes it. */
export const figure = (count: number): string => figures.format(count);

/** `1 key`, `2 keys`, `1,200 keys`. */
export function count(number: number, one: string, other = `${one}s`): string {
  return `${figure(number)} ${rules.select(number) === "one" ? one : other}`;
}

const small = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

/** As `count`, with small numbers in words: for the start of a sentence. */
export function Count(number: number, one: string, other = `${one}s`): string {
  const said = small[number] ?? figure(number);
  return `${said} ${rules.select(number) === "one" ? one : other}`;
}

/** `a`, `a and b`, `a, b and c`. */
export const list = (items: string[]): string => new Intl.ListFormat("en-GB").format(items);
