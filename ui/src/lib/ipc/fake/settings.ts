// Which change of the settings weakens protection: the rule of the agent, on the same list.

import { type Setting, type Settings, settingsList } from "../generated";

/** What needs the password. */
export const isWeaker = (now: Settings, next: Settings): boolean =>
  settingsList.some((setting) => weakens(setting, now, next));

function weakens({ name, form }: Setting, now: Settings, next: Settings): boolean {
  if (JSON.stringify(now[name]) === JSON.stringify(next[name])) return false;
  switch (form.kind) {
    case "number": {
      const size = (settings: Settings) => {
        const number = settings[name] as number;
        return form.zero_is_no_limit && number === 0 ? Number.POSITIVE_INFINITY : number;
      };
      const [was, is] = [size(now), size(next)];
      return (form.weaker === "larger" && is > was) || (form.weaker === "smaller" && is < was);
    }
    case "switch":
      return next[name] === form.weaker;
    case "lead_times":
      return now.lead_times.some((days) => !next.lead_times.includes(days));
    case "quiet_hours":
      return minutesOfDay.some((minute) => isQuiet(next, minute) && !isQuiet(now, minute));
    case "word": {
      const words: readonly string[] = form.words;
      return words.indexOf(next[name] as string) > words.indexOf(now[name] as string);
    }
  }
}

const minutesOfDay = Array.from({ length: 24 * 60 }, (_, minute) => minute);

function isQuiet({ quiet_from, quiet_to }: Settings, minute: number): boolean {
  const [from, to] = [minuteOf(quiet_from), minuteOf(quiet_to)];
  return from > to ? minute >= from || minute < to : minute >= from && minute < to;
}

function minuteOf(time: string): number {
  const [hour, minute] = time.split(":").map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
