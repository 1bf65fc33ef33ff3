import { encode } from 'gpt-tokenizer/encoding/o200k_base';

/** Tokens of a text, or of a value as compact JSON, in o200k_base. */
export const tokensOf = (value: unknown): number => encode(typeof value === 'string' ? value : JSON.stringify(value)).length;

/** What one tool costs a model on every turn: name, description and input schema. */
export const toolTokens = (tool: { name: string; description?: string | undefined; inputSchema: unknown }): number =>
  tokensOf({ name: tool.name, description: tool.description, inputSchema: tool.inputSchema });
