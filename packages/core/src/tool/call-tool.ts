import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { renderError } from '../errors/render-error.ts';
import { isToolError, ToolError } from '../errors/tool-error.ts';
import { capReply, replyCapBytes } from '../reply/size-cap.ts';
import type { HostRuntime } from '../runtime/runtime.ts';
import type { AuditLog } from '../security/audit-log.ts';
import { ConfirmationKeeper } from '../security/confirmation.ts';
import { IdempotencyStore } from '../security/idempotency.ts';
import { audited } from './call-audit.ts';
import { type Consent, createConsent } from './call-consent.ts';
import { createGate, type Gate, type GateOptions, type StartFacts } from './call-gate.ts';
import type { CallOutcome, CallRequest } from './call-outcome.ts';
import type { AnyTool, ToolReply } from './define-tool.ts';
import { parseArguments, takeText } from './parse-arguments.ts';
import { runHandler } from './run-handler.ts';
import { type Sanitise, sanitiser } from './sanitise.ts';
import { type CallFacts, factsOfCall } from './tool-in-force.ts';

export interface ToolCallerOptions<Operations> extends GateOptions<Operations> {
  /** Built at the first call, not before. */
  readonly operations: () => Operations | Promise<Operations>;
  readonly audit?: AuditLog | undefined;
  readonly deadlineMs?: number | undefined;
  /** Who calls: the user of a gateway, or "local" over stdio. */
  readonly principal: string;
  readonly runtime: HostRuntime;
  /** Fail a call whose reply does not match the tool's output schema, or whose handler skipped a confirmation that is always due. For tests. */
  readonly validateOutput?: boolean | undefined;
}

export interface ToolCaller<Operations> {
  /** Tools of the level and toolsets in force, in their order. */
  list(): readonly AnyTool<Operations>[];
  call(name: string, raw: Readonly<Record<string, unknown>> | undefined, request: CallRequest): Promise<CallOutcome>;
}

/** Clients give up at 60 s; an answer that says what is true must come before. */
const defaultDeadlineMs = 45_000;

/** One call on its way: its tool, the facts of its operation and its arguments, parsed. */
interface Call<Operations> {
  readonly tool: AnyTool<Operations>;
  readonly facts: CallFacts;
  readonly callId: string;
  readonly args: Record<string, unknown>;
  /** The `confirm` argument. */
  readonly token: string | undefined;
  readonly request: CallRequest;
}

interface Path<Operations> {
  readonly options: ToolCallerOptions<Operations>;
  readonly gate: Gate<Operations>;
  readonly consent: Consent;
  readonly idempotency: IdempotencyStore;
  readonly sanitise: Sanitise;
}

/** The one path of every call: gate, arguments, idempotency, audit, handler with consent and deadline, cap, cleaning, redaction. */
export const createToolCaller = <Operations>(options: ToolCallerOptions<Operations>): ToolCaller<Operations> => {
  const { log, secrets, approvals, clock } = options.runtime;
  const gate = createGate(options);
  const sanitise = sanitiser(secrets);
  const consent = createConsent(new ConfirmationKeeper({ approvals, clock }), sanitise);
  const path: Path<Operations> = { options, gate, consent, idempotency: new IdempotencyStore(clock), sanitise };

  const answer = async (name: string, entered: Omit<Entered<Operations>, 'tool'>): Promise<CallOutcome> => {
    try {
      return await enter(path, { ...entered, tool: gate.enter(name, entered.raw) });
    } catch (error) {
      const known = gate.find(name);
      const writes = known === undefined || factsOfCall(known, entered.raw).effect !== 'read';
      const { text, structured } = renderError(withLoginAdvice(error, options.startedWith), { log, writes, secrets });
      return { kind: 'error', text: sanitise(text), structured: sanitise(structured) };
    }
  };
  const call: ToolCaller<Operations>['call'] = (name, raw = {}, request) => {
    const callId = randomUUID().slice(0, 8);
    return log.inCall(callId, async () => {
      const startedAt = clock.monotonic();
      const outcome = await answer(name, { raw, callId, request });
      log.debug(`${name.slice(0, 64)}: ${outcome.kind} after ${Math.round(clock.monotonic() - startedAt)} ms`);
      return outcome;
    });
  };
  return { list: () => gate.tools, call };
};

interface Entered<Operations> {
  readonly tool: AnyTool<Operations>;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly callId: string;
  readonly request: CallRequest;
}

/** Reads the arguments, and runs the call once per idempotency key. */
const enter = async <Operations>(path: Path<Operations>, { tool, raw, callId, request }: Entered<Operations>): Promise<CallOutcome> => {
  const given = { ...raw };
  const token = tool.confirm === 'never' ? undefined : takeText(given, 'confirm');
  const key = tool.effect === 'read' ? undefined : takeText(given, 'idempotency_key');
  const args = parseArguments(tool, given);
  // An op that the schema filled in is held to the level too.
  path.gate.enter(tool.name, args);
  const facts = factsOfCall(tool, args);
  const run = (): Promise<CallOutcome> => recorded(path, { tool, facts, callId, args, token, request });
  if (key === undefined || facts.effect === 'read') return run();
  const mine = JSON.stringify([path.options.principal, tool.name, ...(facts.op === undefined ? [] : [facts.op])]);
  const keep = (outcome: CallOutcome): boolean => outcome.kind === 'reply' && !path.consent.isPreview(outcome);
  return path.idempotency.run({ tool: mine, key, args, keep }, run);
};

/** What may change something is written into the audit log first. */
const recorded = async <Operations>(path: Path<Operations>, call: Call<Operations>): Promise<CallOutcome> => {
  const { audit, principal, level, runtime } = path.options;
  const { tool, facts, callId, args } = call;
  const run = (): Promise<CallOutcome> => handled(path, call);
  if (!audit || facts.effect === 'read') return run();
  const shown = path.sanitise(tool.trailOf ? tool.trailOf(args) : args);
  const entry = { tool: tool.name, ...(facts.op === undefined ? {} : { op: facts.op }), principal, level, callId, args: shown };
  return audited(entry, { audit, log: runtime.log, clock: runtime.clock, isPreview: path.consent.isPreview }, run);
};

const handled = async <Operations>(path: Path<Operations>, call: Call<Operations>): Promise<CallOutcome> => {
  const { options, consent } = path;
  const { tool, facts, args, token, request } = call;
  let agreed = false;
  const end = await runHandler<Operations>({
    name: tool.name,
    writes: facts.effect !== 'read',
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    signal: request.signal,
    tracker: options.runtime.writes,
    clock: options.runtime.clock,
    operations: options.operations,
    handler: (context) =>
      tool.handler(args, {
        ...context,
        progress: request.progress ?? (() => undefined),
        confirm: async (wanted) => {
          const subject = { tool: tool.name, args, principal: options.principal, state: wanted.state };
          const approval = consent.approvalOf(wanted, { subject, token, request });
          agreed = true;
          return approval;
        },
      }),
  });
  if ('needs' in end) return consent.ask(end.needs, { canAsk: request.canAsk, wrote: end.wrote });
  if (options.validateOutput) checkReply(tool, end.reply, facts.confirm === 'always' && !agreed);
  return { kind: 'reply', data: finished(path, facts, end.reply), images: end.reply.images ?? [] };
};

const finished = <Operations>({ sanitise }: Path<Operations>, { effect }: CallFacts, { data }: ToolReply): Record<string, unknown> =>
  sanitise(capReply(data, replyCapBytes, effect === 'read' ? 'none' : 'done'));

/** A login cannot help while a variable gives the secret that was refused. */
const withLoginAdvice = (error: unknown, { secretVariables = [] }: StartFacts = {}): unknown => {
  if (!isToolError(error) || error.fields.code !== 'auth_failed' || secretVariables.length === 0) return error;
  const advice = `Correct or remove ${secretVariables.join(', ')} in the environment: it stands above what login stores.`;
  return new ToolError({ ...error.fields, next: [advice, ...(error.fields.next ?? [])] }, { cause: error });
};

const checkReply = <Operations>(tool: AnyTool<Operations>, reply: ToolReply, skippedConsent: boolean): void => {
  if (skippedConsent) throw new Error(`${tool.name} acted without asking, though every call of it must`);
  const checked = tool.output.safeParse(reply.data);
  if (!checked.success) throw new Error(`The reply of ${tool.name} does not match its output schema: ${z.prettifyError(checked.error)}`);
};
