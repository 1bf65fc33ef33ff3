import { defineTool, requestMs } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { HomeOperations } from '../domain/operations.ts';
import { kindOfRaw } from '../domain/raw-kind.ts';
import { withoutSecrets } from '../domain/secret-names.ts';
import { partAt, partOutputs, partReply } from '../format/json-part.ts';

const longestPreview = 300;

const input = z.object({
  command: z.string().min(2).max(300).describe('WebSocket type, e.g. config/area_registry/list, or "GET /api/config"'),
  data: z.record(z.string(), z.unknown()).default({}).describe('Fields of the command, or body'),
  path: z.string().max(300).default('').describe('JSON Pointer into the answer'),
});

export const rawTool = defineTool<HomeOperations>()({
  name: 'ha_raw',
  title: 'Raw request',
  description:
    'Sends one WebSocket command or REST request as it is and returns the answer, unverified. Only for what no other tool does. Everything not known to read asks first.',
  toolset: 'system',
  level: 'admin',
  effect: 'destroy',
  confirm: 'depends',
  idempotent: false,
  setting: 'raw',
  input,
  output: z.lazy(() => z.union([...partOutputs({}), ...partOutputs({ sent: z.literal(true), verified: z.literal(false) })])),
  trailOf: (args) => withoutSecrets(args),
  handler: async ({ command, data, path }, { operations, signal, confirm, remainingMs }) => {
    const request = { command: command.trim(), data };
    const writes = kindOfRaw(request) === 'write';
    const shown = JSON.stringify(withoutSecrets(data));
    if (writes) await operations.raw.check(request, signal);
    const approval = writes
      ? await confirm({
          summary: `Send ${request.command} to Home Assistant as it is`,
          will: [
            [request.command, shown.length > longestPreview ? `${shown.slice(0, longestPreview)}…` : shown, 'not verified, not undone'],
          ],
          state: null,
        })
      : undefined;
    const timeoutMs = requestMs({ remainingMs });
    const answer = await operations.raw.send(request, { approval, signal, timeoutMs });
    if (writes) return { data: { sent: true, verified: false, ...partReply(answer ?? null, '') } };
    return { data: partReply(partAt(answer ?? null, path), path) };
  },
});
