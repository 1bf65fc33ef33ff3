export { durationWords, minuteTime, spanOf, wallClock, wallMoments } from '@switchyard-mcp/core';
