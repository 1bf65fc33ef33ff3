import type { Clock } from '../clock.ts';
import type { Acts } from '../cloud/acts.ts';
import type { Arming } from '../cloud/arming.ts';
import type { Cloud, Place } from '../cloud/cloud.ts';
import type { Partition } from '../cloud/system-data.ts';
import type { FaultControls } from '../faults.ts';
import type { Answer, HostRequest } from '../http/answer.ts';
import type { Account } from '../login/accounts.ts';
import type { Tokens } from '../login/tokens.ts';
import type { Hub } from '../stream/hub.ts';

/** The parts of the cloud that routes work with. */
export interface ApiParts {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly arming: Arming;
  readonly acts: Acts;
  readonly faults: FaultControls;
  readonly tokens: Tokens;
  readonly hub: Hub;
  /** Where signed pictures live. */
  readonly mediaUrl: () => string;
  readonly signPicture: (panelId: number, deviceId: number, timeMs: number) => string;
}

/** A request by a known user. Path numbers are already looked up. */
export interface ApiRequest extends ApiParts {
  readonly account: Account;
  readonly request: HostRequest;
  readonly panelId: number;
  readonly admin: boolean;
  readonly partition: Partition | undefined;
  readonly place: Place | undefined;
}

/** One route: `{panid}`, `{parid}` and `{id}` are numbers that must exist. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly pattern: string;
  readonly answer: (request: ApiRequest) => Answer;
}
