import { isToolError } from '@switchyard-mcp/core';
import { describe, expect, test } from 'vitest';
import { applyPatch, type PatchOperation } from './json-patch.ts';

const body = { a: { b: [1, 2, 3] }, 'x/y': { '~': 'tilde' }, list: [{ id: 1 }, { id: 2 }] };
const refusal = (operations: readonly PatchOperation[]): string => {
  try {
    applyPatch(body, operations);
  } catch (error) {
    if (isToolError(error)) return JSON.stringify(error.fields);
  }
  throw new Error('no refusal');
};

/** RFC 6902, appendix A, in our words, and what bodies of a home need. */
describe('operations', () => {
  test.each<[string, PatchOperation, unknown]>([
    ['add a member', { op: 'add', path: '/a/c', value: null }, { ...body, a: { b: [1, 2, 3], c: null } }],
    ['add into a list', { op: 'add', path: '/a/b/1', value: 9 }, { ...body, a: { b: [1, 9, 2, 3] } }],
    ['add at its end', { op: 'add', path: '/a/b/-', value: 4 }, { ...body, a: { b: [1, 2, 3, 4] } }],
    ['remove', { op: 'remove', path: '/a/b/0' }, { ...body, a: { b: [2, 3] } }],
    ['replace', { op: 'replace', path: '/list/1/id', value: 5 }, { ...body, list: [{ id: 1 }, { id: 5 }] }],
    ['replace the whole', { op: 'replace', path: '', value: { n: 1 } }, { n: 1 }],
    ['add under the empty name', { op: 'add', path: '/', value: 1 }, { ...body, '': 1 }],
    ['escaped keys', { op: 'replace', path: '/x~1y/~0', value: 1 }, { ...body, 'x/y': { '~': 1 } }],
    ['move', { op: 'move', from: '/a/b', path: '/list/0/b' }, { ...body, a: {}, list: [{ id: 1, b: [1, 2, 3] }, { id: 2 }] }],
    ['copy', { op: 'copy', from: '/list/0', path: '/list/-' }, { ...body, list: [...body.list, { id: 1 }] }],
    ['test of equal JSON', { op: 'test', path: '/list/0', value: { id: 1 } }, body],
  ])('%s', (_name, operation, expected) => {
    const copy = structuredClone(body);
    expect(applyPatch(body, [operation])).toEqual(expected);
    expect(body).toEqual(copy);
  });
});

describe('refusals name the operation and what is near', () => {
  test.each<[string, PatchOperation, string]>([
    ['a test that fails', { op: 'test', path: '/list/0/id', value: 2 }, 'There is 1, not 2'],
    ['a key that is not there', { op: 'remove', path: '/lisst' }, 'list'],
    ['an index beyond the end', { op: 'replace', path: '/a/b/3', value: 0 }, 'list of 3'],
    ['an index with a leading zero', { op: 'add', path: '/a/b/01', value: 0 }, '3 items'],
    ['a value inside a plain one', { op: 'add', path: '/a/b/0/x', value: 0 }, 'plain value'],
    ['the empty name, which is not the whole', { op: 'replace', path: '/', value: { n: 1 } }, 'The keys here are'],
    ['no slash', { op: 'remove', path: 'a' }, 'begins with a slash'],
    ['no value', { op: 'add', path: '/n' }, 'value'],
    ['no from', { op: 'move', path: '/n' }, 'from'],
    ['into itself', { op: 'move', from: '/a', path: '/a/b/0' }, 'into itself'],
    ['nothing left', { op: 'replace', path: '', value: [] }, 'no object'],
    ['a prototype', { op: 'add', path: '/__proto__/x', value: 1 }, '__proto__'],
  ])('%s', (_name, operation, words) => {
    expect(refusal([operation])).toContain(words);
  });
  test('all or nothing', () => {
    expect(
      refusal([
        { op: 'remove', path: '/a' },
        { op: 'remove', path: '/nope' },
      ]),
    ).toContain('nope');
    expect(body.a).toBeDefined();
  });
});
