// Short messages at the foot of the window, spoken by a live region; one may offer an action.

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

/** What went wrong stays until it was read. */
const period = ({ action, tone }: Toast) =>
  !BRIEFLY.includes(tone) ? null : action === null ? BRIEF : LONG;

class Toasts {
  all = $state<Toast[]>([]);
  #next = 1;
  #held = false;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  success(text: string, action: Toast["action"] = null): void {
    this.#show({ text, hint: null, tone: "done", action });
  }

  /** Reports that nothing was done, without a sign of success. */
  info(text: string, action: Toast["action"] = null): void {
    this.#show({ text, hint: null, tone: "plain", action });
  }

  /** Reports what was thrown; silent when the person cancelled. */
  failure(thrown: unknown): void {
    const failure = failureOf(thrown);
    if (failure.severity === "calm") return;
    const action = remedyFor(failure);
    this.#show({ text: failure.message, hint: failure.hint, tone: failure.severity, action });
  }

  dismiss(id: number): void {
    this.#stop(id);
    this.all = this.all.filter((toast) => toast.id !== id);
    if (this.all.length === 0) this.#held = false;
  }

  /** None goes while a person points at one or has the focus in one (WCAG 2.2.1). */
  hold(): void {
    this.#held = true;
    for (const { id } of this.all) this.#stop(id);
  }

  /** Each gets its whole time again. */
  release(): void {
    this.#held = false;
    for (const toast of this.all) this.#start(toast);
  }

  #show(shown: Omit<Toast, "id">): void {
    const toast = { ...shown, id: this.#next++ };
    for (const { id } of this.all.slice(0, -2)) this.#stop(id);
    this.all = [...this.all.slice(-2), toast];
    if (!this.#held) this.#start(toast);
  }

  #start(toast: Toast): void {
    this.#stop(toast.id);
    const after = period(toast);
    if (after === null) return;
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), after),
    );
  }

  #stop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

export const toasts = new Toasts();
