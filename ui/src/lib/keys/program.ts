/** What a program is called, from its path. */
export const programName = (path: string): string => path.split("/").at(-1) ?? path;
