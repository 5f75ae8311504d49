/**
 * Changes after which the rules do the same in every case that can be, each with the reason. A test that noticed one
 * could not be true to life.
 */
export const equivalents: ReadonlyMap<string, string> = new Map([]);
