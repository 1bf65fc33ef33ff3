import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import type { SettingsSchema } from '../config/setting.ts';
import { renderError } from '../errors/render-error.ts';
import { isToolError, refuse, type ToolError } from '../errors/tool-error.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { allows } from '../security/levels.ts';
import { safeText } from '../security/safe-text.ts';
import { cleanText } from '../security/untrusted-text.ts';
import { type Limit, within } from '../time/deadline.ts';
import { orAborted } from '../time/wait.ts';
import type { Closable, PromptDefinition, ResourceBody, ResourceDefinition, ServerDefinition } from './define-server.ts';
import { isTemplate, resourceOf } from './resource-match.ts';
import { canWatch, type Watch, watchResource } from './watch-resources.ts';

interface Guides<Operations> {
  readonly level: string;
  readonly operations: () => Promise<Operations>;
  readonly deadlineMs: number;
  readonly runtime: Runtime;
}

/** Longest text of a resource: what a client may put into a model's context at once. */
const longestBody = 400_000;

/** What a client may get, whatever went wrong: our own words, or an id to look for in the log. */
const failure =
  ({ log, secrets }: Runtime) =>
  (error: unknown): ProtocolError => {
    if (error instanceof ProtocolError) return error;
    const { text } = renderError(error, { log, secrets, writes: false });
    const asked = isToolError(error) && ['not_found', 'invalid_input'].includes(error.fields.code);
    return new ProtocolError(asked ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError, safeText(text, secrets));
  };

/** Resources of the level in force. */
export const resourcesInForce = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  level: string,
): readonly ResourceDefinition<Operations>[] => definition.resources.filter((resource) => allows(definition.levels, level, resource.level));

/** Resources, their updates, completions and prompts, behind the same level, cleaning and redaction as tools. */
export const serveGuides = <S extends SettingsSchema, Operations extends Closable>(
  server: Server,
  definition: ServerDefinition<S, Operations>,
  guides: Guides<Operations>,
): void => {
  const resources = resourcesInForce(definition, guides.level);
  serveResources(server, resources, guides);
  if (canWatch(resources)) serveUpdates(server, resources, guides);
  serveCompletions(server, resources, guides);
  servePrompts(server, definition.prompts, failure(guides.runtime));
};

const serveResources = <Operations>(
  server: Server,
  resources: readonly ResourceDefinition<Operations>[],
  guides: Guides<Operations>,
): void => {
  const failed = failure(guides.runtime);
  const listed = (templates: boolean) =>
    resources
      .filter((resource) => isTemplate(resource.uri) === templates)
      .map(({ name, title, description, uri, mimeType }) => ({
        name,
        title,
        description,
        mimeType,
        ...(templates ? { uriTemplate: uri } : { uri }),
      }));

  server.setRequestHandler('resources/list', () => ({ resources: listed(false) }) as never);
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: listed(true) }) as never);
  server.setRequestHandler('resources/read', async ({ params }, context) => {
    const found = resourceOf(resources, params.uri);
    if (!found) throw new ResourceNotFoundError(params.uri);
    try {
      const body = await readBody(found, guides, context.mcpReq.signal);
      return {
        contents: [
          { uri: params.uri, mimeType: body.mimeType, text: safeText(body.text, guides.runtime.secrets, { longest: longestBody }) },
        ],
      } as never;
    } catch (error) {
      throw failed(error);
    }
  });
};

type Found<Operations> = NonNullable<ReturnType<typeof resourceOf<Operations>>>;

const readBody = <Operations>(
  { resource, variables }: Found<Operations>,
  { operations, deadlineMs, runtime: { clock } }: Guides<Operations>,
  signal: AbortSignal,
): Promise<ResourceBody> =>
  inTime(resource.name, async (ending) => resource.read(await operations(), variables, ending), { clock, ms: deadlineMs, signal });

/** A read that heeds no signal must not keep its caller waiting for ever. */
const inTime = <T>(name: string, act: (signal: AbortSignal) => Promise<T>, limit: Limit): Promise<T> =>
  within(limit, (deadline) => {
    const seconds = Math.round(limit.ms / 1000);
    const end = (): ToolError =>
      deadline.ended === 'timeout'
        ? refuse('timeout', `Reading ${name} did not finish within ${seconds} s.`, { retryable: true })
        : refuse('cancelled', `Reading ${name} was cancelled.`);
    // Listens before the read does: these words go before its own.
    const ended = orAborted(new Promise<never>(() => undefined), deadline.signal, end);
    return Promise.race([ended, act(deadline.signal)]);
  });

const serveCompletions = <Operations>(
  server: Server,
  resources: readonly ResourceDefinition<Operations>[],
  guides: Guides<Operations>,
): void => {
  server.setRequestHandler('completion/complete', async ({ params }) => {
    const { ref, argument } = params as { ref: { type: string; uri?: string }; argument: { name: string; value: string } };
    const resource = ref.type === 'ref/resource' ? resources.find(({ uri }) => uri === ref.uri) : undefined;
    const values = await valuesOf(resource, guides, argument);
    const shown = values.slice(0, 100).map((value) => safeText(value, guides.runtime.secrets, { longest: 200 }));
    return { completion: { values: shown, total: values.length, hasMore: values.length > 100 } } as never;
  });
};

/** A completion that fails is no completion; the person goes on typing. */
const valuesOf = async <Operations>(
  resource: ResourceDefinition<Operations> | undefined,
  guides: Guides<Operations>,
  { name, value }: { name: string; value: string },
): Promise<readonly string[]> => {
  if (!resource?.complete) return [];
  try {
    return await resource.complete(await guides.operations(), name, value);
  } catch {
    return [];
  }
};

/** Subscriptions of the 2025 era. Those of the modern one never reach a server: the entry that holds the connection starts them. */
const serveUpdates = <Operations>(
  server: Server,
  resources: readonly ResourceDefinition<Operations>[],
  guides: Guides<Operations>,
): void => {
  const watches = new Map<string, Watch>();
  const failed = failure(guides.runtime);
  server.setRequestHandler('resources/subscribe', async ({ params }, context) => {
    const changed = (): void => void server.sendResourceUpdated({ uri: params.uri }).catch(() => undefined);
    const found = resourceOf(resources, params.uri);
    if (!found) throw new ResourceNotFoundError(params.uri);
    try {
      // A template fits names that nothing has: of those nobody would ever hear.
      if (isTemplate(found.resource.uri)) await readBody(found, guides, context.mcpReq.signal);
    } catch (error) {
      throw failed(error);
    }
    const watch = watchResource({ ...guides, log: guides.runtime.log, resources }, params.uri, changed);
    if (!watch) throw new ResourceNotFoundError(params.uri);
    watches.get(params.uri)?.stop();
    watches.set(params.uri, watch);
    try {
      await watch.started;
    } catch (error) {
      throw failed(error);
    }
    return {} as never;
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watches.get(params.uri)?.stop();
    watches.delete(params.uri);
    return {} as never;
  });
  server.onclose = () => {
    for (const watch of watches.values()) watch.stop();
    watches.clear();
  };
};

const servePrompts = (server: Server, prompts: readonly PromptDefinition[], failed: (error: unknown) => ProtocolError): void => {
  server.setRequestHandler(
    'prompts/list',
    () =>
      ({
        prompts: prompts.map(({ name, title, description, arguments: args }) => ({ name, title, description, arguments: args })),
      }) as never,
  );
  server.setRequestHandler('prompts/get', ({ params }) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (!prompt) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt "${cleanText(params.name, 64)}"`);
    const values = params.arguments ?? {};
    const missing = prompt.arguments.filter((argument) => argument.required && !values[argument.name]).map(({ name }) => name);
    if (missing.length > 0)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `The prompt ${prompt.name} needs: ${missing.join(', ')}`);
    try {
      const text = prompt.render(values);
      return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] } as never;
    } catch (error) {
      throw failed(error);
    }
  });
};
