import { mapText } from './redactor.ts';

// Terminal escapes first, while their first byte is still there.
const ansi = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Control characters but newline and tab. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Bidi orders, zero-width and other invisible characters, tag characters. The joiner of emoji (U+200D) is kept between pictographs only. */
const invisible =
  /[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const looseJoiner = /(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu;
const looseSelector = /(?<![\p{Extended_Pictographic}0-9#*])[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/** Longest text of one field; more is cut, and the cut is shown. */
const longest = 2000;

/** Foreign text as data: without what a person cannot see, and not endless. */
export const cleanText = (text: string, maxLength = longest): string => {
  // Nearly all text is plain; one look spares five replacements.
  const plain = /^[\n\t\u0020-\u007e\u00a1-\u00ac\u00ae-\u05ff]*$/.test(text);
  const clean = plain
    ? text
    : text
        .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
        .replace(ansi, '')
        .replace(control, '')
        .replace(invisible, '')
        .replace(looseJoiner, '')
        .replace(looseSelector, '');
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength)}… (${clean.length - maxLength} more characters)`;
};

/** Cleans every string of a reply. */
export const cleanDeep = <T>(value: T, maxLength?: number): T => mapText(value, (text) => cleanText(text, maxLength)) as T;
