import { toRecord } from '@switchyard-mcp/core/json';
import type { SystemOperations } from '../domain/system-operations.ts';
import type { Facet } from './facet.ts';

/** Events of Home Assistant for who watches something; those that name hidden entities are left out. */
export const createEventWatch = ({ ready, guard, runtime }: Facet): SystemOperations['onEvents'] => {
  return (types, listener) => {
    const own = new AbortController();
    const stops: (() => void)[] = [];
    const onEvent = (event: unknown): void => {
      const data = toRecord(toRecord(event)['data']);
      if (!own.signal.aborted && !guard.mentionsHidden(data)) listener(data);
    };
    const watch = async (type: string): Promise<void> => {
      const { socket } = await ready(own.signal);
      const stop = await socket.subscribe({ type: 'subscribe_events', event_type: type }, onEvent, {
        signal: own.signal,
        doing: 'Watching for changes',
        lasting: true,
      });
      if (own.signal.aborted) stop();
      else stops.push(stop);
    };
    for (const type of types) watch(type).catch(() => runtime.log.warn(`events of type ${type} cannot be watched`));
    return () => {
      own.abort();
      for (const stop of stops) stop();
    };
  };
};
