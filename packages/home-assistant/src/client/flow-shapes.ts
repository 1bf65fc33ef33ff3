import { textOf, toRecord } from '@switchyard-mcp/core/json';
import type { OpenFlow, Repair } from '../domain/flow-operations.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A flow in the list of open ones. */
export const toOpenFlow = (raw: Raw): OpenFlow | undefined => {
  const [flowId, domain] = [textOf(raw, 'flow_id'), textOf(raw, 'handler')];
  if (flowId === undefined || domain === undefined) return undefined;
  const context = toRecord(raw['context']);
  const entryId = textOf(context, 'entry_id');
  return {
    flowId,
    domain,
    source: textOf(context, 'source') ?? '',
    stepId: textOf(raw, 'step_id') ?? '',
    ...(entryId === undefined ? {} : { entryId }),
  };
};

/** An issue in the list of repairs. */
export const toRepair = (raw: Raw): Repair | undefined => {
  const [domain, issueId] = [textOf(raw, 'domain'), textOf(raw, 'issue_id')];
  if (domain === undefined || issueId === undefined) return undefined;
  const breaksIn = textOf(raw, 'breaks_in_ha_version');
  return {
    domain,
    issueId,
    severity: textOf(raw, 'severity') ?? '',
    fixable: raw['is_fixable'] === true,
    ignored: raw['ignored'] === true,
    ...(breaksIn ? { breaksIn } : {}),
  };
};
