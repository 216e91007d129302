// Checks the Fluent files of the page and writes src/lib/messages/ids.ts from the English ones.
// `node scripts/messages.js` checks, with `--write` it writes.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse, Visitor } from "@fluent/syntax";

const root = fileURLToPath(new URL("../src", import.meta.url));
const folder = `${root}/lib/messages`;
const generated = `${folder}/ids.ts`;
const PLURALS = new Set(["zero", "one", "two", "few", "many", "other"]);

const problems = [];

/** The arguments of a message: number where it chooses a plural or is formatted as one. */
class ArgumentsOf extends Visitor {
  found = new Map();

  #note(name, type) {
    if (type !== "string" || !this.found.has(name)) this.found.set(name, type);
  }

  visitVariableReference(node) {
    this.#note(node.id.name, "string");
  }

  visitSelectExpression(node) {
    const keys = node.variants.map(({ key }) => (key.type === "NumberLiteral" ? "one" : key.name));
    if (node.selector.type === "VariableReference" && keys.every((key) => PLURALS.has(key))) {
      this.#note(node.selector.id.name, "number");
    }
    this.genericVisit(node);
  }

  visitFunctionReference(node) {
    const type = { NUMBER: "number", DATETIME: "Date" }[node.id.name];
    for (const argument of node.arguments.positional) {
      if (type && argument.type === "VariableReference") this.#note(argument.id.name, type);
    }
    this.genericVisit(node);
  }
}

/** The messages of a language: id to its arguments. */
function messagesOf(language) {
  const messages = new Map();
  const files = readdirSync(`${folder}/${language}`).filter((file) => file.endsWith(".ftl"));
  for (const file of files.sort()) {
    const where = `${language}/${file}`;
    for (const entry of parse(readFileSync(`${folder}/${where}`, "utf8"), {}).body) {
      if (entry.type === "Junk") problems.push(`${where}: not readable: ${entry.content.trim()}`);
      if (entry.type !== "Message") continue;
      const id = entry.id.name;
      if (messages.has(id)) problems.push(`${where}: ${id} is there twice`);
      if (!entry.value) problems.push(`${where}: ${id} has no text`);
      const visitor = new ArgumentsOf();
      visitor.visit(entry);
      messages.set(id, visitor.found);
    }
  }
  return messages;
}

const described = (found) =>
  found.size === 0
    ? "null"
    : `{ ${[...found]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, type]) => `${name}: ${type}`)
        .join("; ")} }`;

function compare(language, messages, source) {
  for (const [id, found] of source) {
    const own = messages.get(id);
    if (!own) problems.push(`${language}: ${id} is missing`);
    else if (!sameNames(own, found))
      problems.push(`${language}: ${id} takes ${described(own)}, not ${described(found)}`);
  }
  for (const id of messages.keys()) {
    if (!source.has(id)) problems.push(`${language}: ${id} is not in English`);
  }
}

const sameNames = (a, b) => a.size === b.size && [...a.keys()].every((name) => b.has(name));

/** An id is used where the sources have it in quotes, or a template that can become it. */
function unused(ids) {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" });
  const sources = paths
    .filter((path) => /\.(ts|svelte)$/.test(path) && !/\.test\.ts$|messages\/ids\.ts$/.test(path))
    .map((path) => readFileSync(`${root}/${path}`, "utf8"))
    .join("\n");
  const quoted = new Set([...sources.matchAll(/"([a-z][a-z0-9-]*)"/g)].map(([, id]) => id));
  const templates = [...sources.matchAll(/`([a-z][a-z0-9-]*-\$\{[^`]*)`/g)].map(
    ([, template]) => new RegExp(`^${template.replace(/\$\{[^}]*\}/g, "[a-z0-9_-]+")}$`),
  );
  return ids.filter((id) => !quoted.has(id) && !templates.some((pattern) => pattern.test(id)));
}

const source = messagesOf("en");
const languages = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "en")
  .map(({ name }) => name);
for (const language of languages) compare(language, messagesOf(language), source);
for (const id of unused([...source.keys()])) problems.push(`en: ${id} is not used`);

const text = `// Written by scripts/messages.js from en/*.ftl; run \`npm run messages\` after a change there.

/** Every message with its arguments. */
export interface Messages {
${[...source]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([id, found]) => `  "${id}": ${described(found)};`)
  .join("\n")}
}
`;
if (process.argv.includes("--write")) writeFileSync(generated, text);
else if (readFileSync(generated, "utf8") !== text)
  problems.push("ids.ts is not up to date: run npm run messages");

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
