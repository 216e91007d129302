export const trash = {
  title: "Trash",
  text: "A removed key stays here with its versions until you empty the trash: kh trash empty. No program gets it.",
  none: "The trash is empty",
  putBack: "Put back",
  putBackNamed: (name: string) => `Put back ${name}`,
};
