/** Would Home Assistant render this text? A comment alone makes it a template too. */
export const isTemplate = (value: unknown): boolean => typeof value === 'string' && /\{[{%#]/.test(value);
