import { isJson, type Json } from '../home/types.ts';
import { type Listeners, renderTemplate } from '../template/render.ts';
import { TemplateError } from '../template/values.ts';
import { type CommandContext, type Commands, command } from './command.ts';

function sees(listeners: Listeners, entityId: string): boolean {
  return listeners.all || listeners.entities.includes(entityId) || listeners.domains.includes(entityId.slice(0, entityId.indexOf('.')));
}

function render(context: CommandContext, message: Json): void {
  const template = String(message['template']);
  const variables = isJson(message['variables']) ? message['variables'] : {};
  let listeners: Listeners = { all: false, entities: [], domains: [], time: false };
  let last: string | undefined;
  const send = (first: boolean): void => {
    try {
      const rendered = renderTemplate(context.home, template, variables);
      listeners = rendered.listeners;
      if (rendered.text === last && !first) return;
      last = rendered.text;
      context.event({ result: rendered.native, listeners });
    } catch (error) {
      if (message['report_errors'] === true) sendError(context, error);
    }
  };
  context.subscribe(
    context.home.listen((event) => {
      if (event.type === 'state_changed' && sees(listeners, String(event.data['entity_id']))) send(false);
    }),
  );
  context.afterResult(() => send(true));
}

/** Core reports an error twice: once while reading and once while rendering. */
function sendError(context: CommandContext, error: unknown): void {
  const event = { error: error instanceof TemplateError ? error.message : 'TemplateError: unknown', level: 'ERROR' };
  context.event(event);
  context.event(event);
}

/** Templates. */
export const TEMPLATE_COMMANDS: Commands = {
  render_template: command('template! variables timeout strict report_errors entity_ids', render),
};
