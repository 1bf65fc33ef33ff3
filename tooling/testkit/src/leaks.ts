const forms = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
  JSON.stringify(secret).slice(1, -1),
];

/** So long is what chance does not write: shorter ones have letters, and long ones may be digits alone. */
const isSafe = (secret: string): boolean => (secret.length >= 10 && /[a-z]/i.test(secret)) || secret.length >= 15;

/**
 * Which canary secrets, in any form they could travel in, are in these bytes. Empty is what a test wants. Throws for a canary that could be
 * there by chance: such a test fails some day without a leak.
 */
export const leaksOf = (bytes: string, canaries: readonly string[]): readonly string[] => {
  const unsafe = canaries.filter((secret) => !isSafe(secret));
  if (unsafe.length > 0) throw new Error(`too short to be a canary: ${unsafe.join(', ')}`);
  return canaries.filter((secret) => forms(secret).some((form) => bytes.includes(form)));
};
