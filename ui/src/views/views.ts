// The views of the window. To add one, add it here: the sidebar, the palette, the shortcuts and
// the loader read this list.

import Activity from "@lucide/svelte/icons/activity";
import HeartPulse from "@lucide/svelte/icons/heart-pulse";
import House from "@lucide/svelte/icons/house";
import KeyRound from "@lucide/svelte/icons/key-round";
import Play from "@lucide/svelte/icons/play";
import Settings from "@lucide/svelte/icons/settings";
import type { Component } from "svelte";
import { figure, t } from "$lib/messages";
import { navigation } from "$lib/state/navigation.svelte";
import { vault } from "$lib/state/vault.svelte";
import Overview from "./overview/Overview.svelte";

/** A number next to a view's name in the sidebar. */
export interface Badge {
  text: string;
  hint?: string;
  tone: "plain" | "warn";
}

export interface View {
  id: string;
  title: () => string;
  icon: typeof House;
  load: () => Promise<{ default: Component }>;
  /** With Ctrl. */
  shortcut: string;
  /** In the sidebar: with the others, or at its foot. */
  at: "top" | "foot";
  /** Shows the view; without it, navigation.go(id). */
  open?: () => void;
  badge?: () => Badge | null;
}

export const views: readonly View[] = [
  {
    id: "overview",
    title: () => t("shell-overview"),
    icon: House,
    load: async () => ({ default: Overview }),
    shortcut: "1",
    at: "top",
    badge: () => {
      const due = vault.status ? vault.status.overdue + vault.status.due_this_week : 0;
      return due === 0
        ? null
        : { text: figure(due), hint: t("shell-due-count", { number: due }), tone: "warn" };
    },
  },
  {
    id: "keys",
    title: () => t("shell-keys"),
    icon: KeyRound,
    load: () => import("./keys/Keys.svelte"),
    shortcut: "2",
    at: "top",
    open: () => navigation.goTo({ project: null, environment: null }),
    badge: () => (vault.loaded ? { text: figure(vault.rows.length), tone: "plain" } : null),
  },
  {
    id: "launch",
    title: () => t("shell-launch"),
    icon: Play,
    load: () => import("./launch/Launch.svelte"),
    shortcut: "3",
    at: "top",
  },
  {
    id: "activity",
    title: () => t("shell-activity"),
    icon: Activity,
    load: () => import("./activity/Activity.svelte"),
    shortcut: "4",
    at: "top",
  },
  {
    id: "health",
    title: () => t("shell-health"),
    icon: HeartPulse,
    load: () => import("./health/Health.svelte"),
    shortcut: "5",
    at: "top",
  },
  {
    id: "settings",
    title: () => t("shell-settings"),
    icon: Settings,
    load: () => import("./settings/Settings.svelte"),
    shortcut: ",",
    at: "foot",
  },
];

export function openView(view: View): void {
  if (view.open) view.open();
  else navigation.go(view.id);
}
