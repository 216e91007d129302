import { count } from "../plural";

export const reveal = {
  value: "The value",
  waiting: "One moment…",
  empty: "It is empty",
  left: (seconds: number) => `Hidden in ${count(seconds, "second")}`,
  hide: "Hide",
};
