import type { Body } from '../../domain/body.ts';
import { flowHelpers, type ObjectRef, storageHelpers } from '../../domain/object-ref.ts';
import { blueprintStore } from './blueprints.ts';
import { configEntryStore } from './config-entries.ts';
import { configItemStore } from './config-items.ts';
import { dashboardStore } from './dashboards.ts';
import { energyStore } from './energy.ts';
import { flowHelperStore } from './flow-helpers.ts';
import type { Access, ObjectStore } from './object-store.ts';
import { registryStore } from './registry-objects.ts';
import { storageItemStore } from './storage-items.ts';

const automations = configItemStore('automation');
const scripts = configItemStore('script');
const scenes = configItemStore('scene');

/** An entity may be what a config-flow helper shows itself as; else it is its registry entry. */
const storeOfEntity = async (ref: ObjectRef, access: Access, body: Body | undefined): Promise<ObjectStore> => {
  // One that comes back says what it was.
  if (typeof body?.['helper'] === 'string') return flowHelperStore;
  const platform = (await access.home()).entities.get(ref.id)?.platform;
  return platform !== undefined && flowHelpers.has(platform) && ref.domain !== 'entity' ? flowHelperStore : registryStore;
};

/** The store that keeps an object, or will keep the body of a new one. */
export const chooseStore = async (ref: ObjectRef, access: Access, body?: Body): Promise<ObjectStore> => {
  switch (ref.kind) {
    case 'automation':
      return automations;
    case 'script':
      return scripts;
    case 'scene':
      return scenes;
    case 'helper':
      return storageHelpers.has(ref.domain) ? storageItemStore : flowHelperStore;
    case 'person':
    case 'zone':
      return storageItemStore;
    case 'entity':
      return storeOfEntity(ref, access, body);
    case 'dashboard':
      return dashboardStore;
    case 'blueprint':
      return blueprintStore;
    case 'energy':
      return energyStore;
    case 'area':
    case 'floor':
    case 'label':
    case 'category':
    case 'device':
      return registryStore;
    case 'integration':
      return configEntryStore;
  }
};
