import type { AnyTool } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import { controlTool } from './control.ts';
import { deleteTool } from './delete.ts';
import { describeActionTool } from './describe-action.ts';
import { diagnoseTool } from './diagnose.ts';
import { editTool } from './edit.ts';
import { explainTool } from './explain.ts';
import { getTool } from './get.ts';
import { getConfigTool } from './get-config.ts';
import { historyTool } from './history.ts';
import { integrationTool } from './integration.ts';
import { organizeTool } from './organize.ts';
import { overviewTool } from './overview.ts';
import { rawTool } from './raw.ts';
import { searchTool } from './search.ts';
import { setStateTool } from './set-state.ts';
import { snapshotTool } from './snapshot.ts';
import { systemTool } from './system.ts';
import { templateTool } from './template.ts';
import { undoTool } from './undo.ts';
import { waitTool } from './wait.ts';

/** The tools, in the order in which a task goes. */
export const homeAssistantTools: readonly AnyTool<HomeOperations>[] = [
  overviewTool,
  searchTool,
  getTool,
  describeActionTool,
  controlTool,
  waitTool,
  historyTool,
  templateTool,
  snapshotTool,
  explainTool,
  diagnoseTool,
  setStateTool,
  integrationTool,
  systemTool,
  rawTool,
  getConfigTool,
  editTool,
  deleteTool,
  organizeTool,
  undoTool,
];
