/** Kept equal to package.json by the generator's check. */
export const version = '0.1.0';
