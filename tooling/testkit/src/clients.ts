import { Client as V2Client } from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

export interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string; readonly text?: string; readonly data?: string; readonly mimeType?: string }[];
  readonly structuredContent?: unknown;
}

/** The few calls that tests make, alike for both SDK lines. */
export interface BridgedClient {
  listTools(): Promise<readonly { name: string; description?: string | undefined; inputSchema: unknown; annotations?: unknown }[]>;
  call(name: string, args?: Record<string, unknown>): Promise<ToolResult>;
  instructions(): string | undefined;
  /** The spawned server's process id. */
  processId(): number | undefined;
  readResource(uri: string): Promise<string>;
  listResources(): Promise<readonly string[]>;
  listPrompts(): Promise<readonly string[]>;
  /** What the server offers for a variable of a resource template. */
  complete(uri: string, variable: string, typed: string): Promise<readonly string[]>;
  /** Subscribes to a resource in the way of the client's era; `updated` gets each uri that the server names. Returns how to stop. */
  watch(uri: string, updated: (uri: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Descriptor of a file that takes what the server logs. */
  readonly stderr?: number;
}

/** A person's answer to every elicitation, or none to declare no such capability. */
export type Answer = 'accept' | 'decline' | undefined;

const reply = (answer: 'accept' | 'decline') =>
  answer === 'accept' ? { action: 'accept' as const, content: { confirm: true } } : { action: 'decline' as const };
const spawnOptions = (c: Command) => ({
  command: c.command,
  args: [...c.args],
  env: { ...(process.env as Record<string, string>), ...c.env },
  stderr: c.stderr ?? ('ignore' as const),
});

const bridge = (client: V1Client | V2Client, watch: BridgedClient['watch']): BridgedClient => ({
  watch,
  listTools: async () => (await client.listTools()).tools,
  call: async (name, args = {}) => (await client.callTool({ name, arguments: args })) as unknown as ToolResult,
  instructions: () => client.getInstructions(),
  processId: () => (client.transport as { readonly pid?: number | null } | undefined)?.pid ?? undefined,
  readResource: async (uri) => {
    const { contents } = (await client.readResource({ uri })) as { contents: readonly { text?: string }[] };
    return contents.map((c) => c.text ?? '').join('');
  },
  listResources: async () => (await client.listResources()).resources.map((r) => r.uri),
  listPrompts: async () => (await client.listPrompts()).prompts.map((p) => p.name),
  complete: async (uri, name, value) =>
    (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name, value } })).completion.values,
  close: () => client.close(),
});

/** `resources/subscribe` of the 2025 era. */
const subscribe = async (client: V1Client | V2Client, uri: string): Promise<() => Promise<void>> => {
  await client.subscribeResource({ uri });
  return async () => {
    await client.unsubscribeResource({ uri });
  };
};

/** `subscriptions/listen` of the 2026 era. */
const listen = async (client: V2Client, uri: string): Promise<() => Promise<void>> => {
  const subscription = await client.listen({ resourceSubscriptions: [uri] });
  return () => subscription.close();
};

const connectV2 = async (command: Command, mode: 'legacy' | 'auto', answer: Answer): Promise<BridgedClient> => {
  const client = new V2Client(
    { name: 'testkit', version: '1.0.0' },
    { capabilities: answer ? { elicitation: { form: {} } } : {}, versionNegotiation: { mode } },
  );
  if (answer) client.setRequestHandler('elicitation/create', async () => reply(answer));
  await client.connect(new V2Stdio(spawnOptions(command)));
  return bridge(client, async (uri, updated) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => updated(params.uri));
    return mode === 'legacy' ? subscribe(client, uri) : listen(client, uri);
  });
};

/** The current SDK's client, speaking 2025-11-25. */
export const connectLegacy = (command: Command, answer?: Answer): Promise<BridgedClient> => connectV2(command, 'legacy', answer);
/** The current SDK's client, speaking 2026-07-28. */
export const connectModern = (command: Command, answer?: Answer): Promise<BridgedClient> => connectV2(command, 'auto', answer);

/** The 1.x line: the independent witness that clients in the field can talk to us. */
export const connectV1 = async (command: Command): Promise<BridgedClient> => {
  const client = new V1Client({ name: 'testkit', version: '1.0.0' }, { capabilities: {} });
  await client.connect(new V1Stdio(spawnOptions(command)));
  return bridge(client, async (uri, updated) => {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => updated(params.uri));
    return subscribe(client, uri);
  });
};
