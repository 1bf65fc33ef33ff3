export { durationWords, minuteTime, spanOf } from '@switchyard-mcp/core';
