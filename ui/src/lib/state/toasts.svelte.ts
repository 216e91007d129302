// Short messages at the foot of the window, spoken by a live region; one may offer a way back.

import { failureOf } from "$lib/ipc/failure";
import { remedyFor } from "./remedy";

export interface Toast {
  id: number;
  text: string;
  hint: string | null;
  tone: "done" | "plain" | "warning" | "error";
  action: { label: string; run: () => void } | null;
}

const BRIEF = 4_000;
const LONG = 9_000;
const BRIEFLY: Toast["tone"][] = ["done", "plain"];

class Toasts {
  all = $state<Toast[]>([]);
  #next = 1;

  success(text: string, action: Toast["action"] = null): void {
    this.#show({ text, hint: null, tone: "done", action });
  }

  /** Says that nothing was done, without a sign of success. */
  info(text: string): void {
    this.#show({ text, hint: null, tone: "plain", action: null });
  }

  /** Words for what was thrown; silent when the person cancelled. */
  failure(thrown: unknown): void {
    const failure = failureOf(thrown);
    if (failure.severity === "calm") return;
    const action = remedyFor(failure);
    this.#show({ text: failure.message, hint: failure.hint, tone: failure.severity, action });
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }

  #show(toast: Omit<Toast, "id">): void {
    const id = this.#next++;
    this.all = [...this.all.slice(-2), { ...toast, id }];
    const stays = toast.action !== null || !BRIEFLY.includes(toast.tone) ? LONG : BRIEF;
    setTimeout(() => this.dismiss(id), stays);
  }
}

export const toasts = new Toasts();
