/** The body of an object in JSON, as Home Assistant gives it and takes it back. */
export type Body = Readonly<Record<string, unknown>>;
