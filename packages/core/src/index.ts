export { defineSettings, type Setting, type SettingsOf, type SettingsSchema } from './config/setting.ts';
export {
  addressSchema,
  allowSetting,
  type CaFileSetting,
  caFileSetting,
  denySetting,
  isLoopback,
  type ListSetting,
  listSchema,
  securitySetting,
} from './config/shared-settings.ts';
export { inOneLine } from './errors/in-one-line.ts';
export { editDistance, foldText, nearMisses } from './errors/near-miss.ts';
export {
  type ErrorCode,
  type InputIssue,
  isProvenUnchanged,
  isToolError,
  provenUnchanged,
  type RefusalDetails,
  refuse,
  type SideEffects,
  ToolError,
  type ToolErrorFields,
} from './errors/tool-error.ts';
export { type About, createGates, type GateOptions, type Gates } from './guard/gates.ts';
export {
  createVisibility,
  type ListEntry,
  type ListFault,
  type ListSyntax,
  listEntries,
  listFaults,
  type NameLists,
  type Visibility,
} from './guard/lists.ts';
export { spanWords } from './reply/age.ts';
export { page, pageFields } from './reply/page.ts';
export { table, tableFields } from './reply/table.ts';
export { durationWords, minuteTime, spanOf } from './reply/time-words.ts';
export type { Approval, Approvals } from './runtime/approvals.ts';
export { type Log, type LogLevel, type LogLine, logLevels } from './runtime/log.ts';
export { createRuntime, type HostRuntime, type Runtime, type RuntimeOptions, type RuntimeStorage } from './runtime/runtime.ts';
export type { Writes } from './runtime/writes.ts';
export { hashOf } from './security/canonical-json.ts';
export { ConfirmationKeeper } from './security/confirmation.ts';
export { IdempotencyStore } from './security/idempotency.ts';
export { allows } from './security/levels.ts';
export { Redactor, type Secrets } from './security/redactor.ts';
export { cleanText } from './security/untrusted-text.ts';
export {
  type Closable,
  type Demo,
  type DoctorCheck,
  type DoctorRuntime,
  defineServer,
  type PromptDefinition,
  type ResourceBody,
  type ResourceDefinition,
  type ServerDefinition,
  type Toolset,
} from './server/define-server.ts';
export { type BackoffLimits, backoffMs, type JitterOptions, jitteredBackoffMs } from './time/backoff.ts';
export { type Clock, systemClock } from './time/clock.ts';
export { type Deadline, type Limit, startDeadline, within } from './time/deadline.ts';
export { type Listen, orAborted, untilSettled, type Waited, waitUntil } from './time/wait.ts';
export { createToolCaller } from './tool/call-tool.ts';
export {
  type AnyTool,
  type ConfirmationRequest,
  type ConfirmRule,
  defineTool,
  type Effect,
  type OpDefinition,
  type ReplyImage,
  type ReportProgress,
  type ToolContext,
  type ToolDefinition,
  type ToolReply,
} from './tool/define-tool.ts';
export { cursorParam, limitParam } from './tool/params.ts';
export { inputJsonSchema } from './tool/tool-schema.ts';
export { mapValue, tooDeepText, type ValueMapping } from './walk/map-value.ts';
export {
  mayHold,
  nodePointer,
  tooDeep,
  type Visit,
  type WalkLimits,
  type WalkNode,
  type WalkResult,
  walkDepth,
  walkSkip,
  walkStop,
  walkValue,
} from './walk/walk-value.ts';
export { readBack } from './write/read-back.ts';
export { requestMs, type TimeLeft, timePolicy, watchMs } from './write/time-policy.ts';
export { type Verified, type VerifiedWrite, verifiedWrite, type WriteOutcome } from './write/verified-write.ts';
export { firstAnswer, type Look, type Reached, type Watched, type WatchOptions, watchUntil } from './write/watch-until.ts';
