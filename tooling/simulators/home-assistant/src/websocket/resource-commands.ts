import { stableId } from '../home/identifiers.ts';
import { CommandError, type Commands, command } from './command.ts';

/** Scripts and styles that dashboards load. */
export const RESOURCE_COMMANDS: Commands = {
  'lovelace/resources': command('', ({ home }) => [...home.resources.values()]),
  'lovelace/resources/create': command(
    'res_type! url!',
    ({ home }, { res_type, url }) => {
      const made = { id: stableId(`resource ${home.resources.size} ${String(url)}`), type: res_type, url };
      home.resources.set(made.id, made);
      return made;
    },
    true,
  ),
  'lovelace/resources/update': command(
    'resource_id! res_type url',
    ({ home }, { resource_id, res_type, url }) => {
      const known = home.resources.get(String(resource_id));
      if (!known) throw new CommandError('not_found', `Unable to find resource_id ${String(resource_id)}`);
      const changed = { ...known, ...(res_type === undefined ? {} : { type: res_type }), ...(url === undefined ? {} : { url }) };
      home.resources.set(String(resource_id), changed);
      return changed;
    },
    true,
  ),
  'lovelace/resources/delete': command(
    'resource_id!',
    ({ home }, { resource_id }) => {
      if (!home.resources.delete(String(resource_id)))
        throw new CommandError('not_found', `Unable to find resource_id ${String(resource_id)}`);
    },
    true,
  ),
};
