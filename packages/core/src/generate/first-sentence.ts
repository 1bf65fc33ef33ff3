/** The first sentence without its full stop. The dot of "e.g." ends none, nor does one before a small letter. */
export const firstSentence = (text: string): string => {
  const end = /(?<!\b(?:e\.g|i\.e|etc|vs))[.!?](?=\s+[^\sa-z]|\s*$)/.exec(text);
  const sentence = end ? text.slice(0, end.index + (end[0] === '.' ? 0 : 1)) : text;
  return sentence.trim();
};
