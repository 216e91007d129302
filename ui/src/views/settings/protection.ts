// What protects the agent and this computer, as findings; `kh doctor` shows the same.

import type {
  AgentSecurityView,
  FileRights,
  FileSecurityView,
  HostSecurityView,
} from "$lib/ipc/generated";
import { list, t } from "$lib/messages";

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
  const name = t("protection-memory");
  if (view.keys_locked === null) return ok(name, t("protection-no-keys"));
  if (view.keys_locked) return ok(name, t("protection-keys-locked", { kib: view.locked_kib ?? 0 }));
  const text = t("protection-keys-swapped", { kib: view.limit_kib ?? 0 });
  return { name, state: "warning", text, hint: t("protection-keys-swapped-hint") };
}

function inside(view: AgentSecurityView): Finding {
  const name = t("protection-inside");
  if (!view.undumpable)
    return {
      name,
      state: "warning",
      text: t("protection-open"),
      hint: t("protection-restart-hint"),
    };
  if (view.core_files)
    return {
      name,
      state: "warning",
      text: t("protection-core-files"),
      hint: t("protection-restart-hint"),
    };
  return ok(name, t("protection-closed"));
}

function leaving(view: AgentSecurityView): Finding {
  const name = t("protection-leaving");
  if (view.watcher_failed)
    return {
      name,
      state: "warning",
      text: t("protection-watcher-failed"),
      hint: t("protection-watcher-failed-hint"),
    };
  const ways = view.listening.map((signal) => t(`protection-way-${signal}`));
  if (ways.length === 0)
    return {
      name,
      state: "note",
      text: t("protection-by-time-alone"),
      hint: t("protection-by-time-alone-hint"),
    };
  return ok(name, t("protection-locks", { ways: list(ways) }));
}

function notices(view: AgentSecurityView): Finding {
  const name = t("protection-notices");
  if (view.notices_work) return ok(name, t("protection-notices-work"));
  return {
    name,
    state: "warning",
    text: t("protection-notices-lost"),
    hint: t("protection-notices-hint"),
  };
}

function versions({ sqlite, sqlcipher }: AgentSecurityView): string {
  if (sqlcipher === null) return t("protection-sqlite", { sqlite });
  return t("protection-sqlcipher", { sqlite, sqlcipher });
}

function database(view: AgentSecurityView): Finding {
  return ok(t("protection-database"), versions(view));
}

function swap(view: HostSecurityView): Finding[] {
  const name = t("protection-swap");
  if (view.swap === null) return [];
  if (!view.swap) return [ok(name, t("protection-no-swap"))];
  return [
    { name, state: "note", text: t("protection-swap-holds"), hint: t("protection-swap-hint") },
  ];
}

function debuggers(view: HostSecurityView): Finding {
  const name = t("protection-debuggers");
  if (view.ptrace_scope === null || view.ptrace_scope === "0")
    return {
      name,
      state: "note",
      text: t("protection-debugged"),
      hint: t("protection-debugged-hint"),
    };
  return ok(name, t("protection-not-debugged", { scope: view.ptrace_scope }));
}

const octal = (mode: number) => mode.toString(8).padStart(3, "0");

/** What is wrong with the rights of a file that others may use. */
function sharedText(path: string, rights: Exclude<FileRights, "mine" | "missing">): string {
  if (rights === "link") return t("protection-link", { path });
  if ("foreign" in rights) return t("protection-foreign", { path, user: String(rights.foreign) });
  const { mode, wanted } = rights.open;
  return t("protection-rights", { path, mode: octal(mode), wanted: octal(wanted) });
}

function file({ what, path, rights }: FileSecurityView): Finding {
  const name = t(`protection-file-${what}`);
  if (rights === "mine") return ok(name, t("protection-mine", { path }));
  if (rights === "missing")
    return { name, state: "note", text: t("protection-missing", { path }), hint: null };
  const text = sharedText(path, rights);
  return { name, state: "warning", text, hint: t("protection-rights-hint") };
}

function clipboard(view: HostSecurityView): Finding {
  const text = t(`protection-clipboard-${view.clipboard}`);
  return { name: t("protection-clipboard"), state: "note", text, hint: null };
}
