/**
 * Does the level in force reach the one needed? Both are of the server's ordered list, weakest first.
 * A need that the list does not know counts as the highest, a level in force that it does not know as the lowest.
 */
export const allows = (levels: readonly string[], inForce: string, needed: string): boolean => {
  const need = levels.indexOf(needed);
  return Math.max(0, levels.indexOf(inForce)) >= (need < 0 ? levels.length - 1 : need);
};
