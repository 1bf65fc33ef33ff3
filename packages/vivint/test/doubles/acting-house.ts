import { type AnyTool, isToolError, ToolError, type ToolErrorFields } from '@switchyard-mcp/core';
import type { VivintOperations } from '../../src/domain/operations.ts';
import {
  door,
  type FakeOptions,
  type FakeVivint,
  fakeContext,
  fakePartition,
  fakeSystem,
  fakeVivint,
  garage,
  light,
  lock,
  obeys,
  thermostat,
} from './fake-vivint.ts';

/** A home with one of everything that can be acted on. */
export const devices = [
  door(10, 'Front door'),
  door(12, 'Window', { active: true }),
  lock(30, 'Front door'),
  lock(31, 'Back door', { locked: false }),
  lock(32, 'Shed', { locked: false, online: false }),
  garage(40, 'Garage', 'open'),
  light(50, 'Porch'),
  { ...light(51, 'Fan'), class: 'switch' as const, dimmable: false },
  thermostat(60, 'Hall'),
];
export const house = (options: FakeOptions = { react: obeys }, partition = fakePartition()): FakeVivint =>
  fakeVivint([fakeSystem(devices, { partitions: [partition] })], options);
export const call = async (
  tool: AnyTool<VivintOperations>,
  fake: FakeVivint,
  args: Record<string, unknown> = {},
  says: 'yes' | 'no' = 'no',
) => {
  const { context, asked } = fakeContext(fake, says);
  const { data } = await tool.handler(tool.input.parse(args), context);
  return { data, asked };
};
export const refusal = async (...given: Parameters<typeof call>): Promise<ToolErrorFields> => {
  const error: unknown = await call(...given).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
  return error.fields;
};
export const noAnswer = (): never => {
  throw new ToolError({ code: 'timeout', what: 'no answer', sideEffects: 'unknown' });
};
