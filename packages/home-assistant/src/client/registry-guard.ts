import { type Approval, refuse } from '@switchyard-mcp/core';
import { rawTextOf, textsOf } from '@switchyard-mcp/core/json';
import type { Body } from '../domain/body.ts';
import type { EntityState } from '../domain/model.ts';
import { type RegistryEntry, type RegistryRef, registryAddress } from '../domain/registry-operations.ts';
import { opensUp } from '../domain/security.ts';
import type { Guard } from './guard.ts';
import type { Policy } from './policy.ts';
import type { RegistryData } from './registries.ts';

/** The rules below the tools for everything that changes a registry. */
export interface RegistryGuard {
  /** Refuses below the level that changing needs. */
  requireLevel(ref: RegistryRef): void;
  isVisible(ref: RegistryRef): boolean;
  hasState(entityId: string): boolean;
  checkCreate(fields: Body): void;
  checkUpdate(before: RegistryEntry, changed: Body, approval: Approval | undefined): void;
  /** Refuses to remove a place or label that entities have which this server may not see. */
  checkRemoval(before: RegistryEntry): void;
  requireConsent: Guard['requireConsent'];
}

export interface RegistryGuardParts {
  readonly guard: Guard;
  readonly policy: Policy;
  readonly stateOf: (entityId: string) => EntityState | undefined;
  readonly data: () => RegistryData | undefined;
}

export const createRegistryGuard = ({ guard, policy, stateOf, data }: RegistryGuardParts): RegistryGuard => {
  const entitiesOf = (deviceId: string): readonly string[] =>
    [...(data()?.entity.values() ?? [])].filter((entity) => entity.deviceId === deviceId).map((entity) => entity.entityId);

  const isVisible = ({ kind, id }: RegistryRef): boolean => {
    if (!policy.restricted) return true;
    if (kind === 'entity') return policy.visible(id);
    if (kind !== 'device') return true;
    const ids = entitiesOf(id);
    return ids.length === 0 || ids.some(policy.visible);
  };

  const requireLevel = (ref: RegistryRef): void => guard.requireLevel('configure', `Changing ${registryAddress(ref)}`);

  /** A device carries its entities along: its area, its name, being disabled. */
  const checkDevice = (before: RegistryEntry): void => {
    if (before.kind !== 'device' || !policy.restricted || entitiesOf(before.id).every(policy.visible)) return;
    throw refuse('permission_denied', `${before.id} may not be changed.`, {
      next: ['Some of its entities are outside those this server may use.'],
    });
  };

  const checkExposure = (before: RegistryEntry, changed: Body, approval: Approval | undefined): void => {
    const had = textsOf(before.fields, 'exposed');
    const shown = textsOf(changed, 'exposed').filter((name) => !had.includes(name));
    const deviceClass = stateOf(before.id)?.attributes['device_class'];
    if (shown.length === 0 || !opensUp(before.id, typeof deviceClass === 'string' ? deviceClass : undefined)) return;
    const why = 'Anybody who speaks to it could then open the home.';
    guard.requireApproval(approval, `Showing ${before.id} to a voice assistant`, { why });
  };

  const checkCreate = (fields: Body): void => {
    if (guard.mentionsHidden(fields))
      throw refuse('permission_denied', 'The change names an entity that does not exist.', { next: ['Use ids found by a search.'] });
  };

  const checkUpdate: RegistryGuard['checkUpdate'] = (before, changed, approval) => {
    checkDevice(before);
    const newId = rawTextOf(changed, 'entity_id');
    if (newId !== undefined && !policy.visible(newId))
      throw refuse('permission_denied', `${newId} may not be used.`, {
        next: ['It is outside the ids this server may use; choose another.'],
      });
    checkCreate(changed);
    if (changed['disabled_by'] === 'user' && before.id.startsWith('automation.'))
      throw refuse('invalid_input', `${before.id} was not disabled: a disabled automation vanishes until Home Assistant starts again.`, {
        next: [`ha_control action="automation.turn_off" targets=["${before.id}"] stops it and keeps it.`],
      });
    checkExposure(before, changed, approval);
  };

  const checkRemoval = (before: RegistryEntry): void => {
    checkDevice(before);
    if (!policy.restricted) return;
    const { kind, id } = before;
    const registries = data();
    const inArea = (areaId: string | undefined): boolean =>
      areaId !== undefined && (kind === 'area' ? areaId === id : registries?.area.get(areaId)?.floorId === id);
    const has = ({ areaId, labels }: { readonly areaId?: string; readonly labels: readonly string[] }): boolean =>
      kind === 'label' ? labels.includes(id) : (kind === 'area' || kind === 'floor') && inArea(areaId);
    const hidden = [...(registries?.entity.values() ?? [])].filter((entity) => !policy.visible(entity.entityId));
    const carried = (deviceId: string | undefined): boolean => {
      const device = deviceId === undefined ? undefined : registries?.device.get(deviceId);
      return device !== undefined && has(device);
    };
    if (hidden.some((entity) => has(entity) || carried(entity.deviceId)))
      throw refuse('permission_denied', `${registryAddress(before)} may not be removed.`, {
        next: ['Entities outside those this server may use belong to it.'],
      });
  };

  const hasState = (id: string): boolean => stateOf(id) !== undefined;
  return { requireLevel, isVisible, hasState, checkCreate, checkUpdate, checkRemoval, requireConsent: guard.requireConsent };
};
