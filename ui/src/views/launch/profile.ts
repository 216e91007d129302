// Conversions between a profile and the text in its form.

import type { CredentialRow, ProfileView } from "$lib/ipc/generated";
import type { ChosenDirectory, ProfileDraft } from "$lib/ipc/generated-window";
import { t } from "$lib/messages";

/** The words as a user would type them; a shell command stays as it was typed. */
export function commandLine(words: string[]): string {
  const [shell, option, command] = words;
  if (words.length === 3 && shell === "sh" && option === "-c" && command !== undefined) {
    return command;
  }
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A saved profile as a draft for editing. */
export function draftOf({ id, revision, profile }: ProfileView): ProfileDraft {
  return {
    known: [id, revision],
    name: profile.name,
    project: profile.project,
    environment: profile.environment,
    command: commandLine(profile.command),
    directory: "kept",
    only: profile.choice.only,
    set: profile.choice.set,
    clean: profile.clean,
    allow_production: profile.allow_production,
    needs: profile.needs,
  };
}

/** What is typed for one launch. */
export interface LaunchInput {
  project: string;
  environment: string;
  command: string;
  directory: ChosenDirectory | null;
}

/** The input of a launch as a draft of a profile. */
export function draftFrom(typed: LaunchInput, taken: string[]): ProfileDraft {
  const { project, environment, command, directory } = typed;
  return {
    known: null,
    name: nameFor(typed, taken),
    project,
    environment,
    command,
    directory: directory === null ? "anywhere" : { chosen: directory.id },
    only: [],
    set: [],
    clean: false,
    allow_production: false,
    needs: [],
  };
}

/** A name that is not taken, from the program (or else the project) and the environment. */
function nameFor({ project, environment, command }: LaunchInput, taken: string[]): string {
  const program = command.split(/\s/)[0]?.split("/").at(-1) ?? "";
  const name = `${/^[\w.-]+$/.test(program) ? program : project} ${environment}`;
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name} ${number}`;
  return free;
}

/** How many variables a program of that environment gets, and from how many keys. */
export function injectedInto(
  rows: CredentialRow[],
  project: string,
  environment: string,
): { variables: number; keys: number } {
  const rowsInEnvironment = rows.filter(
    (row) =>
      row.project === project &&
      row.environment === environment &&
      row.state !== "revoked" &&
      row.variables.length > 0,
  );
  const variables = rowsInEnvironment.reduce((sum, row) => sum + row.variables.length, 0);
  return { variables, keys: rowsInEnvironment.length };
}

/** A copy of a draft under another name, not saved yet. */
export function copyOf(draft: ProfileDraft): ProfileDraft {
  return {
    ...draft,
    known: null,
    name: t("profiles-copy-name", { name: draft.name }),
    directory: "anywhere",
  };
}

/** Lines of NAME=TEXT. */
export function assignmentsOf(text: string): ProfileDraft["set"] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const at = line.indexOf("=");
    return at < 0
      ? { variable: line.trim(), text: "" }
      : { variable: line.slice(0, at).trim(), text: line.slice(at + 1) };
  });
}

/** The assignments as lines of NAME=TEXT. */
export function linesOf(set: ProfileDraft["set"]): string {
  return set.map(({ variable, text }) => `${variable}=${text}`).join("\n");
}
