export { makeCanary } from './canary.ts';
export { type Certificate, makeCertificate } from './certificate.ts';
export { type BridgedClient, connectLegacy, connectModern, connectV1, type ToolResult } from './clients.ts';
export { contractProblems, type ToolLike } from './contract.ts';
export { argumentsFor, hostileTexts } from './fuzz.ts';
export { serveOverHttp } from './http.ts';
export { leaksOf } from './leaks.ts';
export { type Ending, endings, exitOf, type SpawnedServer, spawnServer } from './processes.ts';
export { tokensOf, toolTokens } from './tokens.ts';
