import { library } from '@switchyard-mcp/build';

export default library({ index: 'src/index.ts' });
