import { mapText } from '../walk/map-value.ts';

// Terminal escapes first, while their first byte is still there. A title without an end is taken to the end of its line only.
const ansi = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[@-Z\\-_]/g;
/** Control characters but newline and tab. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Bidi orders, zero-width and other invisible characters, tag characters. The joiner of emoji (U+200D) is kept between pictographs only. */
const invisible =
  /\u034f|[\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u17b4|\u17b5|\u180b|\u180c|\u180d|\u180f|[\u{e0000}-\u{e007f}]/gu;
const looseJoiner = /(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu;
const looseSelector = /(?<![\p{Extended_Pictographic}0-9#*])[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/** Longest text of one field; more is cut, and the cut is shown. */
const longest = 2000;

/** Never between the two halves of one character. */
const cut = (text: string, maxLength: number): string => {
  const end = /[\ud800-\udbff]/.test(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
};

/** Foreign text as data: without what a person cannot see, and not endless. */
export const cleanText = (text: string, maxLength = longest): string => {
  // Nearly all text is plain; one look spares five replacements.
  const plain = /^[\n\t\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590]*$/.test(text);
  const clean = plain
    ? text
    : text
        .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
        .replace(/\r\n?|[\u2028\u2029]/g, '\n')
        .replace(ansi, '')
        .replace(control, '')
        .replace(invisible, '')
        .replace(looseJoiner, '')
        .replace(looseSelector, '');
  return clean.length <= maxLength ? clean : cut(clean, maxLength);
};

/** Cleans every string of a reply. */
export const cleanDeep = <T>(value: T, maxLength?: number): T => mapText(value, (text) => cleanText(text, maxLength)) as T;
