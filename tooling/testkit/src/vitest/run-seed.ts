/** The seed of every ordinary run: a failure that chance found once is found again. */
const usualSeed = 20_261_125;

/** The seed that the environment names (SWITCHYARD_SEED, a whole number), else the usual one. */
export const runSeed = (env: Readonly<Record<string, string | undefined>> = process.env): number => {
  const given = env['SWITCHYARD_SEED'];
  if (given === undefined || given === '') return usualSeed;
  const seed = Number(given);
  if (!Number.isInteger(seed) || Math.abs(seed) > 0x7fff_ffff)
    throw new Error(`SWITCHYARD_SEED must be a whole number of 32 bits, not "${given}"`);
  return seed;
};
