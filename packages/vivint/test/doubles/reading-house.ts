import { type AnyTool, isToolError, type ToolErrorFields } from '@switchyard-mcp/core';
import type { VivintOperations } from '../../src/domain/operations.ts';
import { camera, door, type FakeOptions, fakeContext, fakeSystem, fakeVivint, garage, light, lock, thermostat } from './fake-vivint.ts';

/** A home with one of everything that can be read. */
export const home = fakeSystem([
  door(10, 'Front door'),
  door(12, 'Back door', { active: true, bypass: 'manual', tampered: true, battery: { percent: 9 } }),
  door(15, 'Hall', { kind: 'motion', active: true }),
  lock(30, 'Front door'),
  lock(31, 'Shed', { locked: false, online: false, batteryWarning: 'very_low' }),
  garage(40, 'Garage', 'open'),
  light(50, 'Porch', { on: true, levelPercent: 40 }),
  thermostat(60, 'Hall', { mode: 'auto', doing: 'heating', humidityPercent: 40 }),
  camera(70, 'Drive'),
  camera(71, 'Nursery', { privacy: true }),
]);

type Options = FakeOptions & { readonly systems?: readonly (typeof home)[] };

/** What one tool says of that home, or of other systems. */
export const reader = (tool: AnyTool<VivintOperations>) => {
  const call = async (args: Record<string, unknown> = {}, { systems = [home], ...options }: Options = {}) => {
    const { context } = fakeContext(fakeVivint(systems, options));
    return tool.handler(tool.input.parse(args), context);
  };
  return {
    call,
    data: async (...given: Parameters<typeof call>): Promise<Record<string, unknown>> => (await call(...given)).data,
    refusal: async (...given: Parameters<typeof call>): Promise<ToolErrorFields> => {
      const error: unknown = await call(...given).catch((thrown: unknown) => thrown);
      if (!isToolError(error)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
      return error.fields;
    },
  };
};

export const rowsOf = (reply: Record<string, unknown>) => reply['rows'] as (readonly unknown[])[];
