import { expect, test } from 'vitest';
import type { ListSyntax } from '../guard/lists.ts';
import { plainIssues } from './plain-issues.ts';
import { addressSchema, allowSetting, caFileSetting, denySetting, listSchema, securitySetting } from './shared-settings.ts';

const syntax: ListSyntax = {
  fold: (text) => text.toLowerCase(),
  faultOf: (entry) => (/\s/.test(entry) ? 'has a space inside' : undefined),
};
const list = { env: ['TOY_ALLOW'], syntax, things: 'lamps', entries: 'names', example: 'hall' };

test('a list with an entry that can never match is refused, by that entry', () => {
  expect(listSchema(syntax).safeParse('hall, kitchen*,').success).toBe(true);
  const { error } = listSchema(syntax).safeParse('hall,, kitchen porch');
  expect(plainIssues(error?.issues ?? [], 'hall,, kitchen porch', allowSetting(list))).toContain('"kitchen porch" has a space inside');
});

test.each([
  ['anywhere', 'http://home.test:8123', true],
  ['anywhere', 'https://home.test/x', true],
  ['anywhere', 'home.test', false],
  ['anywhere', 'ftp://home.test', false],
  ['anywhere', 'http:///x', false],
  ['loopback', 'https://cloud.test', true],
  ['loopback', 'http://cloud.test', false],
  ['loopback', ' http://127.0.0.1:80 ', true],
  ['loopback', 'http://[::1]:80', true],
  ['loopback', 'http://localhost.test', false],
] as const)('plain http %s: %s is taken: %s', (plainHttp, address, taken) => {
  expect(addressSchema({ plainHttp, example: 'http://x' }).safeParse(address).success).toBe(taken);
});

test('the settings say what they are about', () => {
  expect(allowSetting(list)).toMatchObject({ title: 'Visible lamps', flag: 'allow', env: ['TOY_ALLOW'], example: 'hall' });
  expect(denySetting({ ...list, personal: true })).toMatchObject({ title: 'Hidden lamps', flag: 'deny', personal: true });
  expect(caFileSetting({ env: ['TOY_CA_FILE'], signed: 'its certificate', example: '/ca.pem' }).description).toContain(
    'signed its certificate.',
  );
  const security = securitySetting({ env: ['TOY_SECURITY'], actions: 'Unlocking' });
  expect([security.schema.parse(undefined), security.schema.safeParse('often').success]).toEqual(['ask', false]);
});
