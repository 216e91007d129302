export const trash = {
  title: "Trash",
  text: "A removed key stays here for 30 days, with its versions, and is erased then. No program gets it.",
  none: "The trash is empty",
  putBack: "Put back",
  putBackNamed: (name: string) => `Put back ${name}`,
};
