// What the agent says of its own protection, as findings to read; `kh doctor` has the same.

import type { ProtectionView } from "$lib/ipc/generated";
import { protection as words } from "$lib/messages/en/protection";

export interface Finding {
  name: string;
  state: "ok" | "warning" | "note";
  text: string;
  hint: string | null;
}

export function findings(view: ProtectionView): Finding[] {
  return [memory(view), inside(view), leaving(view), notices(view), database(view)];
}

const ok = (name: string, text: string): Finding => ({ name, state: "ok", text, hint: null });

function memory(view: ProtectionView): Finding {
  const name = words.memory;
  if (view.keys_locked === null) return ok(name, words.noKeys);
  if (view.keys_locked) return ok(name, words.keysLocked(view.locked_kib ?? 0));
  const text = words.keysSwapped(view.limit_kib ?? 0);
  return { name, state: "warning", text, hint: words.keysSwappedHint };
}

function inside(view: ProtectionView): Finding {
  const name = words.inside;
  if (!view.undumpable)
    return { name, state: "warning", text: words.open, hint: words.restartHint };
  if (view.core_files)
    return { name, state: "warning", text: words.coreFiles, hint: words.restartHint };
  return ok(name, words.closed);
}

function leaving(view: ProtectionView): Finding {
  const name = words.leaving;
  if (view.deaf) return { name, state: "warning", text: words.deaf, hint: words.deafHint };
  const ways = view.hears.map((signal) => words.ways[signal]);
  if (ways.length === 0)
    return { name, state: "note", text: words.byTimeAlone, hint: words.byTimeAloneHint };
  return ok(name, words.locks(ways));
}

function notices(view: ProtectionView): Finding {
  const name = words.notices;
  if (view.notices_work) return ok(name, words.noticesWork);
  return { name, state: "warning", text: words.noticesLost, hint: words.noticesHint };
}

function database(view: ProtectionView): Finding {
  return ok(words.database, words.versions(view.sqlite, view.sqlcipher));
}
