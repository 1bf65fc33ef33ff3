import type { AnyTool } from '@switchyard-mcp/core';
import type { VivintOperations } from '../domain/operations.ts';
import { armTool } from './arm.ts';
import { bypassTool } from './bypass.ts';
import { changesTool } from './changes.ts';
import { disarmTool } from './disarm.ts';
import { eventsTool } from './events.ts';
import { healthTool } from './health.ts';
import { listDevicesTool } from './list-devices.ts';
import { openTool } from './open.ts';
import { operateTool } from './operate.ts';
import { secureTool } from './secure.ts';
import { snapshotTool } from './snapshot.ts';
import { statusTool } from './status.ts';
import { usersTool } from './users.ts';

/** The tools, in the order in which a task goes. */
export const vivintTools: readonly AnyTool<VivintOperations>[] = [
  statusTool,
  listDevicesTool,
  eventsTool,
  changesTool,
  healthTool,
  usersTool,
  snapshotTool,
  armTool,
  secureTool,
  operateTool,
  disarmTool,
  openTool,
  bypassTool,
];
