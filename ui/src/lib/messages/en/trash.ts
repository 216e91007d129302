export const trash = {
  title: "Trash",
  text: "A removed key stays here, with its versions, until the vault was open on 30 days since, and is erased then. No program gets it.",
  none: "The trash is empty",
  putBack: "Put back",
  putBackNamed: (name: string) => `Put back ${name}`,
};
