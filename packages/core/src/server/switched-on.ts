/** Names of the settings whose value is yes. */
export const switchedOnIn = (settings: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(settings).filter((key) => settings[key] === true);
