#!/usr/bin/env node
import { launch } from '@switchyard-mcp/core/launch';

await launch({ name: 'vivint', bin: import.meta.url });
