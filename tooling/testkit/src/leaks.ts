const forms = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
  JSON.stringify(secret).slice(1, -1),
];

/** Which canary secrets, in any form they could travel in, are in these bytes. Empty is what a test wants. */
export const leaksOf = (bytes: string, canaries: readonly string[]): readonly string[] =>
  canaries.filter((secret) => forms(secret).some((form) => bytes.includes(form)));
