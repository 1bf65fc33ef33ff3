import { mapValue, tooDeepText } from '@switchyard-mcp/core';

type Attributes = Readonly<Record<string, unknown>>;

/** Opens a picture to whoever has it: in an attribute of its own, and inside the address of the picture. */
const inAddress = /([?&](?:token|authSig|access_token)=)[^&\s"']+/g;

/** As Python and JSON write an attribute. */
const inText = /(['"]access_token['"]\s*:\s*['"])[^'"]+/g;

const cleanText = (text: string): string => text.replace(inAddress, '$1…').replace(inText, '$1…');

/** Attributes without the tokens of pictures; the same object when there were none. Nobody needs them: pictures are read with our own token. */
export const withoutTokens = (attributes: Attributes): Attributes => {
  const { access_token: token, entity_picture: picture, entity_picture_local: local } = attributes;
  if (token === undefined && typeof picture !== 'string' && typeof local !== 'string') return attributes;
  const { access_token: _gone, ...rest } = attributes;
  return {
    ...rest,
    ...(typeof picture === 'string' ? { entity_picture: cleanText(picture) } : {}),
    ...(typeof local === 'string' ? { entity_picture_local: cleanText(local) } : {}),
  };
};

/** Any answer of Home Assistant without those tokens: events and responses carry whole states. What is nested too deep is left out. */
export const deepWithoutTokens = (value: unknown): unknown =>
  mapValue(value, {
    context: undefined,
    leaf: (item) => (typeof item === 'string' ? cleanText(item) : item),
    key: (key) => (key === 'access_token' ? undefined : key),
    beyond: tooDeepText,
  });

/** Does a template ask for such a token by name? */
export const asksForTokens = (template: string): boolean => /access_token|entity_picture/.test(template);
