import { join } from 'node:path';
import { type BackoffLimits, type Clock, hashOf, type RuntimeStorage } from '@switchyard-mcp/core';
import { createHoldOff, createRequestHold, type HoldOff, type RequestHold } from '@switchyard-mcp/core/session';
import { usualUrls } from '../config.ts';
import { blockedError } from './cloud-error.ts';

type Time = Pick<Clock, 'now'>;

const minuteMs = 60_000;
const loginLimits: BackoffLimits = { firstMs: 15 * minuteMs, longestMs: 24 * 60 * minuteMs };
const apiLimits: BackoffLimits = { firstMs: 15 * minuteMs, longestMs: 60 * minuteMs };

/** A file of the state folder for each account and host; none where nothing is stored. */
const fileOf = (storage: RuntimeStorage | undefined, parts: readonly (string | undefined)[]): string | undefined =>
  storage && join(storage.stateFolder, `${storage.profile}.${hashOf(parts.map((part) => part ?? '')).slice(0, 12)}.cooldown.json`);

/** After a login that failed, the next is not tried for a quarter of an hour, then twice as long, up to a day. A login by a person ends it. */
export const loginHoldOff = (
  storage: RuntimeStorage | undefined,
  { username, loginUrl }: { readonly username?: string | undefined; readonly loginUrl?: string | undefined },
  clock: Time,
): HoldOff => createHoldOff({ ...loginLimits, clock, path: fileOf(storage, [username, loginUrl ?? usualUrls.login]) });

/** After the wall before the API turned this address away, it is left alone for a quarter of an hour at first and an hour at most. */
export const apiHoldOff = (storage: RuntimeStorage | undefined, apiUrl: string, clock: Time): HoldOff =>
  createHoldOff({ ...apiLimits, clock, path: fileOf(storage, ['api', apiUrl]) });

export const createApiHold = (holdOff: HoldOff, clock: Time): RequestHold =>
  createRequestHold({ holdOff, clock, why: 'Vivint refused requests from this network.', refusal: blockedError });
