/** Would Home Assistant render this text? A comment alone makes it a template too. */
export const isTemplate = (value: unknown): value is string => typeof value === 'string' && /\{[{%#]/.test(value);
