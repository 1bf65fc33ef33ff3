import { defineTool, watchMs } from '@switchyard-mcp/core';
import * as z from 'zod';
import { findPartition } from '../domain/find.ts';
import { refuseInGap } from '../domain/gaps.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { armWords } from '../domain/words.ts';
import { actReply } from '../format/act-reply.ts';
import { outcomeOutput } from '../format/output-fields.ts';
import { freshHouse } from './act-on-device.ts';
import { armingReply, carryOutArming, partitionName } from './arming.ts';
import { partitionParam, systemParam, waitParam } from './params.ts';

export const disarmTool = defineTool<VivintOperations>()({
  name: 'vivint_disarm',
  title: 'Disarm',
  description:
    'Disarms a partition after a person agreed, and returns [id, name, before, after] as really seen. Refused while an alarm is on.',
  toolset: 'control',
  level: 'sensitive',
  effect: 'change',
  confirm: 'depends',
  idempotent: true,
  input: z.object({ system: systemParam, partition: partitionParam, wait_s: waitParam.default(8) }),
  output: outcomeOutput,
  handler: async (args, context) => {
    const house = await freshHouse(context);
    const place = findPartition(house, args.system, args.partition);
    refuseInGap(house, place.system.systemId, place.partition.partitionId);
    const before = armWords(place.partition.state);
    const name = partitionName(place);
    if (place.partition.state === 'disarmed')
      return actReply([{ id: place.system.systemId, name, before, after: before, ending: 'unchanged' }]);
    await context.operations.check(
      [{ kind: 'arm', systemId: place.system.systemId, partitionId: place.partition.partitionId, to: 'disarmed' }],
      context.signal,
    );
    const approval = await context.confirm({
      summary: `Disarm ${name}`,
      will: [['disarm', name, `${before} → disarmed`]],
      // An exit delay that ends while the person thinks makes it no other question.
      state: [place.system.systemId, place.partition.partitionId, place.partition.state.replace('arming_', 'armed_')],
    });
    const outcome = await carryOutArming(context, place, { to: 'disarmed', approval, waitMs: watchMs(context, args.wait_s * 1000) });
    if (outcome.outcome === 'refused' && outcome.error !== undefined) throw outcome.error;
    return armingReply(place, outcome);
  },
});
