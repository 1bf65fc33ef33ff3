import { isToolError } from '@switchyard-mcp/core';
import { describe, expect, test } from 'vitest';
import { parseObjectRef, requireRealKey } from './object-ref.ts';

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (isToolError(error)) return JSON.stringify(error.fields);
  }
  throw new Error('no refusal');
};

describe('addresses', () => {
  test.each([
    ['automation.night_lock', 'automation', 'automation', 'night_lock'],
    ['Script.Good_Night', 'script', 'script', 'good_night'],
    ['input_number.target', 'helper', 'input_number', 'target'],
    ['sensor.mean_temp', 'entity', 'sensor', 'mean_temp'],
    ['entity:automation.night_lock', 'entity', 'entity', 'automation.night_lock'],
    ['dashboard:my-home', 'dashboard', 'dashboard', 'my-home'],
    ['blueprint:automation/me/x.yaml', 'blueprint', 'automation', 'me/x.yaml'],
    ['blueprint:script/me/x', 'blueprint', 'script', 'me/x.yaml'],
    ['area: Living Room', 'area', 'area', 'Living Room'],
    ['energy', 'energy', 'energy', 'preferences'],
    ['person.ada', 'person', 'person', 'ada'],
  ])('%s', (text, kind, domain, key) => {
    const ref = parseObjectRef(text);
    expect(ref).toMatchObject({ kind, domain, key });
    expect(parseObjectRef(ref.id)).toEqual(ref);
  });
  test.each([
    ['automation', 'automation', 'automation'],
    ['template', 'helper', 'template'],
    ['helper:integration', 'helper', 'integration'],
    ['integration', 'integration', 'integration'],
    ['blueprint:automation', 'blueprint', 'automation'],
    ['dashboard', 'dashboard', 'dashboard'],
  ])('%s alone is its kind', (text, kind, domain) => {
    expect(parseObjectRef(text)).toMatchObject({ kind, domain, key: '' });
  });
});

describe('refused', () => {
  test.each([
    'blueprint:automation/../secrets.yaml',
    'blueprint:automation//x.yaml',
    'blueprint:automation/a\\b.yaml',
    'dashboard:../x',
    'nonsense word',
    'autmation',
  ])('%s', (text) => {
    expect(refusal(() => parseObjectRef(text))).toContain('not a valid object address');
  });
  test('a misspelt kind is near', () => {
    expect(refusal(() => parseObjectRef('automatoin'))).toContain('"automation"');
  });
  test.each(['automation.new', 'script.undefined', 'input_boolean.none'])('%s stands for no id', (text) => {
    expect(refusal(() => requireRealKey(parseObjectRef(text)))).toContain('placeholder');
  });
});
