import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { SettingsOf, SettingsSchema } from '../config/setting.ts';
import type { LogLevel, LogLine } from '../runtime/log.ts';
import { createRuntime, type HostRuntime, type RuntimeStorage } from '../runtime/runtime.ts';
import type { AuditLog } from '../security/audit-log.ts';
import type { StartFacts } from '../tool/call-gate.ts';
import type { CallOutcome } from '../tool/call-outcome.ts';
import { createToolCaller, type ToolCaller } from '../tool/call-tool.ts';
import { annotations, inputJsonSchema } from '../tool/tool-schema.ts';
import type { Closable, ServerDefinition } from './define-server.ts';
import { resourcesInForce, serveGuides } from './serve-guides.ts';
import { switchedOnIn } from './switched-on.ts';
import { canWatch, watchResource } from './watch-resources.ts';

export interface ServerOptions<Operations> {
  /** The level in force. */
  readonly level: string;
  readonly toolsets?: readonly string[] | undefined;
  readonly startedWith?: StartFacts | undefined;
  /** Settings that are switched on, for tools that depend on one. */
  readonly switchedOn?: readonly string[] | undefined;
  readonly deadlineMs?: number | undefined;
  readonly audit?: AuditLog | undefined;
  /** Builds the operations; called at the first call that needs them. */
  readonly connect: () => Promise<Operations>;
  /** Who calls; "local" over stdio. */
  readonly principal?: string;
  readonly runtime: HostRuntime;
}

export interface ServerFactory {
  /** A protocol server for one connection or request. All of them share the operations. */
  readonly create: () => Server;
  /**
   * Watches a resource for an entry that answers `subscriptions/listen` itself (stdio, or `createMcpHandler` with its `notify`).
   * Returns how to stop. A uri that cannot be watched stays silent.
   */
  watch(uri: string, changed: () => void): () => void;
  /** Ends the operations, if there are any. */
  close(): Promise<void>;
}

/** Question of an act: one box to tick, since some clients send an empty form on a hasty return key. */
const consentForm = {
  type: 'object' as const,
  properties: { confirm: { type: 'boolean' as const, title: 'Yes, do it' } },
  required: ['confirm'],
};

/** As for tools: clients give up at 60 s. */
const defaultReadMs = 45_000;

/** The list never changes while the process lives. */
const hour = { ttlMs: 3_600_000, cacheScope: 'private' as const };

/** Puts a definition on the wire. Nothing connects before the first call. */
export const createServerFactory = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  options: ServerOptions<Operations>,
): ServerFactory => {
  const { runtime } = options;
  let connected: Promise<Operations> | undefined;
  const operations = (): Promise<Operations> => {
    connected ??= options.connect().catch((error: unknown) => {
      // A failed attempt is not kept: the next call may find the settings mended.
      connected = undefined;
      throw error;
    });
    return connected;
  };
  const caller = createToolCaller<Operations>({
    tools: definition.tools,
    levels: definition.levels,
    level: options.level,
    toolsets: options.toolsets,
    startedWith: options.startedWith,
    switchedOn: options.switchedOn,
    operations,
    audit: options.audit,
    deadlineMs: options.deadlineMs,
    principal: options.principal ?? 'local',
    runtime,
  });
  const tools = caller.list().map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputJsonSchema(tool),
    annotations: annotations(tool),
  }));

  const resources = resourcesInForce(definition, options.level);
  const resourceCapability = canWatch(resources) ? { subscribe: true } : {};
  const deadlineMs = options.deadlineMs ?? defaultReadMs;
  const create = (): Server => {
    const server = new Server(
      { name: definition.name, title: definition.title, version: definition.version },
      {
        instructions: definition.instructions,
        capabilities: { tools: {}, resources: resourceCapability, prompts: {}, completions: {} },
        cacheHints: { 'tools/list': hour, 'prompts/list': hour, 'resources/list': hour, 'resources/templates/list': hour },
      },
    );
    server.setRequestHandler('tools/list', () => ({ tools }) as never);
    server.setRequestHandler(
      'tools/call',
      async (request, context) => callTool(server, caller, { request: request.params, context }) as never,
    );
    serveGuides(server, definition, { level: options.level, operations, deadlineMs, runtime });
    return server;
  };
  return {
    create,
    watch: (uri, changed) => {
      const watch = watchResource({ resources, operations, log: runtime.log }, uri, changed);
      return () => watch?.stop();
    },
    close: async () => {
      const open = await connected?.catch(() => undefined);
      await open?.close();
    },
  };
};

export interface LibraryOptions<S extends SettingsSchema> extends Partial<Omit<ServerOptions<never>, 'connect' | 'runtime'>> {
  /** What is not given has its usual value. */
  readonly settings: Partial<SettingsOf<S>>;
  /** Where log lines go; nowhere by default. They are redacted. */
  readonly writeLog?: (line: LogLine) => void;
  readonly logLevel?: LogLevel;
  /** Where the server keeps things between runs, such as the changes to undo; without it nothing is written to disk. */
  readonly storage?: RuntimeStorage;
}

/**
 * A server of a definition for programs that have their settings already, such as `createMcpHandler(server.create)`. Settings are not
 * read from the environment, and nothing connects before the first call. The level is the definition's own default unless given; there
 * is no audit log unless one is given. What a definition keeps between runs goes into the `storage` that is given; without one it keeps
 * that in memory, as the Home Assistant one its changes to undo.
 */
export const createServer = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  { settings: given, writeLog, logLevel, storage, ...options }: LibraryOptions<S>,
): ServerFactory => {
  const settings = Object.fromEntries(
    Object.entries(definition.settings).map(([key, { schema }]) => [key, given[key] ?? schema.safeParse(undefined).data]),
  ) as SettingsOf<S>;
  const level = options.level ?? definition.defaultLevel;
  const command = `npx -y ${definition.packageName}`;
  const runtime = createRuntime({ level, command, writeLog, logLevel, storage });
  for (const [key, setting] of Object.entries(definition.settings)) {
    const value: unknown = settings[key];
    if (setting.secret && typeof value === 'string') runtime.secrets.keep(value);
  }
  const connect = async (): Promise<Operations> => definition.connect(settings, runtime);
  const toolsets = options.toolsets ?? definition.toolsets.filter((set) => set.byDefault).map((set) => set.id);
  return createServerFactory(definition, { ...options, level, runtime, toolsets, switchedOn: switchedOnIn(settings), connect });
};

const capabilitiesOf = (server: Server, context: ServerContext): ClientCapabilities | undefined => {
  const envelope = context.mcpReq.envelope as Record<string, unknown> | undefined;
  return (envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined) ?? server.getClientCapabilities();
};

/** A client that only opens addresses cannot show our form. */
const canAsk = (server: Server, context: ServerContext): boolean => {
  const elicitation = capabilitiesOf(server, context)?.elicitation as { form?: unknown; url?: unknown } | undefined;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
};

const answerOf = (context: ServerContext): 'accept' | 'decline' | 'cancel' | undefined => {
  const view = inputResponse(context.mcpReq.inputResponses, 'consent');
  if (view.kind !== 'elicit') return undefined;
  if (view.action !== 'accept') return view.action;
  return (view.content as { confirm?: unknown } | undefined)?.confirm === true ? 'accept' : 'decline';
};

const callTool = async <Operations>(
  server: Server,
  caller: ToolCaller<Operations>,
  { request, context }: { request: { name: string; arguments?: Record<string, unknown> | undefined }; context: ServerContext },
): Promise<unknown> => {
  const progressToken = context.mcpReq._meta?.progressToken;
  const askedState = context.mcpReq.requestState<string>();
  const outcome = await caller.call(request.name, request.arguments, {
    signal: context.mcpReq.signal,
    canAsk: canAsk(server, context),
    answer: answerOf(context),
    askedState: typeof askedState === 'string' ? askedState : undefined,
    progress:
      progressToken === undefined
        ? undefined
        : (progress, total, message) =>
            void context.mcpReq
              .notify({
                method: 'notifications/progress',
                params: { progressToken, progress, ...(total === undefined ? {} : { total }), ...(message ? { message } : {}) },
              })
              .catch(() => undefined),
  });
  return resultOf(outcome);
};

const resultOf = (outcome: CallOutcome): unknown => {
  if (outcome.kind === 'ask')
    return inputRequired({
      inputRequests: { consent: inputRequired.elicit({ message: outcome.message, requestedSchema: consentForm }) },
      requestState: outcome.askedState,
    });
  if (outcome.kind === 'error')
    return { isError: true, content: [{ type: 'text', text: outcome.text }], structuredContent: outcome.structured };
  return {
    content: [
      { type: 'text', text: JSON.stringify(outcome.data) },
      ...outcome.images.map((image) => ({ type: 'image', data: image.data, mimeType: image.mimeType })),
    ],
    structuredContent: outcome.data,
  };
};
