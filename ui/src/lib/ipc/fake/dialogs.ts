// What a person answers to native dialogs, pickers and prompts. Without a script they say yes
// and pick the usual file or folder.

export type DialogAnswer =
  | { confirm: boolean }
  | { file: string }
  | { folder: string }
  | { prompt: boolean };

/** Answers still to come; null for a person that agrees to everything. */
export type Dialogs = DialogAnswer[] | null;

export function confirmed(dialogs: Dialogs): boolean {
  if (dialogs === null) return true;
  const next = dialogs.shift();
  return next !== undefined && "confirm" in next && next.confirm;
}

export function prompted(dialogs: Dialogs): boolean {
  if (dialogs === null) return true;
  const next = dialogs.shift();
  return next !== undefined && "prompt" in next && next.prompt;
}

export function picked(dialogs: Dialogs, kind: "file" | "folder", usual: string): string | null {
  if (dialogs === null) return usual;
  const next = dialogs.shift() as Partial<Record<"file" | "folder", string>> | undefined;
  return next?.[kind] ?? null;
}
