import { recordsIn, textOf } from '@switchyard-mcp/core/json';
import type { Home } from '../domain/model.ts';
import { isRefusal } from './registries.ts';
import type { HomeSocket } from './socket.ts';

/** Names of users by id. Those who are persons of the home are known to everybody, the others to an administrator only. */
export const readUserNames = async (socket: HomeSocket, home: Home, signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
  const names = new Map<string, string>();
  for (const entity of home.entities.values()) {
    const userId = entity.domain === 'person' ? entity.state?.attributes['user_id'] : undefined;
    if (typeof userId === 'string') names.set(userId, entity.name);
  }
  const answer = await socket
    .command({ type: 'config/auth/list' }, { signal, doing: 'Reading the users' })
    .catch((error: unknown) => (isRefusal(error) ? [] : Promise.reject(error)));
  for (const user of recordsIn(answer)) names.set(textOf(user, 'id') ?? '', textOf(user, 'name') ?? 'somebody');
  return names;
};
