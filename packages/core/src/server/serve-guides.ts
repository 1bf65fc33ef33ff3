import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import type { SettingsSchema } from '../config/setting.ts';
import { renderError } from '../errors/render-error.ts';
import { allows } from '../security/levels.ts';
import { redactor } from '../security/redactor.ts';
import { cleanText } from '../security/untrusted-text.ts';
import type { Closable, PromptDefinition, ServerDefinition } from './define-server.ts';
import { isTemplate, resourceOf } from './resource-match.ts';

interface Guides<Operations> {
  readonly level: string;
  readonly operations: () => Promise<Operations>;
  readonly log: (message: string) => void;
}

/** Longest text of a resource: what a client may put into a model's context at once. */
const longestBody = 400_000;

/** Resources, their updates, completions and prompts, behind the same level, cleaning and redaction as tools. */
export const serveGuides = <S extends SettingsSchema, Operations extends Closable>(
  server: Server,
  definition: ServerDefinition<S, Operations>,
  guides: Guides<Operations>,
): void => {
  const resources = definition.resources.filter((resource) => allows(definition.levels, guides.level, resource.level));
  const failed = (error: unknown): ProtocolError => {
    const { text } = renderError(error, { log: guides.log, writes: false });
    return new ProtocolError(ProtocolErrorCode.InternalError, redactor.redact(cleanText(text)));
  };
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
      const body = await found.resource.read(await guides.operations(), found.variables, context.mcpReq.signal);
      return {
        contents: [{ uri: params.uri, mimeType: body.mimeType, text: redactor.redact(cleanText(body.text, longestBody)) }],
      } as never;
    } catch (error) {
      throw failed(error);
    }
  });

  serveUpdates(server, resources, guides);
  server.setRequestHandler('completion/complete', async ({ params }) => {
    const { ref, argument } = params as { ref: { type: string; uri?: string }; argument: { name: string; value: string } };
    const resource = ref.type === 'ref/resource' ? resources.find(({ uri }) => uri === ref.uri) : undefined;
    // A completion that fails is no completion; the person goes on typing.
    const values = (await resource?.complete?.(await guides.operations(), argument.name, argument.value).catch(() => [])) ?? [];
    return {
      completion: {
        values: values.slice(0, 100).map((value) => cleanText(value, 200)),
        total: values.length,
        hasMore: values.length > 100,
      },
    } as never;
  });
  servePrompts(server, definition.prompts);
};

/** Subscriptions of the 2025 era; in the modern one the stdio entry routes the same notifications to listeners. */
const serveUpdates = <Operations>(
  server: Server,
  resources: ServerDefinition<SettingsSchema, Operations & Closable>['resources'],
  guides: Guides<Operations>,
): void => {
  const stops = new Map<string, () => void>();
  server.setRequestHandler('resources/subscribe', async ({ params }) => {
    const found = resourceOf(resources, params.uri);
    if (!found) throw new ResourceNotFoundError(params.uri);
    const operations = (await guides.operations()) as Operations & Closable;
    const changed = (): void => void server.sendResourceUpdated({ uri: params.uri }).catch(() => undefined);
    const stop = found.resource.watch?.(operations, params.uri, changed);
    stops.get(params.uri)?.();
    if (stop) stops.set(params.uri, stop);
    return {} as never;
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    stops.get(params.uri)?.();
    stops.delete(params.uri);
    return {} as never;
  });
  server.onclose = () => {
    for (const stop of stops.values()) stop();
    stops.clear();
  };
};

const servePrompts = (server: Server, prompts: readonly PromptDefinition[]): void => {
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
    return {
      description: prompt.description,
      messages: [{ role: 'user', content: { type: 'text', text: prompt.render(values) } }],
    } as never;
  });
};
