/** In the place of the state after a write. */
export const notReadBack = 'not read back';

/** Beside such a row. */
export const notReadBackNote = 'done, as Home Assistant answered; it could not be read back';
