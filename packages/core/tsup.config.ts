import { library } from '@switchyard-mcp/build';

export default library({
  index: 'src/index.ts',
  config: 'src/config/index.ts',
  credentials: 'src/credentials/index.ts',
  files: 'src/files/index.ts',
  http: 'src/http/index.ts',
  server: 'src/server/index.ts',
  session: 'src/session/index.ts',
  cli: 'src/cli/index.ts',
  launch: 'src/launch/index.ts',
  generate: 'src/generate/index.ts',
  json: 'src/json/index.ts',
  testing: 'src/testing/index.ts',
});
