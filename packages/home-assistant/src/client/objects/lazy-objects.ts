import type { ChangeJournal } from '../../domain/change-journal.ts';
import type { ObjectOperations } from '../../domain/object-operations.ts';
import type { ObjectOptions } from './object-operations.ts';

/** Both facets of editing. Their code is read on first use: most sessions only look and control. */
export const createLazyObjects = (
  options: Omit<ObjectOptions, 'journal'>,
  base: string,
): { readonly objects: ObjectOperations; readonly changes: ChangeJournal } => {
  const { storage, secrets, clock } = options.runtime;
  let journal: Promise<ChangeJournal> | undefined;
  let operations: Promise<ObjectOperations> | undefined;

  const openJournal = (): Promise<ChangeJournal> => {
    journal ??= import('../change-journal.ts').then(({ createChangeJournal, journalFolder }) =>
      createChangeJournal({
        folder: storage === undefined ? undefined : journalFolder(storage.stateFolder, base),
        secrets,
        now: clock.now,
      }),
    );
    return journal;
  };
  const load = (): Promise<ObjectOperations> => {
    operations ??= Promise.all([import('./object-operations.ts'), openJournal()]).then(([{ createObjectOperations }, changes]) =>
      createObjectOperations({ ...options, journal: changes }),
    );
    return operations;
  };

  return {
    changes: {
      begin: async (draft) => (await openJournal()).begin(draft),
      list: async (filter) => (await openJournal()).list(filter),
      get: async (id) => (await openJournal()).get(id),
    },
    objects: {
      list: async (...args) => (await load()).list(...args),
      read: async (...args) => (await load()).read(...args),
      validate: async (...args) => (await load()).validate(...args),
      newSecurityActs: async (...args) => (await load()).newSecurityActs(...args),
      forbids: async (...args) => (await load()).forbids(...args),
      write: async (...args) => (await load()).write(...args),
      remove: async (...args) => (await load()).remove(...args),
      lostByRemoval: async (...args) => (await load()).lostByRemoval(...args),
      references: async (...args) => (await load()).references(...args),
      bodies: async (...args) => (await load()).bodies(...args),
      withoutBlueprint: async (...args) => (await load()).withoutBlueprint(...args),
      fetchBlueprint: async (...args) => (await load()).fetchBlueprint(...args),
    },
  };
};
