import { defineTool, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { systemsMeant } from '../domain/find.ts';
import type { User } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { asOfFields } from '../format/output-fields.ts';
import { asOf } from '../format/times.ts';
import { ofSystemInput } from './params.ts';

const roleOf = (user: User): string => (user.primary ? 'primary' : user.admin ? 'admin' : user.guest ? 'guest' : 'user');
const yesNo = (value: boolean | undefined): string => (value === undefined ? 'unknown' : value ? 'yes' : 'no');

const columns = ['system', 'name', 'role', 'app_access', 'registered', 'has_codes', 'locks'] as const;

export const usersTool = defineTool<VivintOperations>()({
  name: 'vivint_users',
  title: 'Users of the home',
  description: 'Returns the people of each system: role, app access, whether they have codes and for which locks. Never the codes.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: ofSystemInput,
  output: z.lazy(() => z.strictObject({ ...asOfFields, ...tableFields(columns) })),
  handler: async (args, { operations, signal }) => {
    const house = await operations.house(signal);
    const systems = systemsMeant(house, args.system);
    const rows = systems.flatMap((system) =>
      system.users.map((user) => [
        system.systemId,
        user.name,
        roleOf(user),
        yesNo(user.remoteAccess),
        yesNo(user.registered),
        yesNo(user.hasPins),
        user.locks.join(', '),
      ]),
    );
    return {
      data: {
        ...asOf(house, operations.clock.now(), systems[0]),
        ...table(columns, rows),
      },
    };
  },
});
