// The state of the agent's protection and of this machine as findings;
// `kh doctor` has the same.

import type { AgentSecurityView, FileSecurityView, HostSecurityView } from "$lib/ipc/generated";
import { protection as words } from "$lib/messages/en/protection";

export interface Finding {
  name: string;
  state: "ok" | "warning" | "note";
  text: string;
  hint: string | null;
}

export function findings(view: AgentSecurityView): Finding[] {
  return [memory(view), inside(view), leaving(view), notices(view), database(view)];
}

export function machineFindings(view: HostSecurityView): Finding[] {
  return [...swap(view), debuggers(view), ...view.files.map(file), clipboard(view)];
}

const ok = (name: string, text: string): Finding => ({ name, state: "ok", text, hint: null });

function memory(view: AgentSecurityView): Finding {
  const name = words.memory;
  if (view.keys_locked === null) return ok(name, words.noKeys);
  if (view.keys_locked) return ok(name, words.keysLocked(view.locked_kib ?? 0));
  const text = words.keysSwapped(view.limit_kib ?? 0);
  return { name, state: "warning", text, hint: words.keysSwappedHint };
}

function inside(view: AgentSecurityView): Finding {
  const name = words.inside;
  if (!view.undumpable)
    return { name, state: "warning", text: words.open, hint: words.restartHint };
  if (view.core_files)
    return { name, state: "warning", text: words.coreFiles, hint: words.restartHint };
  return ok(name, words.closed);
}

function leaving(view: AgentSecurityView): Finding {
  const name = words.leaving;
  if (view.watcher_failed)
    return { name, state: "warning", text: words.deaf, hint: words.deafHint };
  const ways = view.listening.map((signal) => words.ways[signal]);
  if (ways.length === 0)
    return { name, state: "note", text: words.byTimeAlone, hint: words.byTimeAloneHint };
  return ok(name, words.locks(ways));
}

function notices(view: AgentSecurityView): Finding {
  const name = words.notices;
  if (view.notices_work) return ok(name, words.noticesWork);
  return { name, state: "warning", text: words.noticesLost, hint: words.noticesHint };
}

function database(view: AgentSecurityView): Finding {
  return ok(words.database, words.versions(view.sqlite, view.sqlcipher));
}

function swap(view: HostSecurityView): Finding[] {
  const name = words.swap;
  if (view.swap === null) return [];
  if (!view.swap) return [ok(name, words.noSwap)];
  return [{ name, state: "note", text: words.swapHolds, hint: words.swapHint }];
}

function debuggers(view: HostSecurityView): Finding {
  const name = words.debuggers;
  if (view.ptrace_scope === null || view.ptrace_scope === "0")
    return { name, state: "note", text: words.debugged, hint: words.debuggedHint };
  return ok(name, words.notDebugged(view.ptrace_scope));
}

function file({ what, path, rights }: FileSecurityView): Finding {
  const name = words.files[what];
  if (rights === "mine") return ok(name, words.mine(path));
  if (rights === "missing") return { name, state: "note", text: words.missing(path), hint: null };
  const text = words.shared(path, rights);
  return { name, state: "warning", text, hint: words.rightsHint };
}

function clipboard(view: HostSecurityView): Finding {
  const text = words.copies[view.clipboard];
  return { name: words.clipboard, state: "note", text, hint: null };
}
