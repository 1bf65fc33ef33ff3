import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import * as z from 'zod';
import { nearMisses } from '../errors/near-miss.ts';
import { renderError } from '../errors/render-error.ts';
import { isToolError, refuse, type SideEffects, ToolError } from '../errors/tool-error.ts';
import { capReply, replyCapBytes } from '../reply/size-cap.ts';
import type { Approval } from '../runtime/approvals.ts';
import type { HostRuntime } from '../runtime/runtime.ts';
import { truthful, type WriteScope } from '../runtime/writes.ts';
import type { AuditLog } from '../security/audit-log.ts';
import { ConfirmationKeeper, type ConfirmationSubject, confirmationSeconds } from '../security/confirmation.ts';
import { IdempotencyStore } from '../security/idempotency.ts';
import { allows } from '../security/levels.ts';
import { cleanDeep } from '../security/untrusted-text.ts';
import type { CallOutcome, CallRequest } from './call-outcome.ts';
import type { AnyTool, ConfirmationRequest, ToolContext, ToolReply } from './define-tool.ts';
import { parseArguments, takeText } from './parse-arguments.ts';
import { withDeadline } from './with-deadline.ts';

export interface ToolCallerOptions<Operations> {
  readonly tools: readonly AnyTool<Operations>[];
  readonly levels: readonly string[];
  /** The level in force. */
  readonly level: string;
  /** Toolsets in force; all when absent. */
  readonly toolsets?: readonly string[] | undefined;
  readonly startedWith?: StartFacts | undefined;
  /** Settings that are switched on, for tools that depend on one. */
  readonly switchedOn?: readonly string[] | undefined;
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

/** How the server was started, as far as it bears on what a person could do about a refusal. */
export interface StartFacts {
  /** `--read-only` stands above every level. */
  readonly readOnly?: boolean;
  /** Variables that give secrets; they stand above what a login stores. */
  readonly secretVariables?: readonly string[];
}

/** Clients give up at 60 s; an answer that says what is true must come before. */
const defaultDeadlineMs = 45_000;

/** Not an error: the handler met a point where a person must agree, and the call ends with the question. */
class NeedsConsent {
  readonly request: ConfirmationRequest;
  readonly subject: ConfirmationSubject;
  constructor(request: ConfirmationRequest, subject: ConfirmationSubject) {
    this.request = request;
    this.subject = subject;
  }
}

/** The one path of every call: gate, validation, audit, consent, idempotency, handler, cap, cleaning, redaction. */
export const createToolCaller = <Operations>(options: ToolCallerOptions<Operations>): ToolCaller<Operations> => {
  const visible = options.tools.filter(
    (tool) =>
      allows(options.levels, options.level, tool.level) &&
      (options.toolsets?.includes(tool.toolset) ?? true) &&
      isSwitchedOn(tool, options),
  );
  const byName = new Map(visible.map((tool) => [tool.name, tool]));
  const { log, secrets, approvals, clock, writes: tracker } = options.runtime;
  const keeper = new ConfirmationKeeper({ approvals, clock });
  const idempotency = new IdempotencyStore(clock);

  // What a person cannot see goes first, or a secret could hide behind it; cutting comes last, or half a secret could stay.
  const sanitised = <T>(value: T): T => cleanDeep(secrets.redactDeep(cleanDeep(value, Number.POSITIVE_INFINITY)));
  /** Replies that only ask: nothing was done yet. */
  const previews = new WeakSet<CallOutcome>();

  const call: ToolCaller<Operations>['call'] = async (name, raw, request) => {
    const tool = byName.get(name);
    try {
      if (!tool) throw unknownTool(name, options, [...byName.keys()]);
      return await runTool(tool, raw ?? {}, request);
    } catch (error) {
      const { text, structured } = renderError(withLoginAdvice(error, options.startedWith), {
        log,
        writes: tool?.effect !== 'read',
        secrets,
      });
      return { kind: 'error', text: sanitised(text), structured: sanitised(structured) };
    }
  };

  const runTool = async (tool: AnyTool<Operations>, raw: Readonly<Record<string, unknown>>, request: CallRequest): Promise<CallOutcome> => {
    const given = { ...raw };
    const token = tool.confirm === 'never' ? undefined : takeText(given, 'confirm');
    const key = tool.effect === 'read' ? undefined : takeText(given, 'idempotency_key');
    const args = parseArguments(tool, given);
    const act = (): Promise<CallOutcome> => audited(tool, args, () => handled(tool, { args, token, request }));
    if (key === undefined) return act();
    const mine = JSON.stringify([options.principal, tool.name]);
    return idempotency.run({ tool: mine, key, args, keep: (outcome) => outcome.kind === 'reply' && !previews.has(outcome) }, act);
  };

  const audited = async (tool: AnyTool<Operations>, args: unknown, act: () => Promise<CallOutcome>): Promise<CallOutcome> => {
    const { audit } = options;
    if (!audit || tool.effect === 'read') return act();
    const entry = { tool: tool.name, principal: options.principal, level: options.level, callId: randomUUID().slice(0, 8) };
    try {
      audit.append({ ...entry, phase: 'intent', args: sanitised(tool.trailOf ? tool.trailOf(args as Record<string, unknown>) : args) });
    } catch (cause) {
      throw refuse('internal', 'The audit trail could not be written.', {
        why: `Folder of ${audit.file}: ${codeOf(cause)}`,
        next: ["Free disk space or fix the folder's permissions, then call again."],
        cause,
      });
    }
    const startedAt = performance.now();
    const finish = (outcome: string): void => {
      try {
        audit.append({ ...entry, phase: 'outcome', outcome, durationMs: Math.round(performance.now() - startedAt) });
      } catch (error) {
        log.error(`audit: the outcome of ${entry.callId} could not be written: ${codeOf(error)}`);
      }
    };
    try {
      const outcome = await act();
      finish(previews.has(outcome) ? 'preview' : outcome.kind);
      return outcome;
    } catch (error) {
      finish(isToolError(error) ? `${error.fields.code}/${error.fields.sideEffects ?? 'none'}` : 'internal');
      throw error;
    }
  };

  const handled = async (
    tool: AnyTool<Operations>,
    { args, token, request }: { args: Record<string, unknown>; token: string | undefined; request: CallRequest },
  ): Promise<CallOutcome> => {
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const endsAt = performance.now() + deadlineMs;
    const deadline = new AbortController();
    const signal = AbortSignal.any([request.signal, deadline.signal]);
    // A call may have hundreds of requests under way; that is no leak to warn of.
    setMaxListeners(0, signal);
    const subjectOf = (state: unknown): ConfirmationSubject => ({ tool: tool.name, args, principal: options.principal, state });
    let agreed = false;
    const contextOf = (operations: Operations): ToolContext<Operations> => ({
      operations,
      signal,
      remainingMs: () => Math.max(0, endsAt - performance.now()),
      progress: request.progress ?? (() => undefined),
      writes: tracker,
      confirm: async (asked) => {
        const approval = consent(asked, { subject: subjectOf(asked.state), token, request });
        agreed = true;
        return approval;
      },
    });
    let began = false;
    const writes: WriteScope = { within: new Set() };
    // Connecting counts: it must not outlast the client's patience either, and a call given up meanwhile must not begin.
    const act = async (): Promise<ToolReply> => {
      const operations = await options.operations();
      if (signal.aborted) throw refuse('cancelled', `${tool.name} was cancelled before it began.`);
      began = true;
      const handler = (): Promise<ToolReply> => tool.handler(args, contextOf(operations));
      return tool.effect === 'read' ? handler() : tracker.inScope(writes, handler);
    };
    const sideEffects = (): SideEffects => (began && tool.effect !== 'read' ? 'unknown' : 'none');
    try {
      const reply = await withDeadline(tool.name, act, { deadline, deadlineMs, signal: request.signal, sideEffects });
      if (options.validateOutput) checkReply(tool, reply, agreed);
      return { kind: 'reply', data: finished(tool, reply), images: reply.images ?? [] };
    } catch (error) {
      if (error instanceof NeedsConsent) return asks(error, { request, wrote: writes.within.size > 0 });
      throw truthful(error, writes);
    }
  };

  const consent = (
    asked: ConfirmationRequest,
    { subject, token, request }: { subject: ConfirmationSubject; token: string | undefined; request: CallRequest },
  ): Approval => {
    if (token !== undefined) return keeper.redeem(token, subject);
    if (request.answer === 'decline' || request.answer === 'cancel')
      throw refuse('confirmation_declined', 'The person did not agree.', { next: ['Tell the person, and do not try another way.'] });
    const approval = request.answer === 'accept' && request.askedState ? keeper.acceptQuestion(request.askedState, subject) : undefined;
    if (approval) return approval;
    throw new NeedsConsent(asked, subject);
  };

  const asks = (
    { request: asked, subject }: NeedsConsent,
    { request, wrote }: { readonly request: CallRequest; readonly wrote: boolean },
  ): CallOutcome => {
    const { summary, ...clean } = sanitised({
      summary: asked.summary,
      will: asked.will,
      ...(asked.against?.length ? { against: asked.against } : {}),
    });
    if (request.canAsk) {
      const acts = clean.will.map((row) => row.filter(Boolean).join(' ')).filter((act) => act.toLowerCase() !== summary.toLowerCase());
      const against = clean.against ? ` Against it: ${clean.against.join('; ')}.` : '';
      const message = `${summary}?${acts.length > 0 ? ` ${acts.join('; ')}.` : ''}${against}`;
      return { kind: 'ask', message, request: { summary, ...clean, state: asked.state }, askedState: keeper.sealQuestion(subject) };
    }
    const preview: CallOutcome = {
      kind: 'reply',
      data: {
        confirm: keeper.mint(subject),
        expires: `${confirmationSeconds} s`,
        ...clean,
        next: `${wrote ? '' : 'Nothing was sent. '}Ask the person, then call again with the same arguments and this confirm.`,
      },
      images: [],
    };
    previews.add(preview);
    return preview;
  };

  const finished = (tool: AnyTool<Operations>, reply: ToolReply): Record<string, unknown> =>
    sanitised(capReply(reply.data, replyCapBytes, tool.effect === 'read' ? 'none' : 'done'));

  return { list: () => visible, call };
};

const isSwitchedOn = <Operations>({ setting }: AnyTool<Operations>, { switchedOn }: ToolCallerOptions<Operations>): boolean =>
  setting === undefined || (switchedOn?.includes(setting) ?? false);

/** A login cannot help while a variable gives the secret that was refused. */
const withLoginAdvice = (error: unknown, { secretVariables = [] }: StartFacts = {}): unknown => {
  if (!isToolError(error) || error.fields.code !== 'auth_failed' || secretVariables.length === 0) return error;
  const advice = `Correct or remove ${secretVariables.join(', ')} in the environment: it stands above what login stores.`;
  return new ToolError({ ...error.fields, next: [advice, ...(error.fields.next ?? [])] }, { cause: error });
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown reason';

const unknownTool = <Operations>(name: string, options: ToolCallerOptions<Operations>, known: readonly string[]): ToolError => {
  const shown = String(name).slice(0, 64);
  const hidden = options.tools.find((tool) => tool.name === name);
  if (hidden && !allows(options.levels, options.level, hidden.level))
    return refuse('permission_denied', `${hidden.name} needs the level "${hidden.level}", this server runs at "${options.level}".`, {
      next: [
        options.startedWith?.readOnly
          ? `The person who set it up can start it without read-only, at level ${hidden.level} or above.`
          : `The person who set it up can start it with --level ${hidden.level}.`,
      ],
    });
  if (hidden && !isSwitchedOn(hidden, options))
    return refuse('permission_denied', `${hidden.name} is switched off.`, {
      next: [`The person who set it up can switch it on with the setting "${hidden.setting ?? ''}".`],
    });
  return refuse('not_found', `There is no tool "${shown}".`, { didYouMean: nearMisses(shown, known) });
};

const checkReply = <Operations>(tool: AnyTool<Operations>, reply: ToolReply, agreed: boolean): void => {
  if (tool.confirm === 'always' && !agreed) throw new Error(`${tool.name} acted without asking, though every call of it must`);
  const checked = tool.output.safeParse(reply.data);
  if (!checked.success) throw new Error(`The reply of ${tool.name} does not match its output schema: ${z.prettifyError(checked.error)}`);
};
