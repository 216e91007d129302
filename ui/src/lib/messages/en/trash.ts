export const trash = {
  title: "Trash",
  text: "A removed key stays here with its versions for 30 days on which the vault is open, and is erased then. No program gets it.",
  none: "The trash is empty",
  putBack: "Put back",
  putBackNamed: (name: string) => `Put back ${name}`,
};
