import { defineTool, refuse, watchMs } from '@switchyard-mcp/core';
import * as z from 'zod';
import { findPartition } from '../domain/find.ts';
import { refuseInGap } from '../domain/gaps.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { armWords } from '../domain/words.ts';
import { actReply } from '../format/act-reply.ts';
import { outcomeOutput } from '../format/output-fields.ts';
import { freshHouse } from './act-on-device.ts';
import { armingReply, carryOutArming, notReady, partitionName } from './arming.ts';
import { partitionParam, systemParam, waitParam } from './params.ts';
import { switchModes } from './switch-modes.ts';

export const armTool = defineTool<VivintOperations>()({
  name: 'vivint_arm',
  title: 'Arm',
  description:
    'Arms a partition and returns [id, name, before, after] as really seen; during the exit delay it is pending. Refused with the reasons when it is not ready. Changing between stay and away disarms in between, so it asks first and needs level sensitive.',
  toolset: 'control',
  level: 'secure',
  effect: 'change',
  confirm: 'depends',
  idempotent: true,
  input: z.object({ mode: z.enum(['stay', 'away']), system: systemParam, partition: partitionParam, wait_s: waitParam.default(8) }),
  output: outcomeOutput,
  handler: async (args, context) => {
    const house = await freshHouse(context);
    const place = findPartition(house, args.system, args.partition);
    refuseInGap(house, place.system.systemId, place.partition.partitionId);
    const { state } = place.partition;
    if (state === `armed_${args.mode}` || state === `arming_${args.mode}`)
      return actReply([
        { id: place.system.systemId, name: partitionName(place), before: armWords(state), after: armWords(state), ending: 'unchanged' },
      ]);
    if (state !== 'disarmed' && !state.startsWith('arm'))
      throw refuse('conflict', `The state of ${partitionName(place)} is "${armWords(state)}".`, {
        next: ['Read vivint_status, and ask the person.'],
      });
    if (state !== 'disarmed') return switchModes(context, place, { to: args.mode, waitMs: args.wait_s * 1000 });
    const blocked = notReady(place);
    if (blocked) throw blocked;
    const outcome = await carryOutArming(context, place, { to: args.mode, waitMs: watchMs(context, args.wait_s * 1000) });
    if (outcome.outcome === 'refused' && outcome.error !== undefined) throw outcome.error;
    return armingReply(place, outcome);
  },
});
