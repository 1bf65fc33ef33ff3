import { pageFields, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { flowOutputs } from '../format/flow-reply.ts';
import { partOutputs } from '../format/json-part.ts';

const rows = z.array(z.array(z.string()));

export const listColumns = ['domain', 'title', 'state', 'entry_id', 'flows'] as const;

/** What ha_integration answers, by op. */
export const integrationOutput = z.lazy(() =>
  z.union([
    // list
    z.strictObject({ ...pageFields, open_flows: rows.optional(), repairs: rows.optional(), ...tableFields(listColumns) }),
    // read of an entry
    z.strictObject({
      entry: z.array(z.string()).length(4),
      flows: z.string(),
      parts: rows.optional(),
      entities_total: z.number(),
      entities: z.array(z.string()),
      used_by: z.array(z.string()).optional(),
    }),
    // start, submit, read of a flow
    ...flowOutputs(),
    z.strictObject({ aborted: z.string() }),
    // reload, enable, disable, remove
    z.strictObject({ rows, verified: z.boolean().optional(), note: z.string().optional() }),
    z.strictObject({ removed: z.string(), verified: z.boolean(), note: z.string().optional() }),
    ...partOutputs({ integration: z.string() }),
  ]),
);
