import { Count, count, figure } from "../plural";

export const shell = {
  navigation: "Views",
  overview: "Overview",
  keys: "Keys",
  launch: "Launch",
  activity: "Activity",
  settings: "Settings",
  projects: "Projects",
  allKeys: "All keys",
  locks: (wait: string) => `Locks ${wait}`,
  staysOpen: "Stays unlocked",
  lockNow: "Lock now",
  dueCount: (number: number) => `${count(number, "key is", "keys are")} due`,
  announceLocked: "The vault is locked.",
  running: (number: number) => `${count(number, "program")} running`,
  palette: "Search and commands",
};

export const start = {
  restore: "Restore a backup…",
  starting: "Opening Keyhaven",
  welcome: "A quiet place for your API keys",
  welcomeText:
    "Keyhaven keeps them encrypted on this computer, tells you before they run out, and hands them only to the programs that need them.",
  points: [
    ["Encrypted here", "One password opens the vault. Nothing leaves this computer."],
    ["Never late", "Every key knows when it ends and when it should be replaced."],
    ["Straight to the program", "No more .env files: a program is started with its keys."],
  ] as const,
  create: "Create a vault",
  createWhere: "It will be kept in",
  creating: "Waiting for your password…",
  unlocking: "Waiting for your password…",
  dueWhileLocked: (overdue: number, week: number) => {
    if (overdue > 0 && week > 0)
      return `${Count(overdue, "key is", "keys are")} overdue, ${figure(week)} more due this week.`;
    if (overdue > 0) return `${Count(overdue, "key is", "keys are")} overdue.`;
    if (week > 0) return `${Count(week, "key is", "keys are")} due this week.`;
    return "Nothing is due this week.";
  },
  noAgent: "Keyhaven is not answering",
  firstSteps: "Your vault is ready",
  firstStepsText: "Bring in the keys you have, then start a program with them.",
  stepCreated: "Vault created",
  stepCreatedText: "Locked with your password, and only on this computer.",
  stepKeys: "Bring in your keys",
  stepKeysText: "From a .env file, after a preview of every line, or one at a time.",
  stepLaunch: "Start a program with them",
  stepLaunchText: "It finds its variables set, and no file holds them.",
  importFile: "Import a .env file",
  addKey: "Add a key",
};
