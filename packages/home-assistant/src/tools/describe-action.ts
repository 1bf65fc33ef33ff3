import { defineTool, nearMisses, refuse } from '@switchyard-mcp/core';
import * as z from 'zod';
import { planCalls } from '../domain/actions.ts';
import { homeKnowing } from '../domain/entity-refs.ts';
import type { Service } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { resolveTargets } from '../domain/resolve-targets.ts';
import { whileStarting } from '../domain/while-starting.ts';
import { fieldWords } from '../format/field-words.ts';
import { targetsParam } from './params.ts';

const input = z.object({
  action: z.string().max(100).optional().describe('One action in full, e.g. light.turn_on'),
  domain: z.string().max(60).optional(),
  targets: targetsParam.optional().describe('Actions that fit these'),
});

const inFull = z.lazy(() =>
  z.strictObject({
    action: z.string(),
    refused: z.string().optional(),
    description: z.string().optional(),
    targets: z.union([z.literal('entities'), z.array(z.string())]).optional(),
    response: z.enum(['optional', 'only']).optional(),
    fields: z.record(z.string(), z.string()),
  }),
);

const output = z.lazy(() =>
  z.union([
    inFull,
    z.strictObject({ actions: z.array(inFull) }),
    z.strictObject({ actions: z.record(z.string(), z.array(z.string())) }),
    z.strictObject({ domains_with: z.array(z.string()) }),
    z.strictObject({ domains: z.record(z.string(), z.number()) }),
  ]),
);

const brief = (service: Service): string =>
  `${service.service}(${service.fields.map((field) => (field.required ? `${field.name}*` : field.name)).join(', ')})${
    service.needsLevel ? `: refused, needs level ${service.needsLevel}` : ''
  }`;

const full = (service: Service): Record<string, unknown> => ({
  action: `${service.domain}.${service.service}`,
  ...(service.needsLevel ? { refused: `needs the level "${service.needsLevel}", which is above this server's` } : {}),
  ...(service.description ? { description: service.description.slice(0, 200) } : {}),
  ...(service.target ? { targets: service.target.domains.length > 0 ? service.target.domains : 'entities' } : {}),
  ...(service.response === 'none' ? {} : { response: service.response }),
  fields: Object.fromEntries(service.fields.map((field) => [`${field.name}${field.required ? '*' : ''}`, fieldWords(field)])),
});

const oneAction = (services: readonly Service[], action: string): Record<string, unknown> => {
  const found = services.find((service) => `${service.domain}.${service.service}` === action);
  if (found) return full(found);
  const domain = action.split('.')[0];
  const pool = services.filter((service) => service.domain === domain);
  throw refuse('not_found', `There is no action "${action.slice(0, 60)}".`, {
    didYouMean: nearMisses(
      action,
      (pool.length > 0 ? pool : services).map((service) => `${service.domain}.${service.service}`),
    ),
  });
};

/** Domains that know a short action. @throws ToolError when none does. */
const withAction = (services: readonly Service[], action: string): readonly string[] => {
  const found = services.filter((service) => service.service === action).map((service) => service.domain);
  if (found.length > 0) return found;
  throw refuse('not_found', `No domain has the action "${action.slice(0, 60)}".`, {
    didYouMean: nearMisses(action, new Set(services.map((service) => service.service))),
    next: ['Name targets too: short actions are words of ha_control.'],
  });
};

const describeAction = async (
  args: z.output<typeof input>,
  operations: HomeOperations,
  signal: AbortSignal,
): Promise<{ data: Record<string, unknown> }> => {
  const services = await operations.services(signal);
  if (args.action?.includes('.')) return { data: oneAction(services, args.action) };
  const wanted = args.targets;
  const targets = wanted ? resolveTargets(await homeKnowing(operations, wanted, signal), wanted) : undefined;
  if (args.action && targets) {
    const meant = planCalls(args.action, targets, { services, domain: args.domain });
    return { data: { actions: meant.map(({ service }) => full(service)) } };
  }
  if (args.action)
    return {
      data: args.domain ? oneAction(services, `${args.domain}.${args.action}`) : { domains_with: withAction(services, args.action) },
    };
  const domains = new Set(
    args.domain
      ? [args.domain]
      : targets
        ? [...targets.named, ...targets.placed].map((entity) => entity.domain)
        : services.map((service) => service.domain),
  );
  const known = new Set(services.map((service) => service.domain));
  if (args.domain && !known.has(args.domain))
    throw refuse('not_found', `No action has the domain "${args.domain}".`, { didYouMean: nearMisses(args.domain, known) });
  if (!args.domain && !targets)
    return {
      data: {
        domains: Object.fromEntries([...domains].map((domain) => [domain, services.filter((service) => service.domain === domain).length])),
      },
    };
  return {
    data: {
      actions: Object.fromEntries(
        [...domains]
          .filter((domain) => known.has(domain))
          .map((domain) => [domain, services.filter((service) => service.domain === domain).map(brief)]),
      ),
    },
  };
};

export const describeActionTool = defineTool<HomeOperations>()({
  name: 'ha_describe_action',
  title: 'Describe actions',
  description:
    'Returns the fields of an action (service), or the actions of a domain or that fit targets; * marks required. Use it before ha_control when you do not know what data an action takes.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output,
  handler: (args, { operations, signal }) => whileStarting(operations, signal, () => describeAction(args, operations, signal)),
});
